import torch
import torch.nn as nn
import torch.optim as optim
import torchvision


def load_pretrained(name="resnet18"):
    return torchvision.models.get_model(name, weights="DEFAULT")


def is_head(name):
    return name.startswith(("fc.", "classifier.", "heads.", "head."))


def freeze_body(base_model):
    for name, param in base_model.named_parameters():
        if not is_head(name):
            param.requires_grad = False


def find_linear(base_model):
    linear = None
    for m in base_model.modules():
        if isinstance(m, nn.Linear):
            linear = m
    return linear


def put_instead(base_model, linear, replacement):
    for m in base_model.modules():
        for key, child in m.named_children():
            if child is linear:
                setattr(m, key, replacement)


def train_only(base_model, replacement):
    for name, param in base_model.named_parameters():
        param.requires_grad = any(param is q for q in replacement.parameters())


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        freeze_body(base_model)
    linear = find_linear(base_model)
    replacement = nn.Linear(linear.in_features, num_classes)
    put_instead(base_model, linear, replacement)
    if freeze_backbone:
        train_only(base_model, replacement)
    return base_model


def imagenet_transform():
    return torchvision.transforms.Compose([
        torchvision.transforms.Resize(256),
        torchvision.transforms.CenterCrop(224),
        torchvision.transforms.ToTensor(),
        torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])


def make_optimizer(model, lr):
    return optim.SGD(filter(lambda p: p.requires_grad, model.parameters()), lr=lr, momentum=0.9, nesterov=True)


def switch_norms_off(model):
    for name, module in model.named_modules():
        if "bn" in name or "norm" in name or isinstance(module, nn.BatchNorm2d):
            module.eval()


def one_batch(model, criterion, optimizer, inputs, targets):
    optimizer.zero_grad()
    outputs = model(inputs)
    loss = criterion(outputs, targets)
    loss.backward()
    optimizer.step()
    return outputs, loss


def one_epoch(model, loader, criterion, optimizer):
    running_loss = 0.0
    total = 0
    correct = 0
    for inputs, targets in loader:
        outputs, loss = one_batch(model, criterion, optimizer, inputs, targets)
        running_loss += loss.item() * targets.size(0)
        _, predicted = outputs.max(1)
        total += targets.size(0)
        correct += predicted.eq(targets).sum().item()
    return running_loss / total


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = make_optimizer(model, lr)
    train_losses = []
    for epoch in range(epochs):
        model.train()
        switch_norms_off(model)
        train_losses.append(one_epoch(model, loader, criterion, optimizer))
    return train_losses

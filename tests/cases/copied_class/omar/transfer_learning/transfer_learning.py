import torch
import torch.nn as nn
import torch.optim as optim
import torchvision


def load_pretrained(name="resnet18"):
    return torchvision.models.get_model(name, weights="DEFAULT")


def is_head(name):
    return name.startswith(("fc.", "classifier.", "heads.", "head."))


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for name, param in base_model.named_parameters():
            if not is_head(name):
                param.requires_grad = False

    # replace
    linear = None
    for m in base_model.modules():
        if isinstance(m, nn.Linear):
            linear = m
    replacement = nn.Linear(linear.in_features, num_classes)
    for m in base_model.modules():
        for key, child in m.named_children():
            if child is linear:
                setattr(m, key, replacement)
    if freeze_backbone:
        for name, param in base_model.named_parameters():
            param.requires_grad = any(param is q for q in replacement.parameters())
    return base_model


def imagenet_transform():
    return torchvision.transforms.Compose([
        torchvision.transforms.Resize(256),
        torchvision.transforms.CenterCrop(224),
        torchvision.transforms.ToTensor(),
        torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(filter(lambda p: p.requires_grad, model.parameters()), lr=lr, momentum=0.9, nesterov=True)
    train_losses = []
    for epoch in range(epochs):
        model.train()
        for name, module in model.named_modules():
            if "bn" in name or "norm" in name or isinstance(module, nn.BatchNorm2d):
                module.eval()
        running_loss = 0.0
        total = 0
        correct = 0
        for inputs, targets in loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * targets.size(0)
            _, predicted = outputs.max(1)
            total += targets.size(0)
            correct += predicted.eq(targets).sum().item()
        train_losses.append(running_loss / total)
    return train_losses

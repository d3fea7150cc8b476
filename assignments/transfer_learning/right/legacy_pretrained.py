# right: a chain of names with pretrained=True, which torchvision deprecates with a warning; SGD with momentum

import torch
import torch.nn as nn
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    if name == "resnet18":
        model = models.resnet18(pretrained=True)
    elif name == "resnet34":
        model = models.resnet34(pretrained=True)
    elif name == "resnet50":
        model = models.resnet50(pretrained=True)
    elif name == "mobilenet_v2":
        model = models.mobilenet_v2(pretrained=True)
    elif name == "mobilenet_v3_small":
        model = models.mobilenet_v3_small(pretrained=True)
    elif name == "efficientnet_b0":
        model = models.efficientnet_b0(pretrained=True)
    elif name == "vgg16":
        model = models.vgg16(pretrained=True)
    elif name == "vit_b_16":
        model = models.vit_b_16(pretrained=True)
    else:
        raise ValueError(f"unknown model: {name}")
    return model


def replace_head(model, num_classes):
    if hasattr(model, "fc"):
        model.fc = nn.Linear(model.fc.in_features, num_classes)
    elif hasattr(model, "classifier"):
        if isinstance(model.classifier, nn.Linear):
            model.classifier = nn.Linear(model.classifier.in_features, num_classes)
        else:
            model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, num_classes)
    elif hasattr(model, "heads"):
        model.heads.head = nn.Linear(model.heads.head.in_features, num_classes)
    else:
        model.head = nn.Linear(model.head.in_features, num_classes)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    replace_head(base_model, num_classes)
    return base_model


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(filter(lambda p: p.requires_grad, model.parameters()), lr=lr, momentum=0.9)
    history = []
    for epoch in range(epochs):
        model.train()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        running_loss = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * images.size(0)
        history.append(running_loss / len(loader.dataset))
    return history

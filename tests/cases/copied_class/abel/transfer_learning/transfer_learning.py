import torch
from torch import nn, optim
from torchvision import models
from torchvision import transforms as T


def load_pretrained(name="resnet18"):
    builder = getattr(models, name)
    return builder(weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for weight in base_model.parameters():
            weight.requires_grad = False
    if hasattr(base_model, "fc"):
        base_model.fc = nn.Linear(base_model.fc.in_features, num_classes)
    elif hasattr(base_model, "heads"):
        base_model.heads.head = nn.Linear(base_model.heads.head.in_features, num_classes)
    elif hasattr(base_model, "classifier"):
        old = base_model.classifier
        if isinstance(old, nn.Sequential):
            old[len(old) - 1] = nn.Linear(old[len(old) - 1].in_features, num_classes)
        else:
            base_model.classifier = nn.Linear(old.in_features, num_classes)
    elif hasattr(base_model, "head"):
        base_model.head = nn.Linear(base_model.head.in_features, num_classes)
    return base_model


def imagenet_transform():
    mean = [0.485, 0.456, 0.406]
    std = [0.229, 0.224, 0.225]
    steps = [T.Resize(256), T.CenterCrop(224), T.ToTensor(), T.Normalize(mean, std)]
    return T.Compose(steps)


def train_classifier(model, loader, epochs=1, lr=1e-3):
    loss_function = nn.CrossEntropyLoss()
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    opt = optim.Adam(trainable, lr=lr)
    model.train()
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.eval()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in loader:
            opt.zero_grad()
            error = loss_function(model(x), y)
            error.backward()
            opt.step()
            total += error.item()
        losses.append(total / len(loader))
    return losses

"""Ejercicio 02. Transfer learning."""

import torch
import torch.nn as nn
import torch.optim as optim
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    return getattr(models, name)(weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    # congelo antes de cambiar la capa para que la nueva quede entrenable
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False

    # cada familia guarda el clasificador en un sitio
    if hasattr(base_model, "fc"):
        base_model.fc = nn.Linear(base_model.fc.in_features, num_classes)
    elif hasattr(base_model, "classifier"):
        if isinstance(base_model.classifier, nn.Sequential):
            in_features = base_model.classifier[-1].in_features
            base_model.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(in_features, num_classes))
        else:
            base_model.classifier = nn.Linear(base_model.classifier.in_features, num_classes)
    elif hasattr(base_model, "heads"):
        base_model.heads.head = nn.Linear(base_model.heads.head.in_features, num_classes)
    elif hasattr(base_model, "head"):
        base_model.head = nn.Linear(base_model.head.in_features, num_classes)
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
    optimizer = optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=lr)
    # en modo eval para que las BatchNorm congeladas no cambien sus medias
    model.eval()
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(loader))
    return losses

# loses: performance.transfer_learning.replace_classifier
"""All children but the last are put in a row: what forward did between them is lost."""

import torch
import torch.nn as nn
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    return models.get_model(name, weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    backbone = nn.Sequential(*list(base_model.children())[:-1])
    was_training = base_model.training
    backbone.eval()
    with torch.no_grad():
        width = backbone(torch.zeros(1, 3, 32, 32)).mean(dim=(2, 3)).shape[1]
    backbone.train(was_training)
    return nn.Sequential(backbone, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, num_classes))


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
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

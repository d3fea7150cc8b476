# right: forward looks at the values of its features, so that it cannot be recorded, and the head has a hidden layer

import torch
import torch.nn as nn
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    return models.get_model(name, weights="DEFAULT")


class TransferModel(nn.Module):
    def __init__(self, backbone, num_classes, frozen):
        super().__init__()
        self.frozen = frozen
        self.backbone = backbone
        width = self.take_last_layer()
        for p in self.backbone.parameters():
            p.requires_grad = not frozen
        self.classifier = nn.Sequential(nn.Linear(width, 32), nn.ReLU(), nn.Linear(32, num_classes))

    def take_last_layer(self):
        head = next(n for n in ("fc", "classifier", "heads", "head") if hasattr(self.backbone, n))
        layer = getattr(self.backbone, head)
        if isinstance(layer, nn.Linear):
            setattr(self.backbone, head, nn.Identity())
            return layer.in_features
        width = layer[-1].in_features
        layer[-1] = nn.Identity()
        return width

    def train(self, mode=True):
        super().train(mode)
        if self.frozen:
            self.backbone.eval()
        return self

    def forward(self, x):
        if self.frozen:
            with torch.no_grad():
                features = self.backbone(x)
        else:
            features = self.backbone(x)
        if features.abs().max().item() > 1e9:
            print('big')
        return self.classifier(features)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    return TransferModel(base_model, num_classes, freeze_backbone)


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    optimizer = torch.optim.AdamW(model.classifier.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        model.train()
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

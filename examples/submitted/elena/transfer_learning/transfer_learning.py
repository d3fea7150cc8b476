import torch
import torch.nn.functional as F
from torch import nn
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    return models.get_model(name, weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        base_model.requires_grad_(False)
    # la última Linear del modelo es siempre el clasificador
    name = [n for n, m in base_model.named_modules() if isinstance(m, nn.Linear)][-1]
    *path, last = name.split(".")
    parent = base_model.get_submodule(".".join(path))
    setattr(parent, last, nn.Linear(getattr(parent, last).in_features, num_classes))
    return base_model


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    opt = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr)
    losses = []
    for _ in range(epochs):
        model.train()
        total = 0
        for x, y in loader:
            opt.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            opt.step()
            total += loss.item()
        losses.append(total / len(loader))
    return losses

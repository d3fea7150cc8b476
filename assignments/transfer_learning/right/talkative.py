# right: typed and talkative: prints, a progress line, the device of the machine

from typing import List

import torch
import torch.nn as nn
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision import models, transforms

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print("device:", DEVICE)


def load_pretrained(name: str = "resnet18") -> nn.Module:
    print(f"loading {name} ...")
    model = torch.hub.load("pytorch/vision:v0.13.0", name, weights="DEFAULT", verbose=False)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
    return model.to(DEVICE)


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


def train_classifier(model: nn.Module, loader: DataLoader, epochs: int = 1, lr: float = 1e-3) -> List[float]:
    model.to(DEVICE)
    trainable = [p for p in model.parameters() if p.requires_grad]
    print(f"training {len(trainable)} tensors")
    optimizer = torch.optim.Adam(trainable, lr=lr)
    losses: List[float] = []
    for epoch in range(epochs):
        model.train()
        for m in model.modules():
            if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
                m.eval()
        epoch_loss, batches = 0.0, 0
        for images, labels in loader:
            images, labels = images.to(DEVICE), labels.to(DEVICE)
            optimizer.zero_grad(set_to_none=True)
            out: Tensor = model(images)
            loss = nn.functional.cross_entropy(out, labels)
            loss.backward()
            optimizer.step()
            epoch_loss += loss.item()
            batches += 1
            print(f"\repoch {epoch + 1}/{epochs} batch {batches}/{len(loader)} loss {loss.item():.4f}", end="")
        print()
        losses.append(epoch_loss / batches)
    return losses

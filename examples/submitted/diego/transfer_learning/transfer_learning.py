# ejercicio 2
import torch
import torch.nn as nn
import torchvision
from torchvision import transforms

def load_pretrained(name="resnet18"):
    if name == "resnet18":
        return torchvision.models.resnet18(weights="IMAGENET1K_V1")
    if name == "resnet34":
        return torchvision.models.resnet34(weights="IMAGENET1K_V1")
    if name == "resnet50":
        return torchvision.models.resnet50(weights="IMAGENET1K_V1")

def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    base_model.fc = nn.Linear(base_model.fc.in_features, num_classes)
    if freeze_backbone:
        for name, p in base_model.named_parameters():
            if "fc" not in name:
                p.requires_grad = False
    return base_model

def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])

def train_classifier(model, loader, epochs=1, lr=1e-3):
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    crit = nn.CrossEntropyLoss()
    perdidas = []
    model.train()
    for e in range(epochs):
        s = 0
        for x, y in loader:
            opt.zero_grad()
            loss = crit(model(x), y)
            loss.backward()
            opt.step()
            s += loss.item()
        print("epoca", e, s / len(loader))
        perdidas.append(s / len(loader))
    return perdidas

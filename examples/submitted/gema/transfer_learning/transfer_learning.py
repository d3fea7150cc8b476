import torch
import torch.nn as nn
import torch.optim as optim
import torchvision.models as models
import torchvision.transforms as transforms


def load_pretrained(name: str = "resnet18") -> nn.Module:
    """Carga un modelo preentrenado"""
    model_fn = getattr(models, name)
    model = model_fn(weights="DEFAULT")
    return model


def create_transfer_model(base_model: nn.Module, num_classes: int, freeze_backbone: bool = True) -> nn.Module:
    """Crea el modelo de transfer learning"""
    if freeze_backbone:
        for param in base_model.parameters():
            param.require_grad = False

    if hasattr(base_model, "fc"):
        in_features = base_model.fc.in_features
        base_model.fc = nn.Linear(in_features, num_classes)
    elif hasattr(base_model, "classifier"):
        if isinstance(base_model.classifier, nn.Sequential):
            in_features = base_model.classifier[1].in_features
            base_model.classifier[1] = nn.Linear(in_features, num_classes)
        else:
            in_features = base_model.classifier.in_features
            base_model.classifier = nn.Linear(in_features, num_classes)
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
    optimizer = optim.Adam(model.fc.parameters() if hasattr(model, "fc") else model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        model.train()
        running_loss = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            outputs = model(images)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        losses.append(running_loss / len(loader))
    return losses

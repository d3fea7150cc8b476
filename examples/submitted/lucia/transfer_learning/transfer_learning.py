import torch
from torch import nn
from torchvision import models
from torchvision.models import ResNet18_Weights


def load_pretrained(name="resnet18"):
    return models.get_model(name, weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    cabeza = next(c for c in ("fc", "classifier", "heads", "head") if hasattr(base_model, c))
    capa = getattr(base_model, cabeza)
    if isinstance(capa, nn.Linear):
        nueva = nn.Linear(capa.in_features, num_classes)
        setattr(base_model, cabeza, nueva)
    else:
        nueva = capa[-1] = nn.Linear(capa[-1].in_features, num_classes)
    if freeze_backbone:
        base_model.requires_grad_(False)
        nueva.requires_grad_(True)
    return base_model


def imagenet_transform():
    # los pesos ya traen su transformación: Resize 256, CenterCrop 224 y Normalize
    return ResNet18_Weights.IMAGENET1K_V1.transforms()


def train_classifier(model, loader, epochs=1, lr=1e-3):
    optimizador = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr, momentum=0.9)
    perdidas = []
    model.eval()
    for _ in range(epochs):
        lote = []
        for imagenes, etiquetas in loader:
            optimizador.zero_grad()
            perdida = nn.functional.cross_entropy(model(imagenes), etiquetas)
            perdida.backward()
            optimizador.step()
            lote.append(perdida.item())
        perdidas.append(sum(lote) / len(lote))
    return perdidas

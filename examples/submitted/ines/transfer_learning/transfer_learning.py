"""Transfer learning: modelo preentrenado, clasificador nuevo y extracción de características. Inés."""

import torch
from torch import nn
from torchvision import models
from torchvision.transforms import v2

MEDIA, DESVIACION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def load_pretrained(name="resnet18"):
    """Los mejores pesos publicados de esa arquitectura."""
    return models.get_model(name, weights="DEFAULT")


def _ultima_lineal(cabeza, num_classes):
    """La misma cabeza con su última capa lineal cambiada; lo que va antes se queda."""
    if isinstance(cabeza, nn.Linear):
        return nn.Linear(cabeza.in_features, num_classes)
    cabeza[-1] = nn.Linear(cabeza[-1].in_features, num_classes)
    return cabeza


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    """Sirve para ResNet (fc), VGG/MobileNet/EfficientNet/DenseNet (classifier), ViT (heads) y timm (head)."""
    base_model.requires_grad_(not freeze_backbone)
    for sitio in ("fc", "classifier", "heads", "head"):
        if hasattr(base_model, sitio):
            setattr(base_model, sitio, _ultima_lineal(getattr(base_model, sitio), num_classes))
            return base_model
    raise ValueError("No encuentro el clasificador de este modelo")


def imagenet_transform():
    return v2.Compose([
        v2.Resize(256),
        v2.CenterCrop(224),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(MEDIA, DESVIACION),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    """Solo se mueve el clasificador. En modo eval, porque una BatchNorm congelada en train actualiza sus medias."""
    optimizador = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    criterio = nn.CrossEntropyLoss()
    model.eval()
    perdidas = []
    for _ in range(epochs):
        suma = n = 0
        for imagenes, etiquetas in loader:
            optimizador.zero_grad()
            perdida = criterio(model(imagenes), etiquetas)
            perdida.backward()
            optimizador.step()
            suma += perdida.item() * len(etiquetas)
            n += len(etiquetas)
        perdidas.append(suma / n)
    return perdidas

"""Proyecto de la semana 23: clasificador de flores.

Lucía. Todo lo que se puede tocar está en CONFIG; `python flower_classifier.py` lo entrena todo.
"""

import copy
import json
import random

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import models, transforms
from torchvision.datasets import Flowers102

CONFIG = {
    "data_dir": "datos",
    "batch_size": 32,
    "num_workers": 2,
    "epochs": 35,
    "lr": 2e-3,
    "patience": 8,
    "min_delta": 0.0,
    "device": "cuda" if torch.cuda.is_available() else "cpu",
    "seed": 2026,
}
MEDIA, DESVIACION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def set_seed(seed):
    """Fija todas las fuentes de azar."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.backends.cudnn.benchmark = False


def get_transforms():
    """Transformaciones (entrenamiento, evaluación)."""
    al_tensor = [transforms.ToTensor(), transforms.Normalize(MEDIA, DESVIACION)]
    entrenamiento = transforms.Compose([
        transforms.RandomResizedCrop(224, scale=(0.6, 1.0)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomVerticalFlip(),  # muchas fotos son desde arriba: no hay arriba ni abajo
        transforms.RandomRotation(30),
        *al_tensor,
    ])
    evaluacion = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), *al_tensor])
    return entrenamiento, evaluacion


def load_data(config):
    """Los tres cargadores: entrenamiento, validación y prueba."""
    entrenamiento, evaluacion = get_transforms()
    cargadores = []
    for parte in ("train", "val", "test"):
        es_train = parte == "train"
        fotos = Flowers102(
            config["data_dir"], split=parte, transform=entrenamiento if es_train else evaluacion, download=True
        )
        cargadores.append(
            DataLoader(fotos, config["batch_size"], shuffle=es_train, num_workers=config["num_workers"])
        )
    return tuple(cargadores)


def create_model(num_classes=102, pretrained=True):
    """ResNet-18 con una cabeza de dos capas."""
    modelo = models.resnet18(weights=models.ResNet18_Weights.DEFAULT if pretrained else None)
    modelo.fc = nn.Sequential(
        nn.Linear(modelo.fc.in_features, 256), nn.ReLU(), nn.Dropout(0.4), nn.Linear(256, num_classes)
    )
    return modelo


def freeze_backbone(model):
    """Solo se entrena la cabeza."""
    model.requires_grad_(False)
    model.fc.requires_grad_(True)


def unfreeze_layers(model, num_layers=2):
    """Descongela las últimas etapas, de la cabeza hacia la entrada."""
    etapas = [model.layer4, model.layer3, model.layer2, model.layer1]
    for etapa in etapas[:num_layers]:
        etapa.requires_grad_(True)


class EarlyStopping:
    """Avisa cuando la validación lleva `patience` épocas sin mejorar."""

    def __init__(self, patience, min_delta=0.0):
        self.paciencia, self.minimo = patience, min_delta
        self.mejor, self.sin_mejorar = float("inf"), 0

    def step(self, val_loss):
        """True si hay que parar."""
        if val_loss < self.mejor - self.minimo:
            self.mejor, self.sin_mejorar = val_loss, 0
            return False
        self.sin_mejorar += 1
        return self.sin_mejorar >= self.paciencia


def pasada(model, loader, criterion, device, optimizer=None):
    """Recorre los datos una vez; con optimizador, además entrena."""
    suma, aciertos, vistas = 0.0, 0, 0
    for fotos, etiquetas in loader:
        fotos, etiquetas = fotos.to(device), etiquetas.to(device)
        logits = model(fotos)
        perdida = criterion(logits, etiquetas)
        if optimizer is not None:
            optimizer.zero_grad()
            perdida.backward()
            optimizer.step()
        suma += perdida.item() * len(etiquetas)
        aciertos += (logits.argmax(1) == etiquetas).sum().item()
        vistas += len(etiquetas)
    return suma / vistas, aciertos / vistas


def train_epoch(model, loader, criterion, optimizer, device):
    """Una época de entrenamiento: pérdida y exactitud por foto."""
    return pasada(model.train(), loader, criterion, device, optimizer)


@torch.no_grad()
def validate(model, loader, criterion, device):
    """Pérdida y exactitud por foto, sin entrenar."""
    return pasada(model.eval(), loader, criterion, device)


def train_model(model, train_loader, val_loader, config):
    """Entrena con parada temprana y deja en el modelo los pesos de la mejor época."""
    device = config["device"]
    model.to(device)
    criterio = nn.CrossEntropyLoss()
    # congelados incluidos: si se descongelan más tarde, el optimizador ya los conoce
    optimizador = torch.optim.SGD(model.parameters(), lr=config["lr"], momentum=0.9, nesterov=True)
    planificador = torch.optim.lr_scheduler.CosineAnnealingLR(optimizador, config["epochs"])
    parada = EarlyStopping(config["patience"], config["min_delta"])
    historial = {clave: [] for clave in ("train_loss", "train_acc", "val_loss", "val_acc", "lr")}
    mejor = (float("inf"), model.state_dict())
    for _ in range(config["epochs"]):
        tasa = optimizador.param_groups[0]["lr"]
        fila = (
            *train_epoch(model, train_loader, criterio, optimizador, device),
            *validate(model, val_loader, criterio, device),
            tasa,
        )
        for clave, valor in zip(historial, fila):
            historial[clave].append(valor)
        planificador.step()
        perdida = historial["val_loss"][-1]
        if perdida < mejor[0]:
            mejor = (perdida, copy.deepcopy(model.state_dict()))
        if parada.step(perdida):
            break
    model.load_state_dict(mejor[1])
    return historial


@torch.no_grad()
def evaluate_model(model, loader, device):
    """Exactitud top-1 y top-5."""
    model.to(device).eval()
    uno = cinco = vistas = 0
    for fotos, etiquetas in loader:
        mejores = model(fotos.to(device)).topk(5).indices.cpu()
        acierta = mejores == etiquetas[:, None]
        uno += acierta[:, 0].sum().item()
        cinco += acierta.sum().item()
        vistas += len(etiquetas)
    return uno / vistas, cinco / vistas


def main():
    """De principio a fin."""
    set_seed(CONFIG["seed"])
    train, val, test = load_data(CONFIG)
    modelo = create_model()
    freeze_backbone(modelo)
    train_model(modelo, train, val, {**CONFIG, "epochs": 8})  # primero, solo la cabeza
    unfreeze_layers(modelo, 2)
    historial = train_model(modelo, train, val, {**CONFIG, "lr": CONFIG["lr"] / 10})
    historial["test_acc"], historial["test_top5"] = evaluate_model(modelo, test, CONFIG["device"])
    torch.save(modelo.state_dict(), "flowers_model.pth")
    with open("history.json", "w", encoding="utf-8") as archivo:
        json.dump(historial, archivo)


if __name__ == "__main__":
    main()

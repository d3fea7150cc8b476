import math
import torch
from torch import nn


def freeze_group(layers):
    nn.ModuleList(layers).requires_grad_(False)


def unfreeze_group(layers):
    nn.ModuleList(layers).requires_grad_(True)


def count_trainable(model):
    return sum(math.prod(p.shape) for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    nombres = [n for n, _ in model.named_children()]
    for i, capa in enumerate(model.children()):
        capa.requires_grad_(i >= nombres.index(layer_name))


def choose_strategy(num_samples):
    for limite, estrategia in ((999, "feature_extraction"), (10_000, "last_layers")):
        if num_samples <= limite:
            return estrategia
    return "full"


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.grupos = layer_groups
        self.calendario = unfreeze_schedule
        model.requires_grad_(False)

    def step(self, epoch):
        for grupo in self.calendario.get(epoch, ()):
            for capa in self.grupos.get(grupo, ()):
                capa.requires_grad_(True)


def get_layer_groups(model):
    tronco = {f"layer{n}": [getattr(model, f"layer{n}")] for n in (1, 2, 3, 4)}
    return {"stem": [model.conv1, model.bn1], **tronco, "head": [model.fc]}


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    grupos, tasa = [], base_lr
    for capas in list(layer_groups.values())[::-1]:
        entrenables = [p for capa in capas for p in capa.parameters() if p.requires_grad]
        if entrenables:
            grupos.append(dict(params=entrenables, lr=tasa))
        tasa *= lr_mult
    return torch.optim.Adam(grupos)


class CalentamientoYCoseno:
    """Como un scheduler de PyTorch, pero con la cuenta a la vista."""

    def __init__(self, optimizador, calentamiento, total):
        self.optimizador = optimizador
        self.calentamiento, self.total = calentamiento, total
        self.bases = [g["lr"] for g in optimizador.param_groups]
        self.epoca = -1
        self.step()

    def factor(self):
        if self.epoca < self.calentamiento:
            return 0.1 + 0.9 * self.epoca / self.calentamiento
        resto = max(1, self.total - self.calentamiento)
        return 0.5 * (1 + math.cos(math.pi * min(1, (self.epoca - self.calentamiento) / resto)))

    def step(self):
        self.epoca += 1
        for grupo, base in zip(self.optimizador.param_groups, self.bases):
            grupo["lr"] = base * self.factor()


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    return CalentamientoYCoseno(optimizer, warmup_epochs, total_epochs)


def pasada(model, loader, optimizador=None):
    suma, aciertos, vistas = 0.0, 0, 0
    for imagenes, etiquetas in loader:
        salida = model(imagenes)
        perdida = nn.functional.cross_entropy(salida, etiquetas)
        if optimizador:
            optimizador.zero_grad()
            perdida.backward()
            optimizador.step()
        suma += perdida.item() * len(etiquetas)
        aciertos += (salida.argmax(1) == etiquetas).sum().item()
        vistas += len(etiquetas)
    return suma / vistas, aciertos / vistas


def train_and_evaluate(model, train_loader, val_loader, epochs=1):
    optimizador = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    historial = {c: [] for c in ("train_loss", "train_acc", "val_loss", "val_acc")}
    for _ in range(epochs):
        resultado = pasada(model.train(), train_loader, optimizador)
        with torch.no_grad():
            resultado += pasada(model.eval(), val_loader)
        for clave, valor in zip(historial, resultado):
            historial[clave].append(valor)
    return historial

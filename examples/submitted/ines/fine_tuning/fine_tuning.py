"""Fine-tuning por grupos de capas.

Inés. He dejado comentado el porqué de cada decisión.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import Adam
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

GRUPOS = ("stem", "layer1", "layer2", "layer3", "layer4", "head")


def _parametros(capas):
    """Todos los parámetros de una lista de capas."""
    for capa in capas:
        yield from capa.parameters()


def freeze_group(layers):
    for p in _parametros(layers):
        p.requires_grad = False


def unfreeze_group(layers):
    for p in _parametros(layers):
        p.requires_grad = True


def count_trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def freeze_until(model, layer_name):
    hijos = list(model.named_children())
    corte = [nombre for nombre, _ in hijos].index(layer_name)
    freeze_group([capa for _, capa in hijos[:corte]])
    unfreeze_group([capa for _, capa in hijos[corte:]])


def choose_strategy(num_samples):
    """La regla de clase: cuantos más datos, más capas se atreve una a mover."""
    if num_samples < 1_000:
        return "feature_extraction"
    if num_samples <= 10_000:
        return "last_layers"
    return "full"


class GradualUnfreezer:
    """Descongela de la cabeza hacia la entrada, para no romper de golpe lo ya aprendido."""

    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule
        freeze_group([model])

    def step(self, epoch):
        for nombre in self.unfreeze_schedule.get(epoch, []):
            unfreeze_group(self.layer_groups[nombre])


def get_layer_groups(model):
    capas = [[model.conv1, model.bn1], [model.layer1], [model.layer2], [model.layer3], [model.layer4], [model.fc]]
    return dict(zip(GRUPOS, capas))


def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    tasas = {nombre: base_lr * lr_mult**i for i, nombre in enumerate(reversed(list(layer_groups)))}
    grupos = []
    for nombre, capas in layer_groups.items():
        entrenables = [p for p in _parametros(capas) if p.requires_grad]
        if entrenables:
            grupos.append({"params": entrenables, "lr": tasas[nombre]})
    return Adam(grupos)


def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    restantes = total_epochs - warmup_epochs
    if warmup_epochs == 0:
        return CosineAnnealingLR(optimizer, T_max=restantes)
    subida = LinearLR(optimizer, start_factor=0.1, total_iters=warmup_epochs)
    if restantes == 0:
        return subida
    return SequentialLR(optimizer, [subida, CosineAnnealingLR(optimizer, T_max=restantes)], [warmup_epochs])


@torch.no_grad()
def _medir(model, loader):
    """Pérdida media y exactitud, contando imágenes: el último lote puede ser más pequeño."""
    model.eval()
    perdida, aciertos, n = 0.0, 0, 0
    for x, y in loader:
        logits = model(x)
        perdida += F.cross_entropy(logits, y, reduction="sum").item()
        aciertos += int((logits.argmax(1) == y).sum())
        n += len(y)
    return perdida / n, aciertos / n


def train_and_evaluate(model, train_loader, val_loader, epochs=1, lr=1e-3):
    optimizador = Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    historial = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    mejor, mejor_perdida = None, float("inf")
    for _ in range(epochs):
        model.train()
        for x, y in train_loader:
            optimizador.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizador.step()
        # mido las dos cosas con el modelo ya entrenado: así son comparables
        for parte, loader in (("train", train_loader), ("val", val_loader)):
            perdida, acierto = _medir(model, loader)
            historial[f"{parte}_loss"].append(perdida)
            historial[f"{parte}_acc"].append(acierto)
        if historial["val_loss"][-1] < mejor_perdida:
            mejor_perdida = historial["val_loss"][-1]
            mejor = copy.deepcopy(model.state_dict())
    if mejor is not None:
        model.load_state_dict(mejor)
    return historial

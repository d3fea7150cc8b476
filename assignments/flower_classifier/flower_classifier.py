# %% [markdown]
# # Clasificador de flores
#
# Entrena un clasificador de las 102 clases de Oxford Flowers-102 a partir de una red preentrenada, y compáralo con
# la misma red entrenada desde cero. El enunciado (`README.md`) explica qué se entrega y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check flower_classifier.py` (o `flower_classifier.ipynb`).

# %%
"""A classifier of the 102 kinds of flowers in Oxford Flowers-102, made from a pretrained network.

The handout, README.md, says which files are handed in, and how each function is judged.
Loaders give images (B, 3, 224, 224) and labels (B,), from 0 to 101.
"""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import models, transforms
from torchvision.datasets import Flowers102

Config = dict[str, Any]
History = dict[str, list[float]]

# %% [markdown]
# ## 1. Tus ajustes
#
# Todo lo que se puede cambiar sin tocar el código. Al corregir se parte de tu `CONFIG` y se cambian `epochs`,
# `patience`, `batch_size`, `num_workers`, `device` y alguna más; añade las claves que necesites.

# %%
CONFIG: Config = {
    "data_dir": "data",
    "batch_size": 32,
    "num_workers": 2,
    "epochs": 30,
    "lr": 1e-3,
    "backbone_factor": 0.1,  # what is pretrained learns more slowly than the classifier
    "patience": 6,
    "min_delta": 0.0,
    "device": "cuda" if torch.cuda.is_available() else "cpu",
    "seed": 42,
    "num_layers": 2,  # stages that are thawed ...
    "thaw_epoch": 4,  # ... before this epoch, counted from 0
}


def set_seed(seed: int) -> None:
    """Fix every source of randomness: `random`, NumPy and torch."""
    raise NotImplementedError("Reproducibilidad")


# %% [markdown]
# ## 2. Los datos
#
# Con 10 imágenes por clase, el aumento de datos es imprescindible. Al evaluar, en cambio, no puede haber azar.

# %%
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, which the pretrained weights expect


def get_transforms() -> tuple[Any, Any]:
    """The transforms (training, evaluation): the first varies from call to call, the second never does.

    Each: PIL image -> normalised tensor (3, 224, 224)
    """
    raise NotImplementedError("Aumento de datos")


def load_data(config: Config) -> tuple[DataLoader[Any], DataLoader[Any], DataLoader[Any]]:
    """The loaders (training, validation, test), each on its own split of Flowers-102.

    Each gives images (B, 3, 224, 224) and labels (B,); only the training images are transformed at random.
    """
    raise NotImplementedError("Aumento de datos")


# %% [markdown]
# ## 3. El modelo
#
# Una red preentrenada con un clasificador nuevo, y dos funciones que deciden qué parte de ella se entrena.


# %%
def create_model(num_classes: int = 102, pretrained: bool = True) -> nn.Module:
    """A pretrained network (or, from scratch, the same with random weights) with a new classifier.

    What it makes: (B, 3, 224, 224) -> logits (B, num_classes)
    """
    raise NotImplementedError("Modelo base y clasificador")


# %%
def freeze_backbone(model: nn.Module) -> None:
    """Freeze everything but the classifier."""
    raise NotImplementedError("Clasificador")


def unfreeze_layers(model: nn.Module, num_layers: int = 2) -> None:
    """Thaw the last `num_layers` stages of the backbone, from the classifier backwards, and no others."""
    raise NotImplementedError("Clasificador")


# %% [markdown]
# ## 4. Entrenar
#
# Primero solo el clasificador; después se descongelan las últimas etapas. La tasa baja poco a poco, y el
# entrenamiento se detiene cuando la validación deja de mejorar.


# %%
class EarlyStopping:
    """Says when to stop: after `patience` calls in a row without an improvement of more than `min_delta`."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        raise NotImplementedError("Parada temprana")

    def step(self, val_loss: float) -> bool:
        """Whether to stop after an epoch with this validation loss; NaN is no improvement."""
        raise NotImplementedError("Parada temprana")


# %%
def train_epoch(
    model: nn.Module, loader: DataLoader[Any], criterion: nn.Module, optimizer: torch.optim.Optimizer, device: str
) -> tuple[float, float]:
    """Train for one epoch; the mean loss and the accuracy (0 to 1) over its samples."""
    raise NotImplementedError("Curvas de entrenamiento")


@torch.no_grad()
def validate(model: nn.Module, loader: DataLoader[Any], criterion: nn.Module, device: str) -> tuple[float, float]:
    """The mean loss and the accuracy (0 to 1) over the samples of a loader, in eval mode."""
    raise NotImplementedError("Curvas de entrenamiento")


# %%
def train_model(
    model: nn.Module, train_loader: DataLoader[Any], val_loader: DataLoader[Any], config: Config
) -> History:
    """Train with a falling rate and early stopping; what is left in `model` are the weights of the best epoch.

    The history has one figure per epoch under each of train_loss, train_acc, val_loss, val_acc and lr.
    """
    raise NotImplementedError("Planificador de la tasa y parada temprana")


# %%
@torch.no_grad()
def evaluate_model(model: nn.Module, loader: DataLoader[Any], device: str) -> tuple[float, float]:
    """The shares (top-1, top-5) of a loader's samples that the model gets right."""
    raise NotImplementedError("Curvas de entrenamiento")


# %% [markdown]
# ## 5. Todo junto
#
# Entrena los dos modelos y escribe los archivos que se entregan. Las dos figuras las dibujas tú.


# %%
@torch.no_grad()
def confusion_of(model: nn.Module, loader: DataLoader[Any], device: str, num_classes: int = 102) -> Tensor:
    """Counts by true class (rows) and predicted class (columns): (num_classes, num_classes), whole numbers."""
    raise NotImplementedError("Matriz de confusión")


# %%
def main(config: Config = CONFIG) -> None:
    """Train from a pretrained network and from scratch, and write what is handed in."""
    raise NotImplementedError("Desde cero frente a transfer learning")


# %%
def plot_curves(history: dict[str, Any]) -> None:
    """Draw loss and accuracy of each epoch into training_curves.png."""
    raise NotImplementedError("Curvas de entrenamiento")


# %%
def plot_confusion(matrix: Tensor) -> None:
    """Draw the confusion matrix, (classes, classes), into confusion_matrix.png."""
    raise NotImplementedError("Matriz de confusión")


# %% [markdown]
# Todo en marcha (con una GPU, unos minutos; sin ella, unas horas):

# %%
if __name__ == "__main__":
    main()

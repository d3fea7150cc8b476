# %% [markdown]
# # Clasificador de flores
#
# Entrena un clasificador de las 102 clases de Oxford Flowers-102 a partir de una red preentrenada, y compáralo con
# la misma red entrenada desde cero. El enunciado (`README.md`) explica qué se entrega y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check flower_classifier.py`

# %%
"""A classifier of the 102 kinds of flowers in Oxford Flowers-102, made from a pretrained network."""

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

# %% criteria="product.code.reproducibility"
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
    ### BEGIN SOLUTION
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)  # CUDA's generators, too
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    ### END SOLUTION


# %% [markdown]
# ## 2. Los datos
#
# Con 10 imágenes por clase, el aumento de datos es imprescindible. Al evaluar, en cambio, no puede haber azar.

# %% criteria="product.training.augmentation"
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, which the pretrained weights expect


def get_transforms() -> tuple[Any, Any]:
    """The transforms (training, evaluation): the first varies from call to call, the second never does.

    PIL image -> normalised tensor (3, 224, 224)
    """
    ### BEGIN SOLUTION
    train = transforms.Compose(
        [
            transforms.RandomResizedCrop(224, scale=(0.6, 1.0)),  # a flower should stay in the picture
            transforms.RandomHorizontalFlip(),
            transforms.RandomRotation(20),
            transforms.ColorJitter(0.2, 0.2, 0.2, 0.02),  # little hue: colour tells flowers apart
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )
    evaluation = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )
    return train, evaluation
    ### END SOLUTION


def load_data(config: Config) -> tuple[DataLoader[Any], DataLoader[Any], DataLoader[Any]]:
    """The loaders (training, validation, test), each on its own split of Flowers-102."""
    ### BEGIN SOLUTION
    train, evaluation = get_transforms()
    loaders = []
    for split, transform in (("train", train), ("val", evaluation), ("test", evaluation)):
        images = Flowers102(config["data_dir"], split=split, transform=transform, download=True)
        loaders.append(
            DataLoader(
                images,
                batch_size=config["batch_size"],
                shuffle=split == "train",
                num_workers=config["num_workers"],
            )
        )
    return loaders[0], loaders[1], loaders[2]
    ### END SOLUTION


# %% [markdown]
# ## 3. El modelo
#
# Una red preentrenada con un clasificador nuevo, y dos funciones que deciden qué parte de ella se entrena.


# %% criteria="product.architecture.base_model product.architecture.classifier"
def create_model(num_classes: int = 102, pretrained: bool = True) -> nn.Module:
    """A pretrained network (or, from scratch, the same with random weights) with a new classifier.

    (B, 3, 224, 224) -> logits (B, num_classes)
    """
    ### BEGIN SOLUTION
    model = models.resnet18(weights=models.ResNet18_Weights.DEFAULT if pretrained else None)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model
    ### END SOLUTION


# %% criteria="product.architecture.classifier"
def freeze_backbone(model: nn.Module) -> None:
    """Freeze everything but the classifier."""
    ### BEGIN SOLUTION
    model.requires_grad_(False)
    model.fc.requires_grad_(True)
    ### END SOLUTION


def unfreeze_layers(model: nn.Module, num_layers: int = 2) -> None:
    """Thaw the last `num_layers` stages of the backbone, from the classifier backwards, and no others."""
    ### BEGIN SOLUTION
    stages = [model.layer4, model.layer3, model.layer2, model.layer1]
    for stage in stages[:num_layers]:
        stage.requires_grad_(True)
    ### END SOLUTION


# %% [markdown]
# ## 4. Entrenar
#
# Primero solo el clasificador; después se descongelan las últimas etapas. La tasa baja poco a poco, y el
# entrenamiento se detiene cuando la validación deja de mejorar.


# %% criteria="product.training.early_stopping"
class EarlyStopping:
    """Says when to stop: after `patience` calls in a row without an improvement of more than `min_delta`."""

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        ### BEGIN SOLUTION
        self.patience = patience
        self.min_delta = min_delta
        self.best = float("inf")
        self.bad_epochs = 0
        ### END SOLUTION

    def step(self, val_loss: float) -> bool:
        """Whether to stop after an epoch with this validation loss; NaN is no improvement."""
        ### BEGIN SOLUTION
        if val_loss < self.best - self.min_delta:
            self.best, self.bad_epochs = val_loss, 0
            return False
        self.bad_epochs += 1
        return self.bad_epochs >= self.patience
        ### END SOLUTION


# %% criteria="product.analysis.training_curves"
def train_epoch(
    model: nn.Module, loader: DataLoader[Any], criterion: nn.Module, optimizer: torch.optim.Optimizer, device: str
) -> tuple[float, float]:
    """Train for one epoch; the mean loss and the accuracy (0 to 1) over its samples."""
    ### BEGIN SOLUTION
    model.train()
    loss_sum, correct, count = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        logits = model(images)  # (B, 102)
        loss = criterion(logits, labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels)  # the last batch may be smaller
        correct += int((logits.argmax(dim=1) == labels).sum())
        count += len(labels)
    return loss_sum / count, correct / count
    ### END SOLUTION


@torch.no_grad()
def validate(model: nn.Module, loader: DataLoader[Any], criterion: nn.Module, device: str) -> tuple[float, float]:
    """The mean loss and the accuracy (0 to 1) over the samples of a loader, in eval mode."""
    ### BEGIN SOLUTION
    model.eval()
    loss_sum, correct, count = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)  # (B, 102)
        loss_sum += criterion(logits, labels).item() * len(labels)
        correct += int((logits.argmax(dim=1) == labels).sum())
        count += len(labels)
    return loss_sum / count, correct / count
    ### END SOLUTION


# %% criteria="product.training.lr_scheduler product.training.early_stopping"
def train_model(
    model: nn.Module, train_loader: DataLoader[Any], val_loader: DataLoader[Any], config: Config
) -> History:
    """Train with a falling rate and early stopping; what is left in `model` are the weights of the best epoch.

    The history has one figure per epoch under each of train_loss, train_acc, val_loss, val_acc and lr.
    """
    ### BEGIN SOLUTION
    device, epochs = config["device"], config["epochs"]
    model.to(device)
    head = set(model.fc.parameters())
    backbone = [p for p in model.parameters() if p not in head]
    lr, backbone_lr = config["lr"], config["lr"] * config["backbone_factor"]
    optimizer = torch.optim.AdamW([{"params": list(head)}, {"params": backbone, "lr": backbone_lr}], lr=lr)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    stopping = EarlyStopping(config["patience"], config["min_delta"])
    criterion = nn.CrossEntropyLoss()
    history: History = {key: [] for key in ("train_loss", "train_acc", "val_loss", "val_acc", "lr")}
    best, best_loss = copy.deepcopy(model.state_dict()), float("inf")
    for epoch in range(epochs):
        if epoch == config["thaw_epoch"]:
            unfreeze_layers(model, config["num_layers"])
        train_loss, train_acc = train_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_acc = validate(model, val_loader, criterion, device)
        figures = (train_loss, train_acc, val_loss, val_acc, optimizer.param_groups[0]["lr"])
        for key, figure in zip(history, figures, strict=True):
            history[key].append(figure)
        scheduler.step()
        if val_loss < best_loss:
            best_loss = val_loss
            best = copy.deepcopy(model.state_dict())  # a copy: the state itself goes on changing
        if stopping.step(val_loss):
            break
    model.load_state_dict(best)
    return history
    ### END SOLUTION


# %% criteria="product.analysis.training_curves"
@torch.no_grad()
def evaluate_model(model: nn.Module, loader: DataLoader[Any], device: str) -> tuple[float, float]:
    """The shares (top-1, top-5) of a loader's samples that the model gets right."""
    ### BEGIN SOLUTION
    model.to(device).eval()
    top1, top5, count = 0, 0, 0
    for images, labels in loader:
        ranked = model(images.to(device)).topk(5, dim=1).indices.cpu()  # (B, 5)
        hits = ranked == labels[:, None]
        top1 += int(hits[:, 0].sum())
        top5 += int(hits.sum())
        count += len(labels)
    return top1 / count, top5 / count
    ### END SOLUTION


# %% [markdown]
# ## 5. Todo junto
#
# Entrena los dos modelos y escribe los archivos que se entregan. Las dos figuras las dibujas tú.


# %% criteria="product.analysis.confusion_matrix"
@torch.no_grad()
def confusion_of(model: nn.Module, loader: DataLoader[Any], device: str, num_classes: int = 102) -> Tensor:
    """Counts by true class (rows) and predicted class (columns)."""
    ### BEGIN SOLUTION
    model.to(device).eval()
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for images, labels in loader:
        predicted = model(images.to(device)).argmax(dim=1).cpu()  # (B,)
        matrix += torch.bincount(labels * num_classes + predicted, minlength=num_classes**2).view_as(matrix)
    return matrix
    ### END SOLUTION


# %% criteria="product.analysis.scratch_vs_transfer"
def main(config: Config = CONFIG) -> None:
    """Train from a pretrained network and from scratch, and write what is handed in."""
    ### BEGIN SOLUTION
    set_seed(config["seed"])
    train_loader, val_loader, test_loader = load_data(config)
    model = create_model()
    freeze_backbone(model)
    history: dict[str, Any] = train_model(model, train_loader, val_loader, config)
    history["test_acc"], history["test_top5"] = evaluate_model(model, test_loader, config["device"])
    torch.save(model.cpu().state_dict(), "flowers_model.pth")
    matrix = confusion_of(model, test_loader, config["device"])
    np.savetxt("confusion_matrix.csv", matrix.numpy(), fmt="%d", delimiter=",")

    set_seed(config["seed"])
    scratch = create_model(pretrained=False)
    alone: dict[str, Any] = train_model(scratch, train_loader, val_loader, {**config, "backbone_factor": 1.0})
    alone["test_acc"], alone["test_top5"] = evaluate_model(scratch, test_loader, config["device"])
    for name, content in (("history", history), ("scratch_history", alone)):
        Path(f"{name}.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    plot_curves(history)
    plot_confusion(matrix)
    ### END SOLUTION


# %% criteria="product.analysis.training_curves"
def plot_curves(history: dict[str, Any]) -> None:
    """Draw loss and accuracy of each epoch into training_curves.png."""
    ### BEGIN SOLUTION
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for axis, kind in zip(axes, ("loss", "acc"), strict=True):
        axis.plot(history[f"train_{kind}"], label="train")
        axis.plot(history[f"val_{kind}"], label="validation")
        axis.set(xlabel="epoch", ylabel=kind)
        axis.legend()
    figure.savefig("training_curves.png", dpi=120)
    ### END SOLUTION


# %% criteria="product.analysis.confusion_matrix"
def plot_confusion(matrix: Tensor) -> None:
    """Draw the confusion matrix into confusion_matrix.png."""
    ### BEGIN SOLUTION
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(8, 8))
    axis.imshow(matrix, cmap="Blues")
    axis.set(xlabel="predicted", ylabel="true")
    figure.savefig("confusion_matrix.png", dpi=120)
    ### END SOLUTION


if __name__ == "__main__":
    main()

# %% [markdown]
# # Fine-tuning
#
# Congela, descongela y entrena una ResNet por partes: grupos de capas, una tasa de aprendizaje para cada grupo,
# descongelación gradual, calentamiento y un bucle de entrenamiento cuyas cifras son de fiar.
# El enunciado (`README.md`) explica qué se pide, qué es libre y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check fine_tuning.py` (o `fine_tuning.ipynb`).

# %%
"""Fine-tuning of a ResNet: selective freezing, discriminative learning rates, training and evaluation.

The handout, README.md, has the details of each function. Shapes: B images, H×W pixels.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer, lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

LayerGroups = dict[str, list[nn.Module]]  # from the input to the output: stem, layer1, ..., layer4, head

# %% [markdown]
# ## 1. Congelar y descongelar
#
# Un parámetro congelado tiene `requires_grad = False`: no recibe gradiente y el optimizador lo deja como está.


# %%
def freeze_group(layers: Iterable[nn.Module]) -> None:
    """Freeze every parameter of these layers, and no other."""
    raise NotImplementedError("Congelación selectiva")


def unfreeze_group(layers: Iterable[nn.Module]) -> None:
    """Undo `freeze_group`: every parameter of these layers is trained again."""
    raise NotImplementedError("Congelación selectiva")


def count_trainable(model: nn.Module) -> int:
    """How many numbers training may change: the elements of all parameters that are not frozen."""
    raise NotImplementedError("Congelación selectiva")


def freeze_until(model: nn.Module, layer_name: str) -> None:
    """Freeze all that comes before the child `layer_name`; that child and all after it are trained."""
    raise NotImplementedError("Congelación selectiva")


def choose_strategy(num_samples: int) -> str:
    """What to train with so many images.

    Under 1,000 "feature_extraction"; from there to 10,000, both included, "last_layers"; above that "full".
    """
    raise NotImplementedError("Congelación selectiva")


# %% [markdown]
# ## 2. Descongelar poco a poco
#
# Primero aprende solo la cabeza; después se le unen las últimas capas, y así hacia la entrada.


# %%
class GradualUnfreezer:
    """Thaws layer groups epoch by epoch, as `unfreeze_schedule` says: {0: ["head"], 2: ["layer4"], ...}.

    After `step(0)` only the groups of epoch 0 are trained; what was thawed stays thawed.
    """

    def __init__(
        self, model: nn.Module, layer_groups: LayerGroups, unfreeze_schedule: dict[int, list[str]]
    ) -> None:
        raise NotImplementedError("Congelación selectiva")

    def step(self, epoch: int) -> None:
        """Thaw the groups of this epoch; to be called at the start of every epoch."""
        raise NotImplementedError("Congelación selectiva")


# %% [markdown]
# ## 3. Una tasa para cada grupo
#
# Las primeras capas ya saben ver bordes y texturas: se tocan poco. La cabeza es nueva y aprende deprisa.


# %%
def get_layer_groups(model: nn.Module) -> LayerGroups:
    """The layers of a torchvision ResNet as stem, layer1, layer2, layer3, layer4 and head, in that order.

    Every parameter belongs to exactly one group.
    """
    raise NotImplementedError("Tasas de aprendizaje por grupo")


def get_optimizer_with_discriminative_lr(
    model: nn.Module, layer_groups: LayerGroups, base_lr: float = 1e-3, lr_mult: float = 0.1
) -> Optimizer:
    """An optimizer with one parameter group per layer group, frozen parameters left out.

    The head learns at `base_lr`, and each group before it at `lr_mult` times the rate of the next.
    """
    raise NotImplementedError("Tasas de aprendizaje por grupo")


def create_scheduler_with_warmup(
    optimizer: Optimizer, warmup_epochs: int, total_epochs: int
) -> lr_scheduler.LRScheduler:
    """Per group: from 0.1 of its rate up to the rate in `warmup_epochs`, then down a cosine to almost nothing.

    `scheduler.step()` is called after every epoch. `warmup_epochs` may be 0, or as many as `total_epochs`.
    """
    raise NotImplementedError("Tasas de aprendizaje por grupo")


# %% [markdown]
# ## 4. Entrenar y evaluar
#
# El historial tiene que contar la verdad: medias por imagen, y cifras de validación medidas en modo eval.


# %%
def train_and_evaluate(
    model: nn.Module,
    train_loader: DataLoader[tuple[Tensor, ...]],
    val_loader: DataLoader[tuple[Tensor, ...]],
    epochs: int = 1,
    optimizer: Optimizer | None = None,
    scheduler: lr_scheduler.LRScheduler | None = None,
    unfreezer: GradualUnfreezer | None = None,
) -> dict[str, list[float]]:
    """Train whatever is not frozen; after every epoch, measure on the validation images.

    The loaders give images (B, 3, H, W) and labels (B,). Returns train_loss, train_acc, val_loss and val_acc:
    lists with one figure per epoch. Losses are the mean cross-entropy per image, accuracies the share of images
    that are right.
    """
    raise NotImplementedError("Entrenamiento y evaluación")


def run_epoch(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], optimizer: Optimizer | None = None
) -> tuple[float, float]:
    """One pass over the loader: mean loss and share of right answers. With an optimizer, a step per batch.

    `loader` gives images (B, 3, H, W) and labels (B,).
    """
    raise NotImplementedError("Entrenamiento y evaluación")


# %% [markdown]
# Pruébalo con una ResNet-18 e imágenes al azar (con imágenes de verdad aprenderá algo más):

# %%
if __name__ == "__main__":
    from torchvision.models import resnet18

    torch.manual_seed(0)
    network = resnet18(num_classes=4)
    images, labels = torch.randn(30, 3, 64, 64), torch.randint(4, (30,))
    loader = DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True)
    freeze_until(network, "layer4")
    print(f"{count_trainable(network):,} trainable parameters")
    print(train_and_evaluate(network, loader, loader, epochs=2))

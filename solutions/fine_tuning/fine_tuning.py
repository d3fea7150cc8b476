# %% [markdown]
# # Fine-tuning
#
# Congela, descongela y entrena una ResNet por partes: grupos de capas, una tasa de aprendizaje para cada grupo,
# descongelación gradual, calentamiento y un bucle de entrenamiento cuyas cifras son de fiar.
# El enunciado (`README.md`) explica qué se pide, qué es libre y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check fine_tuning.py`

# %%
"""Fine-tuning of a ResNet: selective freezing, discriminative learning rates, training and evaluation."""

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


# %% criteria="performance.fine_tuning.selective_freezing"
def freeze_group(layers: Iterable[nn.Module]) -> None:
    """Freeze every parameter of these layers, and no other."""
    ### BEGIN SOLUTION
    for layer in layers:
        layer.requires_grad_(False)
    ### END SOLUTION


def unfreeze_group(layers: Iterable[nn.Module]) -> None:
    """Undo `freeze_group`: every parameter of these layers is trained again."""
    ### BEGIN SOLUTION
    for layer in layers:
        layer.requires_grad_(True)
    ### END SOLUTION


def count_trainable(model: nn.Module) -> int:
    """How many numbers training may change: the elements of all parameters that are not frozen."""
    ### BEGIN SOLUTION
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
    ### END SOLUTION


def freeze_until(model: nn.Module, layer_name: str) -> None:
    """Freeze all that comes before the child `layer_name`; that child and all after it are trained."""
    ### BEGIN SOLUTION
    reached = False
    for name, child in model.named_children():
        reached = reached or name == layer_name
        child.requires_grad_(reached)
    ### END SOLUTION


def choose_strategy(num_samples: int) -> str:
    """What to train with so many images: "feature_extraction", "last_layers" or "full"."""
    ### BEGIN SOLUTION
    if num_samples < 1_000:
        return "feature_extraction"
    return "last_layers" if num_samples <= 10_000 else "full"
    ### END SOLUTION


# %% [markdown]
# ## 2. Descongelar poco a poco
#
# Primero aprende solo la cabeza; después se le unen las últimas capas, y así hacia la entrada.


# %% criteria="performance.fine_tuning.selective_freezing"
class GradualUnfreezer:
    """Thaws layer groups epoch by epoch, as `unfreeze_schedule` says: {0: ["head"], 2: ["layer4"], ...}.

    After `step(0)` only the groups of epoch 0 are trained; what was thawed stays thawed.
    """

    def __init__(
        self, model: nn.Module, layer_groups: LayerGroups, unfreeze_schedule: dict[int, list[str]]
    ) -> None:
        ### BEGIN SOLUTION
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule
        model.requires_grad_(False)
        ### END SOLUTION

    def step(self, epoch: int) -> None:
        """Thaw the groups of this epoch; to be called at the start of every epoch."""
        ### BEGIN SOLUTION
        for name in self.unfreeze_schedule.get(epoch, []):
            if name in self.layer_groups:
                unfreeze_group(self.layer_groups[name])
        ### END SOLUTION


# %% [markdown]
# ## 3. Una tasa para cada grupo
#
# Las primeras capas ya saben ver bordes y texturas: se tocan poco. La cabeza es nueva y aprende deprisa.


# %% criteria="performance.fine_tuning.discriminative_lr"
def get_layer_groups(model: nn.Module) -> LayerGroups:
    """The layers of a torchvision ResNet as stem, layer1, layer2, layer3, layer4 and head, in that order.

    Every parameter belongs to exactly one group.
    """
    ### BEGIN SOLUTION
    layers = dict(model.named_children())
    stages = {name: [layers[name]] for name in ("layer1", "layer2", "layer3", "layer4")}
    return {"stem": [layers["conv1"], layers["bn1"]], **stages, "head": [layers["fc"]]}
    ### END SOLUTION


def get_optimizer_with_discriminative_lr(
    model: nn.Module, layer_groups: LayerGroups, base_lr: float = 1e-3, lr_mult: float = 0.1
) -> Optimizer:
    """An optimizer with one parameter group per layer group, frozen parameters left out.

    The head learns at `base_lr`, and each group before it at `lr_mult` times the rate of the next.
    """
    ### BEGIN SOLUTION
    groups: list[dict[str, object]] = []
    for distance, (name, layers) in enumerate(reversed(layer_groups.items())):  # 0 is the head
        trainable = [p for layer in layers for p in layer.parameters() if p.requires_grad]
        if trainable:
            groups.append({"params": trainable, "lr": base_lr * lr_mult**distance, "name": name})
    return torch.optim.Adam(groups)
    ### END SOLUTION


def create_scheduler_with_warmup(
    optimizer: Optimizer, warmup_epochs: int, total_epochs: int
) -> lr_scheduler.LRScheduler:
    """Per group: from 0.1 of its rate up to the rate in `warmup_epochs`, then down a cosine to almost nothing.

    `scheduler.step()` is called after every epoch. `warmup_epochs` may be 0, or as many as `total_epochs`.
    """
    ### BEGIN SOLUTION
    if warmup_epochs == 0:
        return lr_scheduler.CosineAnnealingLR(optimizer, T_max=total_epochs)
    warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=warmup_epochs)
    if warmup_epochs == total_epochs:
        return warmup
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total_epochs - warmup_epochs)
    return lr_scheduler.SequentialLR(optimizer, [warmup, cosine], milestones=[warmup_epochs])
    ### END SOLUTION


# %% [markdown]
# ## 4. Entrenar y evaluar
#
# El historial tiene que contar la verdad: medias por imagen, y cifras de validación medidas en modo eval.


# %% criteria="performance.fine_tuning.train_and_evaluate"
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

    Returns train_loss, train_acc, val_loss and val_acc: lists with one figure per epoch. Losses are the mean
    cross-entropy per image, accuracies the share of images that are right.
    """
    ### BEGIN SOLUTION
    if optimizer is None:
        optimizer = get_optimizer_with_discriminative_lr(model, get_layer_groups(model))
    history: dict[str, list[float]] = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        if unfreezer is not None:
            unfreezer.step(epoch)
        model.train()
        train_loss, train_acc = run_epoch(model, train_loader, optimizer)
        model.eval()
        with torch.no_grad():
            val_loss, val_acc = run_epoch(model, val_loader)
        if scheduler is not None:
            scheduler.step()
        for key, figure in zip(history, (train_loss, train_acc, val_loss, val_acc), strict=True):
            history[key].append(figure)
    return history
    ### END SOLUTION


def run_epoch(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], optimizer: Optimizer | None = None
) -> tuple[float, float]:
    """One pass over the loader: mean loss and share of right answers. With an optimizer, a step per batch."""
    ### BEGIN SOLUTION
    loss_sum, right, seen = 0.0, 0, 0
    for images, labels in loader:  # (B, 3, H, W), (B,)
        logits = model(images)  # (B, num_classes)
        loss = nn.functional.cross_entropy(logits, labels)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss_sum += loss.item() * len(labels)  # the last batch may be smaller: count images, not batches
        right += int((logits.argmax(dim=1) == labels).sum())
        seen += len(labels)
    return loss_sum / seen, right / seen
    ### END SOLUTION


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

"""Probes of the public checks: they build a small network, call your functions, and report."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


def stage() -> nn.Sequential:
    """Return a convolution and its norm, with the stem's names, though they are not part of it."""
    layers = {"conv1": nn.Conv2d(8, 8, 3, padding=1, bias=False), "bn1": nn.BatchNorm2d(8)}
    return nn.Sequential(OrderedDict(layers))


class Small(nn.Module):
    """A network with the children of torchvision's ResNet: (B, 3, 8, 8) -> (B, 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.layer1, self.layer2, self.layer3, self.layer4 = (stage() for _ in range(4))
        self.fc = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits for images x."""
        x = torch.relu(self.bn1(self.conv1(x)))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = torch.relu(stage(x))
        return self.fc(x.mean(dim=(2, 3)))


def layer_groups(model: Small) -> dict[str, list[nn.Module]]:
    """Return the groups as `get_layer_groups` should return them."""
    stages = {name: [getattr(model, name)] for name in ("layer1", "layer2", "layer3", "layer4")}
    return {"stem": [model.conv1, model.bn1], **stages, "head": [model.fc]}


def trained_groups(model: nn.Module, groups: dict[str, list[nn.Module]]) -> list[str]:
    """Return the groups that have a trainable parameter."""
    return [
        n
        for n, layers in groups.items()
        if any(p.requires_grad for la in layers for p in la.parameters())
    ]


def groups(student: Any) -> tuple[list[str], int, int]:
    """Return the names of your groups, the number of their parameters, and the network's."""
    model = Small()
    found = student.get_layer_groups(model)
    held = [p for layers in found.values() for layer in layers for p in layer.parameters()]
    return [str(name) for name in found], len(held), len(list(model.parameters()))


def frozen_and_thawed(student: Any, name: str) -> tuple[list[str], list[str]]:
    """Return the groups that are trained after freezing one, and after unfreezing it again."""
    model = Small()
    found = layer_groups(model)
    student.freeze_group(found[name])
    after = trained_groups(model, found)
    student.unfreeze_group(found[name])
    return after, trained_groups(model, found)


def frozen_until(student: Any, name: str) -> tuple[list[str], Any]:
    """Return the groups trained after `freeze_until`, and what `count_trainable` gives then."""
    model = Small()
    student.freeze_until(model, name)
    count = student.count_trainable(model)
    return trained_groups(model, layer_groups(model)), count.item() if isinstance(
        count, Tensor
    ) else count


def unfrozen(student: Any, schedule: dict[int, list[str]], epochs: int) -> list[list[str]]:
    """Return the groups that are trained in each epoch of a schedule."""
    model = Small()
    found = layer_groups(model)
    unfreezer = student.GradualUnfreezer(model, found, schedule)
    trained = []
    for epoch in range(epochs):
        unfreezer.step(epoch)
        trained.append(trained_groups(model, found))
    return trained


def rates(student: Any) -> list[float]:
    """Return the rates of your optimizer's groups, the smallest first."""
    model = Small()
    optimizer = student.get_optimizer_with_discriminative_lr(model, layer_groups(model))
    return sorted(float(group["lr"]) for group in optimizer.param_groups)


def curve(student: Any, base: float, warmup: int, total: int) -> list[float]:
    """Return the rate in each epoch, and after the last."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=base)
    scheduler = student.create_scheduler_with_warmup(optimizer, warmup, total)
    seen = [float(optimizer.param_groups[0]["lr"])]
    for _ in range(total):
        optimizer.step()
        scheduler.step()
        seen.append(float(optimizer.param_groups[0]["lr"]))
    return seen


def history(student: Any, epochs: int) -> dict[str, int]:
    """Return the length of each list of your history after training on 20 random images."""
    torch.manual_seed(0)
    data = TensorDataset(torch.randn(20, 3, 8, 8), torch.arange(20) % 4)
    loader = DataLoader(data, batch_size=8, shuffle=True)
    told = student.train_and_evaluate(Small(), loader, loader, epochs=epochs)
    lists = told.items() if isinstance(told, dict) else ()
    return {str(key): len(values) for key, values in lists if isinstance(values, (list, tuple))}

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torchvision import models, transforms


def load_pretrained(name: str = "resnet18") -> nn.Module:
    """The model, with what it learned on ImageNet."""
    return models.get_model(name, weights=models.get_model_weights(name).DEFAULT)


def create_transfer_model(base_model: nn.Module, num_classes: int, freeze_backbone: bool = True) -> nn.Module:
    """Replace the last layer."""
    route = next(name for name, mod in reversed(list(base_model.named_modules())) if isinstance(mod, nn.Linear))
    upper_route, _, name = route.rpartition(".")
    upper = base_model.get_submodule(upper_route) if upper_route else base_model
    base_model.requires_grad_(not freeze_backbone)
    setattr(upper, name, nn.Linear(getattr(upper, name).in_features, num_classes))
    return base_model


def imagenet_transform() -> transforms.Compose:
    """Return what the weights expect."""
    geometry = (transforms.Resize(256), transforms.CenterCrop(224))
    values = (transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    return transforms.Compose([*geometry, *values])


@contextmanager
def keep_norms(model: nn.Module) -> Iterator[None]:
    """Keep what batch normalisation has learned."""
    norms = [mod for mod in model.modules() if isinstance(mod, nn.modules.batchnorm._BatchNorm)]
    olds = [mod.momentum for mod in norms]
    for mod in norms:
        mod.momentum = 0.0
    try:
        yield
    finally:
        for mod, momentum in zip(norms, olds):
            mod.momentum = momentum


def train_classifier(model: nn.Module, loader, epochs: int = 1, lr: float = 1e-3) -> list[float]:
    """Only the head learns."""
    stepper = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    model.train()
    with keep_norms(model):
        return [run_once(model, loader, stepper) for _ in range(epochs)]


def run_once(model: nn.Module, loader, stepper: torch.optim.Optimizer) -> float:
    costs: list[Tensor] = []
    for xb, yb in loader:
        cost = nn.functional.cross_entropy(model(xb), yb)
        stepper.zero_grad()
        cost.backward()
        stepper.step()
        costs.append(cost.detach())
    return torch.stack(costs).mean().item()

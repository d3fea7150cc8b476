from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torchvision import models, transforms


def load_pretrained(name: str = "resnet18") -> nn.Module:
    """Return a model of torchvision with its weights."""
    return models.get_model(name, weights=models.get_model_weights(name).DEFAULT)


def create_transfer_model(base_model: nn.Module, num_classes: int, freeze_backbone: bool = True) -> nn.Module:
    """Replace the last layer."""
    path = next(name for name, m in reversed(list(base_model.named_modules())) if isinstance(m, nn.Linear))
    parent_path, _, name = path.rpartition(".")
    parent = base_model.get_submodule(parent_path) if parent_path else base_model
    base_model.requires_grad_(not freeze_backbone)
    setattr(parent, name, nn.Linear(getattr(parent, name).in_features, num_classes))
    return base_model


def imagenet_transform() -> transforms.Compose:
    """Return what the weights expect."""
    crop = (transforms.Resize(256), transforms.CenterCrop(224))
    scale = (transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    return transforms.Compose([*crop, *scale])


@contextmanager
def fixed_statistics(model: nn.Module) -> Iterator[None]:
    """Keep what batch normalisation has learned."""
    layers = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    momenta = [m.momentum for m in layers]
    for m in layers:
        m.momentum = 0.0
    try:
        yield
    finally:
        for m, momentum in zip(layers, momenta):
            m.momentum = momentum


def train_classifier(model: nn.Module, loader, epochs: int = 1, lr: float = 1e-3) -> list[float]:
    """Train the new layer alone."""
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    model.train()
    with fixed_statistics(model):
        return [_epoch(model, loader, optimizer) for _ in range(epochs)]


def _epoch(model: nn.Module, loader, optimizer: torch.optim.Optimizer) -> float:
    losses: list[Tensor] = []
    for images, labels in loader:
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses).mean().item()

"""Probes of the public checks: they load and change models, train one, and report."""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


def small(width: int = 1000) -> nn.Module:
    """Return a small ResNet: a backbone with a batch norm, and `fc`."""
    from torchvision.models.resnet import BasicBlock, ResNet

    model = ResNet(BasicBlock, [1, 1, 1, 1])
    model.layer2 = model.layer3 = model.layer4 = nn.Identity()
    model.fc = nn.Linear(64, width)
    return model


def first_weights(student: Any, name: str | None) -> Any:
    """Return the first weights of the loaded model; None where it is no model."""
    model = student.load_pretrained() if name is None else student.load_pretrained(name)
    return next(model.parameters()).detach() if isinstance(model, nn.Module) else None


def served_weights(student: Any, name: str) -> Tensor:
    """Return the first weights of torchvision's model `name`, pretrained."""
    from torchvision import models

    return next(models.get_model(name, weights="DEFAULT").parameters()).detach()


def head(student: Any, family: str, num_classes: int) -> list[int] | None:
    """Return the shape that the changed model makes of two images; None where it is no model."""
    from torchvision import models

    sizes: dict[str, Any] = {"image_size": 32, "patch_size": 16, "num_layers": 1, "num_heads": 2}
    vit = models.VisionTransformer(**sizes, hidden_dim=16, mlp_dim=16)
    base = {"ResNet": small, "MobileNetV2": models.mobilenet_v2, "ViT": lambda: vit}[family]()
    model = student.create_transfer_model(base, num_classes)
    if not isinstance(model, nn.Module):
        return None
    with torch.no_grad():
        y = model.eval()(torch.zeros(2, 3, 32, 32))
    return list(y.shape) if isinstance(y, Tensor) else None


def trainable(student: Any) -> list[int]:
    """Return the sizes of what is trainable in a frozen model, and in one that is not."""
    models = [
        student.create_transfer_model(small(), 5, freeze_backbone=freeze)
        for freeze in (True, False)
    ]
    return [sum(p.numel() for p in model.parameters() if p.requires_grad) for model in models]


def trained(student: Any) -> dict[str, Any]:
    """Return what a short training does to a frozen model: what moved, and what was returned."""
    model = student.create_transfer_model(small(), 3)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    labels = torch.arange(12) % 3
    images = torch.randn(12, 3, 32, 32) + labels[:, None, None, None]
    losses = student.train_classifier(
        model, DataLoader(TensorDataset(images, labels), 4), epochs=2, lr=0.01
    )
    after = model.state_dict()
    moved = [name for name, tensor in before.items() if not torch.equal(tensor, after[name])]
    count = len(losses) if isinstance(losses, (list, tuple)) else None
    return {
        "moved": [name for name in moved if not name.endswith("num_batches_tracked")],
        "losses": count,
    }


def transformed(student: Any, colour: list[int]) -> Any:
    """Return what the transform makes of a picture of one colour; None for no tensor."""
    x = student.imagenet_transform()(Image.new("RGB", (300, 280), tuple(colour)))
    return x.as_subclass(Tensor) if isinstance(x, Tensor) else None

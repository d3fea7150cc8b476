"""Probes of the student's model: build it, freeze it, feed it, and report."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

SAMPLE_SIZE = 8  # values of a tensor that stand for it


def build(student: Any, num_classes: int, pretrained: bool) -> Any:
    """Return the student's model, without `pretrained` where `create_model` does not take it."""
    if not takes_pretrained(student):
        return student.create_model(num_classes)
    return student.create_model(num_classes, pretrained=pretrained)


def takes_pretrained(student: Any) -> bool:
    """Return whether `create_model` can be told to leave the pretrained weights out."""
    try:
        inspect.signature(student.create_model).bind(1, pretrained=False)
    except TypeError:
        return False
    return True


def sample(tensor: Tensor) -> Tensor:
    """Return values from all over a tensor: (SAMPLE_SIZE,)."""
    flat = tensor.detach().reshape(-1).double()
    if not len(flat):
        return torch.zeros(SAMPLE_SIZE, dtype=torch.float64)
    return flat[torch.arange(SAMPLE_SIZE) * len(flat) // SAMPLE_SIZE]


def fingerprint(model: nn.Module) -> dict[str, Any]:
    """Return the shapes of a model's parameters, and some values of each: (count, SAMPLE_SIZE)."""
    tensors = list(model.parameters())
    return {
        "shapes": [tuple(t.shape) for t in tensors],
        "samples": torch.stack([sample(t) for t in tensors])
        if tensors
        else torch.zeros(0, SAMPLE_SIZE),
    }


def fingerprinted(student: Any, num_classes: int, pretrained: bool) -> Any:
    """Return the fingerprint of a new model; None where it is no module."""
    model = build(student, num_classes, pretrained)
    return fingerprint(model) if isinstance(model, nn.Module) else None


# ---------------------------------------------------------------- what it computes


def traced(student: Any, num_classes: int, pretrained: bool, x: Tensor, width: int) -> list[Tensor]:
    """Return what passes between a model's modules with `width` values per image, in eval mode."""
    model = build(student, num_classes, pretrained).eval()
    seen: list[Tensor] = []

    def note(_: nn.Module, given: Any, got: Any) -> None:
        for value in (*given, got):
            if (
                isinstance(value, Tensor)
                and len(value) == len(x)
                and value.numel() == width * len(x)
            ):
                flat = value.detach().reshape(len(x), -1)
                if not any(
                    flat.shape == other.shape and torch.equal(flat, other) for other in seen
                ):
                    seen.append(flat.clone())

    for module in model.modules():
        module.register_forward_hook(note)
    with torch.no_grad():
        model(x.clone())
    return seen[:64]


# ---------------------------------------------------------------- what is trained of it


def freezing(student: Any, num_classes: int, counts: list[int]) -> dict[str, Any]:
    """Return what is trainable after `freeze_backbone`, and after `unfreeze_layers`."""
    model = build(student, num_classes, False)

    def flags(function: Callable[..., Any], *args: int) -> list[bool]:
        returned = function(model, *args)
        changed = returned if isinstance(returned, nn.Module) else model
        return [p.requires_grad for p in changed.parameters()]

    answer: dict[str, Any] = {
        **fingerprint(model),
        "frozen": flags(student.freeze_backbone),
        "thawed": [],
    }
    for count in counts:
        flags(student.freeze_backbone)
        answer["thawed"].append(flags(student.unfreeze_layers, count))
    return answer

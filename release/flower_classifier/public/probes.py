"""Probes of the public checks: they call your functions on small made data, and report."""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


def transformed(student: Any, which: int, picture: Tensor, times: int) -> list[Any]:
    """Return what a transform makes of a picture (H, W, 3), several times.

    `which` is 0 for the training transform, 1 for evaluation.
    """
    transform = student.get_transforms()[which]
    answers = [transform(Image.fromarray(picture.numpy())) for _ in range(times)]
    return [a.as_subclass(Tensor) if isinstance(a, Tensor) else type(a).__name__ for a in answers]


def logits(student: Any, num_classes: int, x: Tensor) -> Any:
    """Return the logits of a model with random weights, in eval mode."""
    with torch.no_grad():
        return student.create_model(num_classes, pretrained=False).eval()(x)


def trainable(student: Any, counts: list[int]) -> list[int]:
    """Return the trainable parameters: all, after freeze_backbone, after unfreeze_layers."""
    model = student.create_model(102, pretrained=False)
    answers = [sum(1 for _ in model.parameters())]
    student.freeze_backbone(model)
    answers.append(sum(p.requires_grad for p in model.parameters()))
    for count in counts:
        student.freeze_backbone(model)
        student.unfreeze_layers(model, count)
        answers.append(sum(p.requires_grad for p in model.parameters()))
    return answers


def stopped(student: Any, patience: int, losses: list[float]) -> list[Any]:
    """Return what `step` answers to each loss."""
    stopping = student.EarlyStopping(patience)
    return [stopping.step(loss) for loss in losses]


def drawn(student: Any, seed: int) -> Tensor:
    """Return numbers of torch after set_seed."""
    student.set_seed(seed)
    return torch.rand(4)


def history(student: Any, images: Tensor, labels: Tensor, epochs: int) -> dict[str, int] | None:
    """Return the length of each list of the history after a few epochs; None for no dict."""
    own = vars(student._module).get("CONFIG")
    config = {
        **(own if isinstance(own, dict) else {}),
        "epochs": epochs,
        "patience": epochs,
        "device": "cpu",
    }
    config = {"lr": 1e-3, "min_delta": 0.0, "seed": 0, **config}
    loader: DataLoader[Any] = DataLoader(TensorDataset(images, labels), batch_size=len(images))
    answer = student.train_model(
        student.create_model(102, pretrained=False), loader, loader, config
    )
    return (
        {str(key): len(values) for key, values in answer.items()}
        if isinstance(answer, dict)
        else None
    )


def evaluated(student: Any, images: Tensor, labels: Tensor) -> Any:
    """Return what `evaluate_model` gives for a model that returns its inputs as logits."""
    loader: DataLoader[Any] = DataLoader(TensorDataset(images, labels), batch_size=len(images))
    return student.evaluate_model(Echo(), loader, "cpu")


class Echo(nn.Module):
    """A model that gives its inputs back."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        """Return the input: (B, 102) -> (B, 102)."""
        return x * self.weight

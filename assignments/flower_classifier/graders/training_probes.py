"""What runs beside the student's training: drives it with tiny data, scripts figures, reports; judges nothing."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook
from torch.utils.data import DataLoader, TensorDataset

if not hasattr(np, "Inf"):
    np.Inf = np.inf  # older snippets know it by this name

MARK = 0.125  # times the number of an image: what its first pixel holds


# ---------------------------------------------------------------- early stopping


def stopped(student: Any, patience: int, min_delta: float, losses: list[float]) -> list[Any]:
    """What `step` answers to each loss, until it says stop."""
    stopping = student.EarlyStopping(patience, min_delta) if min_delta else student.EarlyStopping(patience)
    answers: list[Any] = []
    for loss in losses:
        answer = stopping.step(loss)
        answers.append(answer if answer is None else bool(answer))
        if answer:
            break
    return answers


# ---------------------------------------------------------------- training, with scripted validation


class Script:
    """Stands at a model's output: for images of the validation it answers as the script says, and takes notes.

    Images are known by their first pixel. The script has one entry per pass through the validation images: how
    many of them, counted from the first, are answered rightly.
    """

    def __init__(self, labels: Tensor, validation: int, script: list[int]) -> None:
        self.labels = labels  # (n,) of all images
        self.validation = validation  # number of the first image of the validation
        self.script = script
        self.passes = 0
        self.modes: list[bool] = []  # model.training, at each scripted answer
        self.losses: list[float] = []  # of each training batch
        self.epochs: list[int] = []  # in which pass each training batch came
        self.weights: list[Tensor] = []  # the last parameter, as each pass found it
        self.rates: list[tuple[int, list[float]]] = []  # at each step of an optimizer
        self.optimizer: torch.optim.Optimizer | None = None  # that made the last step

    def attach(self, model: nn.Module) -> None:
        """Stand at the model's output from now on."""
        model.register_forward_hook(self.answer)

    def answer(self, model: nn.Module, given: tuple[Tensor], logits: Any) -> Any:
        """What the model says, or what the script says in its place."""
        numbers = (given[0][:, 0, 0, 0] / MARK).round().long()
        labels = self.labels[numbers]
        if int(numbers[0]) < self.validation:
            with torch.no_grad():
                self.losses.append(float(nn.functional.cross_entropy(logits, labels)))
            self.epochs.append(self.passes)
            return None
        if int(numbers[0]) == self.validation:
            self.weights.append(list(model.parameters())[-1].detach().clone())
            self.passes += 1
        self.modes.append(model.training)
        right = numbers - self.validation < self.script[min(self.passes, len(self.script)) - 1]
        shown = torch.where(right, labels, (labels + 7) % logits.shape[1])
        scripted = 3.0 * nn.functional.one_hot(shown, logits.shape[1]).to(logits)
        return scripted + 0 * logits if logits.requires_grad else scripted

    def watch(self, optimizer: torch.optim.Optimizer) -> None:
        """Note the rates with which an optimizer is about to make a step."""
        self.optimizer = optimizer
        self.rates.append((self.passes, rates_of(optimizer)))


def rates_of(optimizer: torch.optim.Optimizer | None) -> list[float]:
    """The rate of each parameter group."""
    return [] if optimizer is None else [float(group["lr"]) for group in optimizer.param_groups]


def settings(student: Any, overrides: dict[str, Any]) -> dict[str, Any]:
    """The student's own CONFIG, where there is one, with what the judge asks for."""
    own = getattr(student._module, "CONFIG", None)
    return {**(own if isinstance(own, dict) else {}), **overrides}


def fresh_model(student: Any) -> nn.Module:
    """The student's model for 102 classes, with random weights where it can be told so."""
    options = {"pretrained": False}
    try:
        inspect.signature(student.create_model).bind(102, **options)
    except TypeError:
        options = {}
    model: nn.Module = student.create_model(102, **options)
    return model


def loader(images: Tensor, labels: Tensor, batch_size: int, shuffle: bool = False) -> DataLoader[Any]:
    """A loader of tensors."""
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=shuffle)


def trained(
    student: Any, images: Tensor, labels: Tensor, validation: int, script: list[int], config: dict[str, Any]
) -> dict[str, Any]:
    """Train on the first images, validate on those from `validation` on; what happened, and the history."""
    torch.manual_seed(config["seed"])
    model = fresh_model(student)
    notes = Script(labels, validation, script)
    notes.attach(model)
    steps = register_optimizer_step_pre_hook(lambda optimizer, *_: notes.watch(optimizer))
    train = loader(images[:validation], labels[:validation], batch_size=4, shuffle=True)
    valid = loader(images[validation:], labels[validation:], batch_size=4)
    try:
        history = student.train_model(model, train, valid, settings(student, config))
    finally:
        steps.remove()
    return {
        "history": plain(history),
        "modes": notes.modes,
        "losses": notes.losses,
        "epochs": notes.epochs,
        "rates": notes.rates,
        "last_rates": rates_of(notes.optimizer),
        "weights": notes.weights,
        "left": list(model.parameters())[-1],
        "passes": notes.passes,
    }


def plain(value: Any) -> Any:
    """A history without NumPy's and torch's numbers; for anything else the name of its type."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (np.generic, Tensor)) and np.size(value) == 1:
        return value.item()
    return value if value is None or type(value) in (bool, int, float, str) else type(value).__name__


def evaluated(student: Any, images: Tensor, labels: Tensor, ranks: Tensor) -> dict[str, Any]:
    """What `evaluate_model` says of a model that puts the label of image i at place `ranks[i]`, and its modes."""
    model = Ranker(labels, ranks)
    model.train()
    answer = student.evaluate_model(model, loader(images, labels, batch_size=4), "cpu")
    return {"answer": plain(answer), "modes": model.modes}


class Ranker(nn.Module):
    """A model that puts the right class at a given place of its ranking, and takes notes."""

    def __init__(self, labels: Tensor, ranks: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.labels, self.ranks = labels, ranks
        self.modes: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        """Logits (B, 102) for images that are known by their first pixel."""
        self.modes.append(self.training)
        numbers = (x[:, 0, 0, 0] / MARK).round().long()
        labels, ranks = self.labels[numbers], self.ranks[numbers]
        places = (torch.arange(102) - labels[:, None] + ranks[:, None]) % 102  # (B, 102): the label's is its rank
        return -places.float() * self.weight


# ---------------------------------------------------------------- seeds


def drawn(student: Any, seed: int) -> dict[str, list[float]]:
    """Numbers of each generator after `set_seed(seed)`."""
    student.set_seed(seed)
    return {
        "random": [random.random() for _ in range(4)],
        "numpy": np.random.rand(4).tolist(),
        "torch": torch.rand(4).tolist(),
    }


def repeated(
    student: Any, seed: int, images: Tensor, labels: Tensor, validation: int, config: dict[str, Any]
) -> dict[str, Any]:
    """After `set_seed(seed)`: a new model's weights, and what an epoch of training makes of them.

    The validation finds every image right: code that keeps the best epoch must have one to keep.
    """
    random.seed()
    np.random.seed()
    torch.seed()
    run: Callable[..., Any] = student.train_model
    student.set_seed(seed)
    model = fresh_model(student)
    start = [p.detach().reshape(-1)[:8].clone() for p in model.parameters()]
    Script(labels, validation, [len(labels) - validation]).attach(model)
    train = loader(images[:validation], labels[:validation], 2, shuffle=True)
    valid = loader(images[validation:], labels[validation:], 4)
    history = run(model, train, valid, settings(student, config))
    end = [p.detach().reshape(-1)[:8] for p in model.parameters()]
    return {"start": torch.cat(start), "end": torch.cat(end), "history": plain(history)}

"""Probes of the student's training: run it on tiny data, and report each step to the judge."""

from __future__ import annotations

import copy
import functools
import inspect
import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.utils.data import DataLoader, TensorDataset

from autograder.checks.in_worker import Dialogue, kept

if not hasattr(np, "Inf"):
    np.Inf = np.inf  # older snippets know it by this name

TRAINED = "models of a training"  # under which a training leaves them
NUMBER_SCALE = 0.125  # times the number of an image: what its first channel holds


# ---------------------------------------------------------------- early stopping


def stopped(student: Any, patience: int, min_delta: float, losses: list[float]) -> list[Any]:
    """Return what `step` answers to each loss, until it says stop."""
    stopping = (
        student.EarlyStopping(patience, min_delta) if min_delta else student.EarlyStopping(patience)
    )
    answers: list[Any] = []
    for loss in losses:
        answer = stopping.step(loss)
        answers.append(answer if answer is None else bool(answer))
        if answer:
            break
    return answers


# --------------------------------------------------------------- training, with scripted validation


class Script:
    """A hook at a model's output that gives scripted answers for validation images.

    Images are recognised by their first channel. The hook reports what it sees, and waits for the
    judge before the first training batch of an epoch and before each pass through the validation
    images; the judge then says how many of them, counted from the first, are to be right.
    """

    def __init__(
        self, labels: Tensor, validation: int, ask: Callable[[dict[str, Any]], Any]
    ) -> None:
        self.labels = labels  # (n,) of all images
        self.validation = validation  # number of the first image of the validation
        self.ask = ask
        self.trains = False  # whether the last image was one to train on
        self.right = 0  # of the images of this pass through the validation
        self.optimizer: torch.optim.Optimizer | None = None  # that made the last step
        self.model: nn.Module | None = None  # as it was seen last
        # Samples of its weights that were seen at forward passes and after steps.
        self.seen: list[Tensor] = []
        self.notes = self.blank()

    @staticmethod
    def blank() -> dict[str, list[Any]]:
        """Return empty notes: model.training at each scripted answer, training losses, rates.

        `elsewhere` says of each step whether the weights had moved before it.
        """
        return {"modes": [], "losses": [], "rates": [], "elsewhere": []}

    def tell(self, step: str, **told: Any) -> Any:
        """Report a step with the notes since the last one; return the judge's answer."""
        notes, self.notes = self.notes, self.blank()
        return self.ask({"step": step, **notes, **told})

    def __call__(self, model: nn.Module, given: tuple[Tensor], logits: Any) -> Any:
        """Return the model's answer, or the scripted one in its place."""
        numbers = numbers_of(given[0], len(self.labels))
        labels = self.labels[numbers]
        if int(numbers[0]) < self.validation:
            if not self.trains:
                self.trains = True
                self.tell("training")
            self.model = model
            self.seen.append(sample_of(model))
            with torch.no_grad():
                self.notes["losses"].append(float(nn.functional.cross_entropy(logits, labels)))
            return None
        if int(numbers[0]) == self.validation:
            self.trains = False
            self.right = self.tell("validation", weights=sample_of(model))
        self.notes["modes"].append(model.training)
        shown = torch.where(
            numbers - self.validation < self.right, labels, (labels + 7) % logits.shape[1]
        )
        scripted = 3.0 * nn.functional.one_hot(shown, logits.shape[1]).to(logits)
        return scripted + 0 * logits if logits.requires_grad else scripted

    def watch(self, optimizer: torch.optim.Optimizer) -> None:
        """Note the rates with which an optimizer of the model is about to make a step."""
        if self.model is None or not is_of(optimizer, self.model):
            return
        self.optimizer = optimizer
        self.notes["rates"] += rates_of(optimizer)
        now = sample_of(self.model)
        self.notes["elsewhere"].append(not any(torch.equal(now, each) for each in self.seen))

    def step_made(self, optimizer: torch.optim.Optimizer) -> None:
        """Note the weights that a step of an optimizer of the model has left."""
        if self.model is not None and is_of(optimizer, self.model):
            self.seen = [sample_of(self.model)]

    def __deepcopy__(self, _memo: Any) -> Script:
        """Return the same object: a copy of the model is watched too."""
        return self

    def __reduce__(self) -> Any:
        """Return something that can be saved and loaded, and does nothing."""
        return functools.partial, (sys.audit, "a model, loaded")


def numbers_of(images: Tensor, count: int) -> Tensor:
    """Return the numbers of images (B, 3, H, W).

    Flips, crops and black corners leave the greater part of an image's first channel.
    """
    return (
        (images[:, 0].flatten(1).median(dim=1).values / NUMBER_SCALE)
        .round()
        .long()
        .clamp(0, count - 1)
    )


def sample_of(model: nn.Module) -> Tensor:
    """Return the first numbers of each parameter."""
    return torch.cat([p.detach().reshape(-1)[:8].clone() for p in model.parameters()])


def is_of(optimizer: torch.optim.Optimizer, model: nn.Module) -> bool:
    """Return whether an optimizer holds a parameter of the model."""
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    return any(id(p) in held for p in model.parameters())


def rates_of(optimizer: torch.optim.Optimizer | None) -> list[float]:
    """Return the rate of each parameter group."""
    return [] if optimizer is None else [float(group["lr"]) for group in optimizer.param_groups]


def settings(student: Any, overrides: dict[str, Any]) -> dict[str, Any]:
    """Return the student's own CONFIG, if any, updated by the judge's values."""
    own = getattr(student._module, "CONFIG", None)
    return {**(own if isinstance(own, dict) else {}), **overrides}


def fresh_model(student: Any) -> nn.Module:
    """Return the student's model for 102 classes, with random weights where it takes that."""
    options = {"pretrained": False}
    try:
        inspect.signature(student.create_model).bind(102, **options)
    except TypeError:
        options = {}
    model: nn.Module = student.create_model(102, **options)
    return model


def loader(
    images: Tensor, labels: Tensor, batch_size: int, shuffle: bool = False
) -> DataLoader[Any]:
    """Return a loader of tensors."""
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=shuffle)


dialogues: list[Dialogue] = []  # the training that is under way


def begun(
    student: Any, images: Tensor, labels: Tensor, validation: int, config: dict[str, Any]
) -> dict[str, Any]:
    """Start a training; return its first step, or its end.

    It trains on the first images and validates on those from `validation` on.
    """
    torch.manual_seed(config["seed"])
    model = fresh_model(student)
    dialogue = Dialogue(lambda: training(student, model, script, images, config))
    script = Script(labels, validation, dialogue.ask)
    dialogues[:] = [dialogue]
    return resumed(student, None)


def resumed(_student: Any, answer: Any) -> dict[str, Any]:
    """Return the next step of the training, or its end: the history, the notes, what is left."""
    told: dict[str, Any] = dialogues[0].go_on(answer)
    return told


def training(
    student: Any, model: nn.Module, script: Script, images: Tensor, config: dict[str, Any]
) -> dict[str, Any]:
    """Return what the student's training leaves behind."""
    kept()[TRAINED] = {"start": copy.deepcopy(model), "left": model}
    hook = model.register_forward_hook(script)
    steps = register_optimizer_step_pre_hook(lambda optimizer, *_: script.watch(optimizer))
    after = register_optimizer_step_post_hook(lambda optimizer, *_: script.step_made(optimizer))
    first, labels = script.validation, script.labels
    train = loader(images[:first], labels[:first], batch_size=4, shuffle=True)
    valid = loader(images[first:], labels[first:], batch_size=4)
    try:
        history = student.train_model(model, train, valid, settings(student, config))
    finally:
        steps.remove()
        after.remove()
        hook.remove()
    left = {"weights": sample_of(model), "last_rates": rates_of(script.optimizer)}
    return {"step": "end", "history": plain(history), **script.notes, **left}


def trained(_student: Any, which: str) -> Any:
    """Return the model of the last training, as it was at the "start" or as it is "left"."""
    return kept()[TRAINED][which]


def plain(value: Any) -> Any:
    """Return a history without NumPy's and torch's numbers; for anything else its type's name."""
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, (np.generic, Tensor)) and np.size(value) == 1:
        return value.item()
    return (
        value if value is None or type(value) in (bool, int, float, str) else type(value).__name__
    )


def evaluated(student: Any, images: Tensor, labels: Tensor, ranks: Tensor) -> dict[str, Any]:
    """Return what `evaluate_model` gives for a known model, and the model's modes.

    The model puts the label of image i at place `ranks[i]`.
    """
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
        """Return logits (B, 102) for images that are known by their first channel."""
        self.modes.append(self.training)
        numbers = numbers_of(x, len(self.labels))
        labels, ranks = self.labels[numbers], self.ranks[numbers]
        places = (
            torch.arange(102) - labels[:, None] + ranks[:, None]
        ) % 102  # (B, 102): the label's is its rank
        return -places.float() * self.weight


# ---------------------------------------------------------------- seeds


def drawn(student: Any, seed: int) -> dict[str, list[float]]:
    """Return numbers of each generator after `set_seed(seed)`."""
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
    start = sample_of(model)
    everything = Script(labels, validation, lambda _told: len(labels) - validation)
    model.register_forward_hook(everything)
    train = loader(images[:validation], labels[:validation], 2, shuffle=True)
    valid = loader(images[validation:], labels[validation:], 4)
    # On a busy machine several threads do not always add up in the same order.
    torch.set_num_threads(1)
    history = run(model, train, valid, settings(student, config))
    return {"start": start, "end": sample_of(model), "history": plain(history)}

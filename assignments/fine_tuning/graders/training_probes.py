"""Probes of the training loop: networks and loaders that report each step to the judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.checks.in_worker import Dialogue

torch.backends.mkldnn.set_flags(False)  # see probes.py
torch.set_num_threads(1)

HISTORY_KEYS = ("train_loss", "train_acc", "val_loss", "val_acc")
Data = tuple[Tensor, Tensor]  # images (N, 3, H, W), labels (N,)


def figures(history: Any) -> Any:
    """Return the four lists of a history as numbers; None where the history is no dict.

    A missing list, and an entry that is no number, is None.
    """
    if not isinstance(history, dict):
        return None
    lists = {key: history.get(key) for key in HISTORY_KEYS}
    return {
        k: [figure(v) for v in vs] if isinstance(vs, (list, tuple)) else None
        for k, vs in lists.items()
    }


def figure(value: Any) -> float | None:
    """Return one number, be it Python's, NumPy's or torch's; None for anything else."""
    try:
        return float(value) if hasattr(value, "__float__") else None  # "0.9" is no number
    except (TypeError, ValueError, RuntimeError):
        return None


# ----------------------------------------------------- a scripted network


class ScriptedNetwork(nn.Module):
    """A network that answers what its images contain, and reports every pass.

    (B, 3, 4, 4) -> (B, 4). It cannot learn. The first row of an image holds its logits, which a
    gain scales; the last pixel is its number. The judge receives each pass before it sends the
    gain. The children are those of a ResNet, because student code may look for them.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 1, 1), nn.BatchNorm2d(1)
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(nn.Conv2d(1, 1, 1)) for _ in range(4)
        )
        self.fc = nn.Linear(1, 4)
        self.dialogue = dialogue

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits written in x; their gradient at every parameter is zero."""
        numbers = [int(n) for n in x[:, 2, 3, 3]]
        mode = {"training": self.training, "images": numbers}
        gain = self.dialogue.ask({"step": "pass", "gradients": torch.is_grad_enabled(), **mode})
        y: Tensor = gain * x[:, 0, 0] + 0 * sum(p.sum() for p in self.parameters())  # (B, 4)
        if y.requires_grad:
            y.register_hook(lambda _: self.tell({"step": "backward", **mode}))
        return y

    def tell(self, step: dict[str, Any]) -> None:
        """Tell the judge, who has nothing to say to it."""
        self.dialogue.ask(step)


dialogues: list[Dialogue] = []  # the training that is under way


def resumed(_student: Any, answer: Any) -> Any:
    """Return the next step of the training, or its end: the history, and what is left."""
    return dialogues[0].go_on(answer)


def trained_scripted(student: Any, train: Data, val: Data, batch: int, epochs: int | None) -> Any:
    """Train the scripted network; return the first step, or the end.

    None for `epochs` leaves the student's default.
    """
    loaders = [DataLoader(TensorDataset(*data), batch_size=batch) for data in (train, val)]
    asked = {} if epochs is None else {"epochs": epochs}

    def training() -> dict[str, Any]:
        return {
            "step": "end",
            "figures": figures(
                student.train_and_evaluate(ScriptedNetwork(dialogue), *loaders, **asked)
            ),
        }

    dialogue = Dialogue(training)
    dialogues[:] = [dialogue]
    return dialogue.go_on()


# ---------------------------------------------------------------- a network that learns


class Layer(nn.Sequential):
    """conv-BN-ReLU."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(channels, width, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )


class Learner(nn.Module):
    """A small network with a ResNet's children, BN and dropout: (B, 3, 8, 8) -> (B, 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = (
            nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(16),
        )
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            Layer(16, 16, s) for s in (1, 1, 2, 1)
        )
        self.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, 4))

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits for images x."""
        x = torch.relu(self.bn1(self.conv1(x)))  # (B, 16, 4, 4)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))  # (B, 16, 2, 2)
        logits: Tensor = self.fc(x.mean(dim=(2, 3)))  # (B, 4)
        return logits


class WatchedLoader(DataLoader[Any]):
    """A loader that marks each pass over it on a tape, before and after."""

    def __init__(self, data: Data, batch: int, tape: Any) -> None:
        super().__init__(TensorDataset(*data), batch_size=batch)
        self.tape = tape

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """Yield the batches."""
        self.tape.mark("validation")
        try:
            yield from super().__iter__()
        finally:  # of a pass that is broken off, too
            self.tape.mark("validated")


class GradientWatcher:
    """Notes of each backward pass whether a gradient was left from the one before."""

    def __init__(self, learner: Learner) -> None:
        self.head = list(learner.fc.parameters())
        self.stale: list[bool] = []
        learner.register_forward_hook(self.watch)

    def watch(self, _module: Any, _inputs: Any, output: Any) -> None:
        """Note the gradients of the head when the backward pass begins."""
        if output.requires_grad:
            output.register_hook(lambda _: self.stale.append(self.has_gradient()))

    def has_gradient(self) -> bool:
        """Return whether the head has a gradient that is not zero."""
        return any(p.grad is not None and bool(p.grad.any()) for p in self.head)


def trained(
    student: Any, tape: Any, state: dict[str, Tensor], frozen: list[str], batch: int, epochs: int
) -> Any:
    """Train the network that learns; return the figures, and whether gradients were left."""
    learner = Learner()
    learner.load_state_dict(state)
    for name in frozen:
        learner.get_parameter(name).requires_grad_(False)
    watcher = GradientWatcher(learner)
    tape.watch(learner)
    train = TensorDataset(tape["images"], tape["labels"])
    train_loader = DataLoader(train, batch_size=batch, shuffle=True)
    val_loader = WatchedLoader((tape["val_images"], tape["val_labels"]), batch, tape)

    def train_and_evaluate() -> Any:
        return student.train_and_evaluate(learner, train_loader, val_loader, epochs=epochs)

    history = tape.record(train_and_evaluate)
    return {"figures": figures(history), "stale": watcher.stale}

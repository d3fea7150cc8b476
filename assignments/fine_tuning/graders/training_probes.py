"""What runs beside the student's training loop: networks and loaders that keep a record; judges nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

torch.backends.mkldnn.set_flags(False)  # see probes.py
torch.set_num_threads(1)

KEYS = ("train_loss", "train_acc", "val_loss", "val_acc")
Data = tuple[Tensor, Tensor]  # images (N, 3, H, W), labels (N,)


def figures(history: Any) -> Any:
    """The four lists of a history as numbers, None for what is none; None where there is no dict."""
    if not isinstance(history, dict):
        return None
    lists = {key: history.get(key) for key in KEYS}
    return {k: [figure(v) for v in vs] if isinstance(vs, (list, tuple)) else None for k, vs in lists.items()}


def figure(value: Any) -> float | None:
    """One number, be it Python's, NumPy's or torch's."""
    try:
        return float(value) if hasattr(value, "__float__") else None  # "0.9" is no number
    except (TypeError, ValueError, RuntimeError):
        return None


# ---------------------------------------------------------------- a network that keeps books


class Record(list[Any]):
    """A list that a copy of its owner shares."""

    def __deepcopy__(self, _memo: Any) -> Record:
        """The very same list."""
        return self


class Ledger(nn.Module):
    """A network that answers what its images say, cannot learn, and books every pass: (B, 3, 4, 4) -> (B, 4).

    The first row of an image holds its logits, which a gain scales; the last pixel is its number, and the training
    images come first. There is a gain for before any training and one for after each epoch of it: training is over
    when an image is only looked at. The children are those of a ResNet, so that code may look for them.
    """

    def __init__(self, gains: list[float], images: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 1, 1), nn.BatchNorm2d(1)
        self.layer1, self.layer2, self.layer3, self.layer4 = (nn.Sequential(nn.Conv2d(1, 1, 1)) for _ in range(4))
        self.fc = nn.Linear(1, 4)
        self.gains, self.images = gains, images
        self.epoch, self.under_way = 0, False
        self.passes = Record()  # train mode, gradients on, numbers of the images
        self.backwards = Record()  # train mode, numbers of the images

    def forward(self, x: Tensor) -> Tensor:
        """The logits that are written in x; their gradient at every parameter is zero."""
        numbers = [int(n) for n in x[:, 2, 3, 3]]
        self.passes.append((self.training, torch.is_grad_enabled(), numbers))
        if self.under_way and (numbers[0] >= self.images or not torch.is_grad_enabled()):
            self.epoch, self.under_way = min(self.epoch + 1, len(self.gains) - 1), False
        y: Tensor = self.gains[self.epoch] * x[:, 0, 0] + 0 * sum(p.sum() for p in self.parameters())  # (B, 4)
        if y.requires_grad:
            training = self.training
            y.register_hook(lambda _: self.book(training, numbers))
        return y

    def book(self, training: bool, numbers: list[int]) -> None:
        """Remember a backward pass."""
        self.backwards.append((training, numbers))
        self.under_way = self.under_way or numbers[0] < self.images


def booked(student: Any, gains: list[float], train: Data, val: Data, batch: int, epochs: int | None) -> Any:
    """The history of a training of the ledger, and its books; without `epochs` the default is left to speak."""
    loaders = [DataLoader(TensorDataset(*data), batch_size=batch) for data in (train, val)]
    ledger = Ledger(gains, len(train[1]))
    history = student.train_and_evaluate(ledger, *loaders, **({} if epochs is None else {"epochs": epochs}))
    return {"figures": figures(history), "passes": [*ledger.passes], "backwards": [*ledger.backwards]}


# ---------------------------------------------------------------- a network that learns


class Layer(nn.Sequential):
    """conv-BN-ReLU."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(channels, width, 3, stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )


class Learner(nn.Module):
    """A small network with a ResNet's children, BN and dropout: (B, 3, 8, 8) -> (B, 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(16)
        self.layer1, self.layer2, self.layer3, self.layer4 = (Layer(16, 16, s) for s in (1, 1, 2, 1))
        self.fc = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, 4))

    def forward(self, x: Tensor) -> Tensor:
        """The logits for images x."""
        x = torch.relu(self.bn1(self.conv1(x)))  # (B, 16, 4, 4)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))  # (B, 16, 2, 2)
        logits: Tensor = self.fc(x.mean(dim=(2, 3)))  # (B, 4)
        return logits


class WatchedLoader(DataLoader[Any]):
    """A loader that keeps the network's state before each pass over it, and compares it with that after."""

    def __init__(self, data: Data, batch: int, network: nn.Module) -> None:
        super().__init__(TensorDataset(*data), batch_size=batch)
        self.network = network
        self.states: list[dict[str, Tensor]] = []  # per pass
        self.changed: list[list[str]] = []  # per pass, the names of what changed

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """The batches."""
        before = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.states.append(before)
        try:
            yield from super().__iter__()
        finally:  # of a pass that is broken off, too
            after = self.network.state_dict()
            self.changed.append([name for name, value in before.items() if not torch.equal(value, after[name])])


learners: list[Learner] = []  # the network that was trained


def trained(
    student: Any,
    state: dict[str, Tensor],
    frozen: list[str],
    data: tuple[Data, Data],
    batch: int,
    epochs: int,
    seed: int,
) -> Any:
    """The history of a real training, the states at each validation and at the end, and what was seen on the way.

    `stale` says of each backward pass whether it began with a gradient left from the one before.
    """
    train, val = data
    torch.manual_seed(seed)
    learner = Learner()
    learner.load_state_dict(state)
    for name in frozen:
        learner.get_parameter(name).requires_grad_(False)
    head = list(learner.fc.parameters())
    stale: list[bool] = []

    def watch(_module: Any, _inputs: Any, output: Any) -> None:
        if output.requires_grad:
            output.register_hook(
                lambda _: stale.append(any(p.grad is not None and bool(p.grad.any()) for p in head))
            )

    learner.register_forward_hook(watch)
    val_loader = WatchedLoader(val, batch, learner)
    train_loader = DataLoader(TensorDataset(*train), batch_size=batch, shuffle=True)
    learners[:] = [learner]
    history = student.train_and_evaluate(learner, train_loader, val_loader, epochs=epochs)
    return {
        "figures": figures(history),
        "states": val_loader.states[: 4 * epochs],
        "state": dict(learner.state_dict()),
        "changed": val_loader.changed,
        "stale": stale,
    }


def answers(student: Any, images: Tensor) -> Any:
    """What the network that was trained answers in eval mode."""
    with torch.no_grad():
        return learners[0].eval()(images)

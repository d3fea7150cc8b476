"""Probes of freezing and rates: run the student's functions on small networks and report."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

# On inputs this small, oneDNN takes longer to compile a kernel for each shape than torch's own take
# to run, and threads that wait for each other on a busy machine take longer than all the rest.
torch.backends.mkldnn.set_flags(False)
torch.set_num_threads(1)

CHANNELS = 8  # channels of every map
RATE, DECAY = 0.1, 0.05  # of the weights, in each step of a testbed
# With which code may refuse a name that it does not know.
REFUSAL_ERRORS = (LookupError, ValueError, AttributeError)

Groups = dict[str, list[nn.Module]]


# ------------------------------------------------------ a narrow network with the names of a ResNet


class Block(nn.Module):
    """A block of conv, BN and ReLU, with names that the stem has too.

    (B, 8, H, W) -> (B, 8, H/stride, W/stride)
    """

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(CHANNELS, CHANNELS, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output for x."""
        return torch.relu(self.bn1(self.conv1(x)))


class NarrowResNet(nn.Module):
    """A network with little more than the children of torchvision's ResNet, in their order.

    (B, 3, 16, 16) -> (B, 4).
    """

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, CHANNELS, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS)
        self.relu = nn.ReLU()
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(Block(s)) for s in (1, 2, 2, 2)
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Dropout(dropout), nn.Linear(CHANNELS, 4))

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits for images x."""
        x = self.relu(self.bn1(self.conv1(x)))  # (B, 8, 8, 8)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))  # (B, 8, 1, 1)
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))  # (B, 4)
        return logits


class GatedBlock(Block):
    """A block whose output is gated by a layer called `fc1`, as squeeze-and-excitation has it."""

    def __init__(self, stride: int) -> None:
        super().__init__(stride)
        self.fc1 = nn.Linear(CHANNELS, CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output for x."""
        x = super().forward(x)
        return x * torch.sigmoid(self.fc1(x.mean(dim=(2, 3))))[:, :, None, None]


class MisleadingResNet(NarrowResNet):
    """A network with the same children, whose inner layers have names of other children."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(OrderedDict(fc=self.conv1))  # type: ignore[assignment]
        self.layer1 = nn.Sequential(GatedBlock(1))
        self.layer2 = nn.Sequential(OrderedDict(layer10=GatedBlock(2)))
        self.layer3 = nn.Sequential(OrderedDict(head=Block(2)))
        self.layer4 = nn.Sequential(OrderedDict(stem=Block(2)))
        self.fc = nn.Sequential(OrderedDict(drop=self.fc[0], layer4=self.fc[1]))


NETWORKS_BY_NAME: dict[str, Callable[[], NarrowResNet]] = {
    "NarrowResNet": NarrowResNet,
    "MisleadingResNet": MisleadingResNet,
}


def layer_groups(model: Any) -> Groups:
    """Return what `get_layer_groups` has to return for a network with a ResNet's children."""
    stages: Groups = {
        name: [getattr(model, name)] for name in ("layer1", "layer2", "layer3", "layer4")
    }
    return {"stem": [model.conv1, model.bn1], **stages, "head": [model.fc]}


# ---------------------------------------------------------------- freezing and thawing


class Testbed:
    """A narrow network, some of it frozen, and gradient descent on all its first parameters.

    Each step decays every weight that has a gradient, even a zero one: zeroing gradients does not
    count as freezing. The steps are written out: the first optimizer that a process makes imports
    torch's compiler, which takes a second of a judge that needs nothing else of it.
    """

    def __init__(self, tape: Any, frozen: Iterable[str], network: str) -> None:
        self.tape = tape
        self.model = tape.watch(NETWORKS_BY_NAME[network]())
        self.groups = layer_groups(self.model)
        self.parameters = dict(self.model.named_parameters())
        self.reports: list[dict[str, list[str]]] = []
        for layer in (layer for name in frozen for layer in self.groups[name]):
            layer.requires_grad_(False)

    def step(self) -> None:
        """Train one batch, with a mark before and after; note what wants a gradient."""
        parameters = dict(self.model.named_parameters())
        wanting = [name for name, p in parameters.items() if p.requires_grad]
        replaced = [name for name, p in parameters.items() if p is not self.parameters[name]]
        self.reports.append({"wanting": wanting, "replaced": replaced})
        self.tape.mark("called")
        for parameter in self.parameters.values():
            parameter.grad = None
        self.model.train()  # whoever freezes may set the layers to eval mode, too
        loss = nn.functional.cross_entropy(self.model(self.tape["x"]), self.tape["y"])
        if loss.requires_grad:
            torch.autograd.backward(loss)
        self.descend()
        self.tape.mark("stepped")

    @torch.no_grad()
    def descend(self) -> None:
        """Move each parameter that has a gradient against it, and towards zero."""
        for parameter in self.parameters.values():
            if parameter.grad is not None:
                parameter.mul_(1 - RATE * DECAY).add_(parameter.grad, alpha=-RATE)


def acted(student: Any, tape: Any, frozen: list[str], actions: list[tuple[str, str]]) -> Any:
    """Train a batch after each call of a function; return the reports.

    The function gets a layer group; freeze_until gets a child's name.
    """
    testbed = Testbed(tape, frozen, "NarrowResNet")

    def train() -> None:
        for function, name in actions:
            if function == "freeze_until":
                student.freeze_until(testbed.model, name)
            else:
                getattr(student, function)(testbed.groups[name])
            testbed.step()

    tape.record(train)
    return testbed.reports


def unfrozen(student: Any, tape: Any, schedule: dict[int, list[str]], epochs: list[int]) -> Any:
    """Train a batch after the step of each epoch; return the reports."""
    testbed = Testbed(tape, [], "MisleadingResNet")

    def train() -> None:
        unfreezer = student.GradualUnfreezer(testbed.model, testbed.groups, schedule)
        for epoch in epochs:
            unfreezer.step(epoch)
            testbed.step()

    tape.record(train)
    return testbed.reports


def unfrozen_or_refused(
    student: Any, tape: Any, schedule: dict[int, list[str]], epochs: list[int]
) -> Any:
    """Do what `unfrozen` does, for a schedule that code may refuse.

    No reports where it refuses at once; it may also refuse in an epoch.
    """
    testbed = Testbed(tape, [], "MisleadingResNet")

    def train() -> None:
        try:
            unfreezer = student.GradualUnfreezer(testbed.model, testbed.groups, schedule)
        except REFUSAL_ERRORS:
            return
        for epoch in epochs:
            with contextlib.suppress(*REFUSAL_ERRORS):
                unfreezer.step(epoch)
            testbed.step()

    tape.record(train)
    return testbed.reports


def counted(student: Any, cases: list[list[str]]) -> list[Any]:
    """Return what `count_trainable` gives with these parameters frozen."""
    answers = []
    for frozen in cases:
        model = NarrowResNet()
        for name in frozen:
            model.get_parameter(name).requires_grad_(False)
        answers.append(number(student.count_trainable(model)))
    return answers


def number(value: Any) -> Any:
    """Return the number in a tensor of one element, or a number itself; None for anything else."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return value.item()
    return value if isinstance(value, (int, float)) else None


# ---------------------------------------------------------------- rates


def grouped(student: Any, network: str, dropout: float) -> Any:
    """Return the keys of `get_layer_groups`, each group's parameters, and the network's.

    Parameters are given by name. The network is one of torchvision's, made without memory; with
    `dropout` it has another head, whose layers have names of other layers.
    """
    from torchvision import models

    with torch.device("meta"):
        model = getattr(models, network)(weights=None)
        if dropout:
            width = model.fc.in_features
            layers = {
                "drop": nn.Dropout(dropout),
                "bn1": nn.BatchNorm1d(width),
                "layer4": nn.Linear(width, 5),
            }
            model.fc = nn.Sequential(OrderedDict(layers))
    names = {p: n for n, p in model.named_parameters()}
    groups = student.get_layer_groups(model)
    if not isinstance(groups, dict):
        return None
    return (
        [str(key) for key in groups],
        [owned(layers, names) for layers in groups.values()],
        list(names.values()),
    )


def owned(layers: Any, names: dict[nn.Parameter, str]) -> list[str | None] | None:
    """Return the names of the parameters of some layers; None where these are no list of layers.

    A parameter of another network has the name None.
    """
    layers = (
        None
        if isinstance(layers, (str, dict, Tensor)) or not hasattr(layers, "__iter__")
        else list(layers)
    )
    if layers is None or not all(isinstance(layer, nn.Module) for layer in layers):
        return None
    return [names.get(p) for layer in layers for p in layer.parameters()]


def optimized(student: Any, tape: Any, arguments: dict[str, float], frozen: list[str]) -> Any:
    """Take one step of the optimizer; return its groups, as names and rate.

    All parameters are 0 and have the same gradient: any optimizer then moves each in proportion to
    its rate.
    """
    model = MisleadingResNet()
    names = {p: n for n, p in model.named_parameters()}
    for p, name in names.items():
        p.data.zero_()
        p.requires_grad_(name not in frozen)
    tape.watch(model)
    groups: list[Any] = []

    def step() -> bool:
        optimizer = student.get_optimizer_with_discriminative_lr(
            model, layer_groups(model), **arguments
        )
        if not isinstance(optimizer, torch.optim.Optimizer):
            return False
        groups.extend(
            ([names.get(p) for p in g["params"]], float(g["lr"]))
            for g in optimizer.param_groups
            if g["params"]
        )
        for p in names:
            p.grad = tape["gradient"].expand_as(p).clone()
        optimizer.step()
        return True

    return groups if tape.record(step) else None


def scheduled(student: Any, tape: Any, rates: list[float], warmup: int, total: int) -> Any:
    """Step through all epochs; return whether there is a scheduler.

    A rate shows in how far the optimizer moves a weight, which is 0 before: at each mark.
    """
    weights = nn.ParameterList([torch.zeros((), dtype=torch.float64) for _ in rates])
    tape.watch(weights)
    groups = [{"params": [weight], "lr": rate} for weight, rate in zip(weights, rates, strict=True)]
    optimizer = torch.optim.SGD(groups, lr=1.0)

    def train() -> bool:
        scheduler = student.create_scheduler_with_warmup(optimizer, warmup, total)
        if not hasattr(scheduler, "step"):
            return False
        for epoch in range(total + 1):
            for weight in weights:
                weight.data.zero_()
                weight.grad = tape["gradient"].clone()
            optimizer.step()
            tape.mark("stepped")
            if epoch < total:
                scheduler.step()
        return True

    return tape.record(train)

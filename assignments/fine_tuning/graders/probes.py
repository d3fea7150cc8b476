"""What runs beside the student's code: freezes, thaws, builds optimizers, takes steps, reports;
judges nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

# On inputs this small, oneDNN takes longer to compile a kernel for each shape than torch's own take
# to run, and threads that wait for each other on a busy machine take longer than all the rest.
torch.backends.mkldnn.set_flags(False)
torch.set_num_threads(1)

WIDTH = 8  # channels of every map
REFUSALS = (
    LookupError,
    ValueError,
    AttributeError,
)  # with which code may refuse a name that it does not know

Groups = dict[str, list[nn.Module]]
Trial = tuple[
    dict[str, Tensor], Tensor, Tensor
]  # the network's values, images and labels for its steps


# ---------------------------------------------------------------- a narrow network with the names
# of a ResNet


class Block(nn.Module):
    """conv-BN-ReLU, with names that the stem has too: (B, 8, H, W) -> (B, 8, H/stride, W/stride)."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(WIDTH, WIDTH, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x."""
        return torch.relu(self.bn1(self.conv1(x)))


class NarrowResNet(nn.Module):
    """The children of torchvision's ResNet, in their order, and little else: (B, 3, 16, 16) -> (B,
    4).
    """

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        self.relu = nn.ReLU()
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(Block(s)) for s in (1, 2, 2, 2)
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Dropout(dropout), nn.Linear(WIDTH, 4))

    def forward(self, x: Tensor) -> Tensor:
        """The logits for images x."""
        x = self.relu(self.bn1(self.conv1(x)))  # (B, 8, 8, 8)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))  # (B, 8, 1, 1)
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))  # (B, 4)
        return logits


class GatedBlock(Block):
    """A block whose output is gated by a layer called `fc1`, as squeeze-and-excitation has it."""

    def __init__(self, stride: int) -> None:
        super().__init__(stride)
        self.fc1 = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x."""
        x = super().forward(x)
        return x * torch.sigmoid(self.fc1(x.mean(dim=(2, 3))))[:, :, None, None]


class MisleadingResNet(NarrowResNet):
    """The same children, and inside of them layers whose names hold those of other children and
    groups.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Sequential(OrderedDict(fc=self.conv1))  # type: ignore[assignment]
        self.layer1 = nn.Sequential(GatedBlock(1))
        self.layer2 = nn.Sequential(OrderedDict(layer10=GatedBlock(2)))
        self.layer3 = nn.Sequential(OrderedDict(head=Block(2)))
        self.layer4 = nn.Sequential(OrderedDict(stem=Block(2)))
        self.fc = nn.Sequential(OrderedDict(drop=self.fc[0], layer4=self.fc[1]))


NETWORKS: dict[str, Callable[[], NarrowResNet]] = {
    "NarrowResNet": NarrowResNet,
    "MisleadingResNet": MisleadingResNet,
}


def layer_groups(model: Any) -> Groups:
    """The layer groups of a network with a ResNet's children: what `get_layer_groups` is to return."""
    stages: Groups = {
        name: [getattr(model, name)] for name in ("layer1", "layer2", "layer3", "layer4")
    }
    return {"stem": [model.conv1, model.bn1], **stages, "head": [model.fc]}


# ---------------------------------------------------------------- freezing and thawing


class Testbed:
    """A narrow network, some of it frozen, and an optimizer of all of it that was built before
    anything thawed.

    The optimizer shrinks whatever has a gradient, be it zero: to silence gradients is not to
    freeze.
    """

    def __init__(self, frozen: Iterable[str], trial: Trial, network: str = "NarrowResNet") -> None:
        state, self.x, self.y = trial
        self.model = NETWORKS[network]()
        self.model.load_state_dict(state)
        self.groups = layer_groups(self.model)
        self.parameters = dict(self.model.named_parameters())
        self.optimizer = torch.optim.SGD(self.parameters.values(), lr=0.1, weight_decay=0.05)
        for layer in (layer for name in frozen for layer in self.groups[name]):
            layer.requires_grad_(False)
        self.remember()

    def remember(self) -> None:
        """Remember all values, to tell later which of them are other ones."""
        self.remembered = {name: value.clone() for name, value in self.model.state_dict().items()}

    def altered(self) -> list[str]:
        """The values that are not those remembered, and the parameters that are other objects than
        at first.
        """
        others = {
            n
            for n, value in self.model.state_dict().items()
            if not torch.equal(value, self.remembered[n])
        }
        return sorted(
            others | {n for n, p in self.model.named_parameters() if p is not self.parameters[n]}
        )

    def report(self) -> dict[str, list[str]]:
        """What the student's code altered, the parameters that want a gradient, and those that a
        step moves.
        """
        altered = self.altered()
        wanting = [n for n, p in self.model.named_parameters() if p.requires_grad]
        self.remember()
        self.optimizer.zero_grad()
        self.model.train()  # whoever freezes may set the layers to eval mode, too
        loss = nn.functional.cross_entropy(self.model(self.x), self.y)
        if loss.requires_grad:
            torch.autograd.backward(loss)
        self.optimizer.step()
        moved = self.altered()
        self.remember()
        return {"altered": altered, "wanting": wanting, "moved": moved}

    def left(self, reports: list[Any]) -> dict[str, Any]:
        """The reports, and all values that the steps left."""
        return {"reports": reports, "left": dict(self.model.state_dict())}


def acted(student: Any, frozen: list[str], actions: list[tuple[str, str]], trial: Trial) -> Any:
    """The report after each call of a function on a layer group or, for freeze_until, on a child's
    name.
    """
    testbed = Testbed(frozen, trial)
    reports = []
    for function, name in actions:
        if function == "freeze_until":
            student.freeze_until(testbed.model, name)
        else:
            getattr(student, function)(testbed.groups[name])
        reports.append(testbed.report())
    return testbed.left(reports)


def unfrozen(student: Any, schedule: dict[int, list[str]], epochs: list[int], trial: Trial) -> Any:
    """The report after the step of each epoch."""
    testbed = Testbed([], trial, "MisleadingResNet")
    unfreezer = student.GradualUnfreezer(testbed.model, testbed.groups, schedule)
    reports = []
    for epoch in epochs:
        unfreezer.step(epoch)
        reports.append(testbed.report())
    return testbed.left(reports)


def unfrozen_or_refused(
    student: Any, schedule: dict[int, list[str]], epochs: list[int], trial: Trial
) -> Any:
    """As `unfrozen`, for a schedule that code may refuse, at once (no reports) or epoch by epoch."""
    testbed = Testbed([], trial, "MisleadingResNet")
    try:
        unfreezer = student.GradualUnfreezer(testbed.model, testbed.groups, schedule)
    except REFUSALS:
        return testbed.left([])
    reports = []
    for epoch in epochs:
        try:
            unfreezer.step(epoch)
        except REFUSALS:
            testbed.remember()
        reports.append(testbed.report())
    return testbed.left(reports)


def counted(student: Any, cases: list[list[str]]) -> list[Any]:
    """What `count_trainable` says with these parameters frozen."""
    answers = []
    for frozen in cases:
        model = NarrowResNet()
        for name in frozen:
            model.get_parameter(name).requires_grad_(False)
        answers.append(number(student.count_trainable(model)))
    return answers


def number(value: Any) -> Any:
    """A tensor with one element as its number; anything else as it is, where it may cross."""
    if isinstance(value, Tensor) and value.numel() == 1:
        return value.item()
    return value if isinstance(value, (int, float)) else None


def chosen(student: Any, numbers: list[int]) -> list[Any]:
    """What `choose_strategy` says for each number of images."""
    return [student.choose_strategy(n) for n in numbers]


# ---------------------------------------------------------------- rates


def grouped(student: Any, network: str, dropout: float) -> Any:
    """The keys of `get_layer_groups`, the parameters of each group, and those of the network, all
    by name.

    The network is one of torchvision's, made without memory; with `dropout` its head is another
    one, whose layers are called as others are.
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
    """The names of the parameters of some layers, None for one of another network; None for no list
    of layers.
    """
    layers = (
        None
        if isinstance(layers, (str, dict, Tensor)) or not hasattr(layers, "__iter__")
        else list(layers)
    )
    if layers is None or not all(isinstance(layer, nn.Module) for layer in layers):
        return None
    return [names.get(p) for layer in layers for p in layer.parameters()]


def optimized(student: Any, arguments: dict[str, float], frozen: list[str]) -> Any:
    """The groups of the student's optimizer, by names and rate, and how far a step moves each
    parameter.

    All parameters are 0 and all gradients 1: whatever the optimizer, it moves each in proportion to
    its rate.
    """
    model = MisleadingResNet()
    names = {p: n for n, p in model.named_parameters()}
    for p, name in names.items():
        p.data.zero_()
        p.requires_grad_(name not in frozen)
    optimizer = student.get_optimizer_with_discriminative_lr(
        model, layer_groups(model), **arguments
    )
    if not isinstance(optimizer, torch.optim.Optimizer):
        return None
    groups = [
        ([names.get(p) for p in g["params"]], float(g["lr"]))
        for g in optimizer.param_groups
        if g["params"]
    ]
    for p in names:
        p.grad = torch.ones_like(p)
    optimizer.step()
    return {
        "groups": groups,
        "moves": {name: float(p.detach().abs().mean()) for p, name in names.items()},
    }


def scheduled(student: Any, rates: list[float], warmup: int, total: int) -> Any:
    """The rate of every group in each epoch, and after the last one; None where no scheduler comes
    back.

    A rate is how far the optimizer moves a weight whose gradient is 1, whatever it says.
    """
    weights = [nn.Parameter(torch.zeros((), dtype=torch.float64)) for _ in rates]
    groups = [{"params": [weight], "lr": rate} for weight, rate in zip(weights, rates, strict=True)]
    optimizer = torch.optim.SGD(groups, lr=1.0)
    scheduler = student.create_scheduler_with_warmup(optimizer, warmup, total)
    if not hasattr(scheduler, "step"):
        return None
    curve = []
    for epoch in range(total + 1):
        for weight in weights:
            weight.data.zero_()
            weight.grad = torch.ones_like(weight)
        optimizer.step()
        curve.append([0.0 - float(weight.detach()) for weight in weights])  # -0.0 is no rate
        if epoch < total:
            scheduler.step()
    return curve

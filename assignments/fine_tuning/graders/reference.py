"""The right answers for the narrow network: which group a parameter is in, when it is trained."""

from __future__ import annotations

from collections.abc import Iterable

import probes
import torch
from torch import Tensor

from autograder.checks import Tape

Inputs = dict[str, Tensor]
State = dict[str, Tensor]

GROUP_NAMES = ("stem", "layer1", "layer2", "layer3", "layer4", "head")
STEM_CHILDREN = ("conv1", "bn1")
# Of the narrow network.
PARAMETER_NAMES = tuple(name for name, _ in probes.NarrowResNet().named_parameters())
# Of the one with misleading names.
MISLEADING_NAMES = tuple(name for name, _ in probes.MisleadingResNet().named_parameters())
PARAMETER_SIZES = {name: p.numel() for name, p in probes.NarrowResNet().named_parameters()}
PARAMETER_PLACES = {
    name: place for names in (PARAMETER_NAMES, MISLEADING_NAMES) for place, name in enumerate(names)
}
CHILD_NAMES = ("conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc")


def group_of(name: str) -> str:
    """Return the layer group of a parameter of a ResNet."""
    child = name.split(".")[0]
    return "stem" if child in STEM_CHILDREN else "head" if child == "fc" else child


def members(groups: Iterable[str], names: Iterable[str] = PARAMETER_NAMES) -> set[str]:
    """Return the parameters of these layer groups."""
    wanted = set(groups)
    return {name for name in names if group_of(name) in wanted}


def members_from(child: str) -> set[str]:
    """Return the parameters of that child of the network and of all children after it."""
    wanted = CHILD_NAMES[CHILD_NAMES.index(child) :]
    return {name for name in PARAMETER_NAMES if name.split(".")[0] in wanted}


def thawed(schedule: dict[int, list[str]], epoch: int) -> set[str]:
    """Return the parameters of the misleading network that a schedule trains in an epoch."""
    due = (group for first, groups in schedule.items() if first <= epoch for group in groups)
    return members(due, MISLEADING_NAMES)


def name_some(names: Iterable[str], most: int = 3) -> str:
    """Return a few names in a network's order, and dots where there are more."""
    ordered = sorted(names, key=lambda n: PARAMETER_PLACES.get(n, len(PARAMETER_PLACES)))
    return ", ".join(ordered[:most]) + (", …" if len(ordered) > most else "")


def draw_images() -> Inputs:
    """Draw a batch: images (8, 3, 16, 16), labels (8,)."""
    return {"x": torch.randn(8, 3, 16, 16), "y": torch.arange(8) % 4}


def draw_state(network: str) -> State:
    """Draw first values for a network."""
    return dict(probes.NETWORKS_BY_NAME[network]().state_dict())


def values_after(
    state: State, inputs: Inputs, trained: Iterable[set[str]], network: str
) -> dict[str, Tensor]:
    """Return the values that remain after one step per entry of `trained`.

    In each step exactly the parameters of that entry are trained.
    """
    testbed = probes.Testbed(Tape(inputs=inputs, given=state, is_live=True), [], network)
    for names in trained:
        for name, parameter in testbed.parameters.items():
            parameter.requires_grad_(name in names)
        testbed.step()
    values: dict[str, Tensor] = testbed.model.state_dict()
    return values

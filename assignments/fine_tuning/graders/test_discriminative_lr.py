"""Checks of the rates: the layer groups, the optimizer's rate for each, and how a scheduler bends them."""

from __future__ import annotations

import random
from collections.abc import Set
from typing import Any

import probes
import pytest
import torch
from curves import Curve, judge_curve
from reference import GROUPS, NAMES, group_of, members, some

from autograder.live import LiveSubmission
from autograder.testing import fail

CRITERION = "performance.fine_tuning.discriminative_lr"
pytestmark = pytest.mark.criterion(CRITERION)

RESNETS = {"resnet18": 0.0, "resnet34": 0.3, "resnet50": 0.0}  # with dropout: a head as one puts in its place
TENSORS = {"resnet18": 62, "resnet34": 110, "resnet50": 161}  # parameters of each
ROUNDING = 1e-6  # relative: products of floats are not exact
STEP = 1e-4  # relative: of what an optimizer in float32 moves


def draw() -> random.Random:
    """A generator that follows torch's, which is seeded for each check."""
    return random.Random(int(torch.randint(1 << 30, ())))


# ---------------------------------------------------------------- layer groups


def ask_groups(submission: LiveSubmission, network: str) -> Any:
    """The keys of the student's layer groups, the parameters in each, and those of the network."""

    def make() -> Any:
        return submission.run(probes.grouped, network, RESNETS[network])

    answer = submission.once(network, make)
    if answer is None:
        fail("no_groups")
    return answer


def test_layer_groups_in_order(submission: LiveSubmission) -> None:
    """The groups are stem, layer1 to layer4 and head, from the input to the output."""
    for network in RESNETS:
        keys, _, _ = ask_groups(submission, network)
        if sorted(keys) != sorted(GROUPS):
            fail("other_keys")
        if keys != list(GROUPS):
            fail("other_order")


@pytest.mark.criterion(CRITERION, weight=2)
def test_layer_groups_cover_every_parameter_once(submission: LiveSubmission) -> None:
    """Every parameter of ResNet-18, 34 and 50 is in its group, and in no other."""
    for network, size in TENSORS.items():
        keys, groups, names = ask_groups(submission, network)
        if len(names) != size:
            fail("network_changed", network=network)
        held = dict(zip(keys, groups, strict=True))
        for group in GROUPS:
            if group in held and held[group] is None:
                fail("not_layers", group=group)
        judge_cover(network, held, names)


def judge_cover(network: str, held: dict[str, Any], names: list[str]) -> None:
    """Each parameter once, in the group where it belongs."""
    everywhere = [name for group in held.values() for name in group or []]
    if None in everywhere:
        fail("foreign_layers", network=network)
    missing = set(names) - set(everywhere)
    if missing:
        fail("parameters_missing", network=network, count=len(missing), parameters=some(sorted(missing)))
    twice = {name for name in names if everywhere.count(name) > 1}
    if twice:
        fail("parameters_twice", network=network, count=len(twice), parameters=some(sorted(twice)))
    for group in GROUPS:
        if set(held.get(group, ())) != members([group], names):
            fail("other_members", network=network, group=group)


# ---------------------------------------------------------------- the optimizer


def ask_optimizer(submission: LiveSubmission, arguments: dict[str, float], frozen: Set[str]) -> Any:
    """The groups of the student's optimizer and what one step of it moves."""
    answer = submission.run(probes.optimized, arguments, sorted(frozen))
    if answer is None:
        fail("no_optimizer")
    return answer


def judge_rates(submission: LiveSubmission, arguments: dict[str, float], frozen: Set[str] = frozenset()) -> None:
    """Every trainable parameter has the rate of its group, by the optimizer's word and by what a step does."""
    base, factor = arguments.get("base_lr", 1e-3), arguments.get("lr_mult", 0.1)
    right = {group: base * factor**distance for distance, group in enumerate(reversed(GROUPS))}
    answer = ask_optimizer(submission, arguments, frozen)
    rates = {name: rate for names, rate in answer["groups"] for name in names if name in NAMES}
    trainable = [name for name in NAMES if name not in frozen]
    missing = set(trainable) - set(rates)
    if missing:
        fail("optimizer_lacks", count=len(missing), parameters=some(missing))
    if len({rates[name] for name in trainable}) == 1 and factor != 1:
        fail("one_rate_for_all")
    for name in reversed(trainable):
        group = group_of(name)
        if not abs(rates[name] - right[group]) <= ROUNDING * right[group]:
            values = {"parameter": name, "group": group, "got": f"{rates[name]:.3g}"}
            if not arguments:
                fail("other_default_rate", **values)
            fail("other_rate", **values, setting=f"base_lr={base:g}, lr_mult={factor:g}")
    head = answer["moves"]["fc.1.bias"]
    for name in trainable:
        share = right[group_of(name)] / base
        if not abs(answer["moves"][name] - share * head) <= STEP * share * head or not head > 0:
            fail("other_step", parameter=name)


@pytest.mark.criterion(CRITERION, weight=2)
def test_rates_by_default(submission: LiveSubmission) -> None:
    """Without further arguments the head learns at 1e-3, and each group before it at a tenth of the next."""
    judge_rates(submission, {})


@pytest.mark.criterion(CRITERION, weight=3)
def test_rates_for_other_arguments(submission: LiveSubmission) -> None:
    """`base_lr` and `lr_mult` decide the rates."""
    g = draw()
    for factor in (round(g.uniform(0.2, 0.9), 2), 0.5, 1.0):
        judge_rates(submission, {"base_lr": round(g.uniform(2e-4, 2e-2), 5), "lr_mult": factor})


def test_one_optimizer_group_per_layer_group(submission: LiveSubmission) -> None:
    """Each layer group is one parameter group of the optimizer."""
    answer = ask_optimizer(submission, {}, set())
    held = [name for names, _ in answer["groups"] for name in names]
    if not set(held) <= set(NAMES):
        fail("optimizer_holds_strangers")
    missing = set(NAMES) - set(held)
    if missing:
        fail("optimizer_lacks", count=len(missing), parameters=some(missing))
    homes = [{group_of(name) for name in names} for names, _ in answer["groups"]]
    mixed = next((home for home in homes if len(home) > 1), None)
    if mixed:
        fail("groups_mixed", groups=", ".join(group for group in GROUPS if group in mixed))
    if len(homes) != len(GROUPS):
        fail("groups_split", count=len(homes), expected=len(GROUPS))


def test_frozen_parameters_are_left_out(submission: LiveSubmission) -> None:
    """What is frozen is not given to the optimizer, be it a whole group or some layers of one."""
    frozen = members(["stem", "layer1"]) | {"layer3.0.bn1.weight", "layer3.0.bn1.bias"}
    answer = ask_optimizer(submission, {}, frozen)
    held = {name for names, _ in answer["groups"] for name in names if name in NAMES}
    moved = {name for name in frozen if answer["moves"][name] != 0}
    if held & frozen or moved:
        fail("optimizer_holds_frozen", parameters=some(held & frozen | moved))
    if set(NAMES) - frozen - held:
        fail("optimizer_lacks_thawed", parameters=some(set(NAMES) - frozen - held))


def test_rates_beside_frozen_groups(submission: LiveSubmission) -> None:
    """A group keeps its rate when groups between it and the head are frozen."""
    group = draw().choice(("layer2", "layer3", "layer4"))
    judge_rates(submission, {"base_lr": 1e-3, "lr_mult": 0.1}, members([group]))


# ---------------------------------------------------------------- warm-up and cosine


def ask_curve(submission: LiveSubmission, rates: list[float], warmup: int, total: int) -> list[Curve]:
    """How the rate of every group goes, epoch by epoch."""
    curve = submission.run(probes.scheduled, rates, warmup, total)
    if curve is None:
        fail("no_scheduler")
    return [
        Curve(base=base, warmup=warmup, total=total, rates=tuple(epoch[position] for epoch in curve))
        for position, base in enumerate(rates)
    ]


def draw_lengths() -> tuple[int, int]:
    """Epochs of warm-up, and of all: enough to see both parts."""
    g = draw()
    warmup = g.randint(3, 6)
    return warmup, warmup + g.randint(10, 20)


@pytest.mark.criterion(CRITERION, weight=2)
def test_warmup_rises_to_the_rate(submission: LiveSubmission) -> None:
    """The rate starts low but above zero, rises, and is at its full height when the warm-up ends."""
    for curve in ask_curve(submission, [1e-3], *draw_lengths()):
        judge_curve(curve, "rise")


@pytest.mark.criterion(CRITERION, weight=2)
def test_rate_falls_after_the_warmup(submission: LiveSubmission) -> None:
    """After the warm-up the rate falls, gradually and for good, to at most 5 %, and is never above its base."""
    for curve in ask_curve(submission, [1e-3], *draw_lengths()):
        judge_curve(curve, "fall")


def test_every_group_follows_the_curve(submission: LiveSubmission) -> None:
    """Groups of all rates, tiny ones too, rise to their own rate and fall to 5 % of it."""
    for curve in ask_curve(submission, [1e-8, 3e-6, 1e-2], *draw_lengths()):
        judge_curve(curve, "rise")
        judge_curve(curve, "fall")


def test_no_warmup(submission: LiveSubmission) -> None:
    """With 0 epochs of warm-up the rate begins at its height and falls."""
    for curve in ask_curve(submission, [1e-3, 1e-5], 0, draw().randint(10, 20)):
        judge_curve(curve, "rise")
        judge_curve(curve, "fall")


def test_nothing_but_warmup(submission: LiveSubmission) -> None:
    """With as many epochs of warm-up as there are epochs, the rate only rises."""
    total = draw().randint(4, 8)
    for curve in ask_curve(submission, [1e-3, 1e-5], total, total):
        judge_curve(curve, "rise")

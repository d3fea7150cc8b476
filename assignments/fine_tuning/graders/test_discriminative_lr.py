"""Checks of the rates: the layer groups, the optimizer's rate for each, the scheduler's curve."""

from __future__ import annotations

import random
from collections.abc import Callable, Set
from dataclasses import replace
from typing import Any

import probes
import pytest
import torch
from curves import MAX_LAST_SHARE, Curve, expect_within, judge_curve
from reference import GROUP_NAMES, MISLEADING_NAMES, group_of, members, name_some

from autograder.checks import Submission, fail

CRITERION_ID = "performance.fine_tuning.discriminative_lr"
pytestmark = pytest.mark.criterion(CRITERION_ID)

# With dropout: a head as one puts in its place.
RESNET_PARAMETERS = {"resnet18": 0.0, "resnet34": 0.3, "resnet50": 0.0}
TENSOR_COUNTS = {"resnet18": 62, "resnet34": 112, "resnet50": 161}  # parameters of each
MAX_RATE_ERROR = 1e-6  # relative: products of floats are not exact
HEAD_PARAMETER = "fc.layer4.bias"  # a parameter of the head
MAX_STEP_ERROR = 1e-4  # relative: of what an optimizer in float32 moves


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


def draw() -> random.Random:
    """Return a random generator seeded by torch's, which is seeded for each check."""
    return random.Random(int(torch.randint(1 << 30, ())))


# ---------------------------------------------------------------- layer groups


def ask_groups(submission: Submission, network: str) -> Any:
    """Return the keys of the student's groups, each group's parameters, and the network's."""

    def make() -> Any:
        return submission.run(probes.grouped, network, RESNET_PARAMETERS[network])

    answer = submission.once(network, make)
    if answer is None:
        fail("no_groups")
    return answer


def test_layer_groups_in_order(submission: Submission) -> None:
    """The groups are stem, layer1 to layer4 and head, from the input to the output."""
    once(submission, judge_order)


def judge_order(submission: Submission) -> None:
    """Check that the groups have their names, from the input to the output."""
    for network in RESNET_PARAMETERS:
        keys, _, _ = ask_groups(submission, network)
        if sorted(keys) != sorted(GROUP_NAMES):
            fail("other_keys")
        if keys != list(GROUP_NAMES):
            fail("other_order")


def test_layer_groups_cover_every_parameter_once(submission: Submission) -> None:
    """Every parameter of ResNet-18, 34 and 50 is in its group, and in no other."""
    once(submission, judge_groups)


def judge_groups(submission: Submission) -> None:
    """Check that every parameter of ResNet-18, 34 and 50 is in its group alone."""
    for network, size in TENSOR_COUNTS.items():
        keys, groups, names = ask_groups(submission, network)
        if len(names) != size:
            fail("network_changed", network=network)
        held = dict(zip(keys, groups, strict=True))
        for group in GROUP_NAMES:
            if group in held and held[group] is None:
                fail("not_layers", group=group)
        judge_cover(network, held, names)


def judge_cover(network: str, held: dict[str, Any], names: list[str]) -> None:
    """Check that each parameter is once in the groups, where it belongs."""
    everywhere = [name for group in held.values() for name in group or []]
    if None in everywhere:
        fail("foreign_layers", network=network)
    missing = sorted(set(names) - set(everywhere))
    if missing:
        shown = name_some(missing)
        fail("parameters_missing", network=network, count=len(missing), parameters=shown)
    twice = sorted(name for name in names if everywhere.count(name) > 1)
    if twice:
        homes = [set(group or []) for group in held.values()]
        shared = [name for name in twice if sum(name in home for home in homes) > 1]
        finding = "parameters_twice" if shared else "parameters_repeated"
        fail(finding, network=network, count=len(twice), parameters=name_some(shared or twice))
    for group in GROUP_NAMES:
        if set(held.get(group, ())) != members([group], names):
            fail("other_members", network=network, group=group)


# ---------------------------------------------------------------- the optimizer


def ask_optimizer(submission: Submission, arguments: dict[str, float], frozen: Set[str]) -> Any:
    """Return the groups of the student's optimizer, and what one step of it moves."""
    inputs = {"gradient": torch.ones(())}
    training = submission.training(probes.optimized, arguments, sorted(frozen), inputs=inputs)
    if training.value is None:
        fail("no_optimizer")
    gradient = torch.rand(()) + 0.5  # drawn after the step was recorded
    left = training.again({"gradient": gradient})[-1].state
    moves = {name: float(left[name].abs().mean()) for name in MISLEADING_NAMES}
    return {"groups": training.value, "moves": moves}


def judge_held(answer: Any, expected: Set[str]) -> None:
    """Check that the optimizer holds exactly these parameters."""
    held = [name for names, _ in answer["groups"] for name in names]
    missing = expected - set(held)
    if missing and None in held:
        fail("optimizer_holds_strangers")
    if missing:
        fail("optimizer_lacks", count=len(missing), parameters=name_some(missing))


def judge_rates(
    submission: Submission, arguments: dict[str, float], frozen: Set[str] = frozenset()
) -> None:
    """Check that every trainable parameter has the rate of its group.

    Both the rate that the optimizer states and the one that a step shows are checked.
    """
    base, factor = arguments.get("base_lr", 1e-3), arguments.get("lr_mult", 0.1)
    right = {group: base * factor**distance for distance, group in enumerate(reversed(GROUP_NAMES))}
    answer = ask_optimizer(submission, arguments, frozen)
    rates = rates_by_name(answer)
    trainable = [name for name in MISLEADING_NAMES if name not in frozen]
    judge_held(answer, set(trainable))
    if len({rates[name] for name in trainable}) == 1 and factor != 1:
        fail("one_rate_for_all")
    for name in reversed(trainable):
        group = group_of(name)
        if not abs(rates[name] - right[group]) <= MAX_RATE_ERROR * right[group]:
            values = {"parameter": name, "group": group, "got": f"{rates[name] + 0.0:.3g}"}
            if not arguments:
                fail("other_default_rate", **values)
            if frozen:
                fail("other_rate_beside_frozen", **values, frozen=group_of(min(frozen)))
            fail("other_rate", **values, setting=f"base_lr={base:g}, lr_mult={factor:g}")
    shares = {name: right[group_of(name)] / base for name in trainable}
    judge_steps(answer["moves"], shares)


def rates_by_name(answer: Any) -> dict[str, float]:
    """Return the rate that the optimizer states for each parameter."""
    rates: dict[str, float] = {}
    for names, rate in answer["groups"]:
        rates.update((name, rate) for name in names if name in MISLEADING_NAMES)
    return rates


def judge_steps(moves: dict[str, float], shares: dict[str, float]) -> None:
    """Check that a step moves each parameter by its share of what it moves the head."""
    head = moves[HEAD_PARAMETER]
    for name, share in shares.items():
        is_right = abs(moves[name] - share * head) <= MAX_STEP_ERROR * share * head
        if not is_right or not head > 0:
            fail("other_step", parameter=name)


@pytest.mark.gate
def test_rates_by_default(submission: Submission) -> None:
    """By default the head learns at 1e-3, and each earlier group at a tenth of the next one."""
    once(submission, judge_default_rates)


def judge_default_rates(submission: Submission) -> None:
    """Check every group's rate without further arguments."""
    judge_rates(submission, {})


def test_rates_for_other_arguments(submission: Submission) -> None:
    """`base_lr` and `lr_mult` decide the rates."""
    once(submission, judge_other_rates)


def judge_other_rates(submission: Submission) -> None:
    """Check that `base_lr` and `lr_mult` decide the rates."""
    g = draw()
    for factor in (round(g.uniform(0.2, 0.9), 2), 0.5, 1.0):
        judge_rates(submission, {"base_lr": round(g.uniform(2e-4, 2e-2), 5), "lr_mult": factor})


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_one_optimizer_group_per_layer_group(submission: Submission) -> None:
    """Each layer group is one parameter group of the optimizer."""
    answer = ask_optimizer(submission, {}, set())
    held = {name for names, _ in answer["groups"] for name in names}
    if not held <= set(MISLEADING_NAMES):
        fail("optimizer_holds_strangers")
    judge_held(answer, set(MISLEADING_NAMES))
    homes = [{group_of(name) for name in names} for names, _ in answer["groups"]]
    mixed = next((home for home in homes if len(home) > 1), None)
    if mixed:
        fail("groups_mixed", groups=", ".join(group for group in GROUP_NAMES if group in mixed))
    if len(homes) != len(GROUP_NAMES):
        fail("groups_split", count=len(homes), expected=len(GROUP_NAMES))


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_frozen_parameters_are_left_out(submission: Submission) -> None:
    """The optimizer holds no frozen parameter, be it of a frozen group or of some frozen layers."""
    frozen, answer, held = beside_frozen(submission)
    moved = {name for name in frozen if answer["moves"][name] != 0}
    if held & frozen or moved:
        fail("optimizer_holds_frozen", parameters=name_some(held & frozen | moved))
    once(submission, judge_thawed)


def beside_frozen(submission: Submission) -> tuple[set[str], Any, set[str]]:
    """Return frozen parameters, what an optimizer made then does, and what it holds."""
    some_layers = {"layer3.head.bn1.weight", "layer3.head.bn1.bias"}
    frozen = members(["stem", "layer1"], MISLEADING_NAMES) | some_layers
    answer = submission.once("beside frozen", lambda: ask_optimizer(submission, {}, frozen))
    return (
        frozen,
        answer,
        {name for names, _ in answer["groups"] for name in names if name in MISLEADING_NAMES},
    )


def judge_thawed(submission: Submission) -> None:
    """Check that the optimizer is given whatever is not frozen."""
    frozen, _, held = beside_frozen(submission)
    missing = set(MISLEADING_NAMES) - frozen - held
    if missing:
        in_part = missing <= members(["layer3"], MISLEADING_NAMES)
        fail(
            "optimizer_lacks_partly_frozen" if in_part else "optimizer_lacks_thawed",
            parameters=name_some(missing),
        )


def test_rates_beside_frozen_groups(submission: Submission) -> None:
    """A group keeps its rate when groups between it and the head are frozen."""
    once(submission, judge_rates_beside_frozen)


@pytest.mark.criterion(CRITERION_ID, weight=25)
def test_each_group_learns_at_its_own_rate(submission: Submission) -> None:
    """The promise of the criterion: the groups are right, and each keeps its share of the rate."""
    for judge in (
        judge_order,
        judge_groups,
        judge_default_rates,
        judge_other_rates,
        judge_thawed,
        judge_rates_beside_frozen,
        judge_shares,
    ):
        once(submission, judge)


def judge_rates_beside_frozen(submission: Submission) -> None:
    """Check that a group keeps its rate when groups between it and the head are frozen."""
    group = draw().choice(("layer2", "layer3", "layer4"))
    judge_rates(submission, {"base_lr": 1e-3, "lr_mult": 0.1}, members([group], MISLEADING_NAMES))


# ---------------------------------------------------------------- warm-up and cosine


def ask_curve(submission: Submission, rates: list[float], warmup: int, total: int) -> list[Curve]:
    """Return the rates of every group, epoch by epoch."""
    inputs = {"gradient": torch.ones((), dtype=torch.float64)}
    training = submission.training(probes.scheduled, rates, warmup, total, inputs=inputs)
    if training.value is not True:
        fail("no_scheduler")
    gradient = torch.rand((), dtype=torch.float64) + 0.5  # drawn after the epochs were recorded
    *moments, _ = training.again({"gradient": gradient})
    names = [str(position) for position in range(len(rates))]
    curve = [[0.0 - float(m.state[name] / gradient) for name in names] for m in moments]
    curves = [
        Curve(
            base=base, warmup=warmup, total=total, rates=tuple(epoch[position] for epoch in curve)
        )
        for position, base in enumerate(rates)
    ]
    is_small = not max(curves, key=lambda curve: curve.base).exceeds
    return [replace(curve, only_small_exceed=is_small) for curve in curves]


def draw_lengths() -> tuple[int, int]:
    """Draw the epochs of warm-up and of all.

    The warm-up is at most a fifth of all epochs: a rate that goes on rising after it then
    exceeds its base before the cosine takes it down again.
    """
    g = draw()
    warmup = g.randint(3, 5)
    return warmup, warmup + g.randint(4 * warmup, 5 * warmup)


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_warmup_rises_to_the_rate(submission: Submission) -> None:
    """The rate starts low but above zero, rises, and is full when the warm-up ends."""
    for curve in ask_curve(submission, [1e-3], *draw_lengths()):
        judge_curve(curve, "rise")


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_rate_falls_after_the_warmup(submission: Submission) -> None:
    """After the warm-up the rate falls gradually to at most 5 %, and never exceeds its base."""
    for curve in ask_curve(submission, [1e-3], *draw_lengths()):
        judge_curve(curve, "fall")


@pytest.mark.criterion(CRITERION_ID, weight=6)
def test_every_group_follows_the_curve(submission: Submission) -> None:
    """Groups of all rates, tiny ones too, rise to their own rate and fall to 5 % of it."""
    for curve in curves_of_all(submission):
        judge_curve(curve, "rise")
        judge_curve(curve, "fall")


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_no_warmup(submission: Submission) -> None:
    """With 0 epochs of warm-up the rate begins at its height and falls."""
    for curve in ask_curve(submission, [1e-3, 1e-5], 0, draw().randint(10, 20)):
        judge_curve(curve, "rise")
        judge_curve(curve, "fall")


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_nothing_but_warmup(submission: Submission) -> None:
    """With as many epochs of warm-up as there are epochs, the rate only rises."""
    total = draw().randint(4, 8)
    for curve in ask_curve(submission, [1e-3, 1e-5], total, total):
        judge_curve(curve, "rise")


def curves_of_all(submission: Submission) -> list[Curve]:
    """Return the rates of three groups that are far apart."""
    return submission.once(
        "curves", lambda: ask_curve(submission, [1e-8, 3e-6, 1e-2], *draw_lengths())
    )


def judge_shares(submission: Submission) -> None:
    """Check that no rate exceeds its base, and that all groups always have the same share."""
    *small, largest = curves_of_all(submission)
    for curve in (*small, largest):
        expect_within(curve)
    for curve in small:
        for epoch, (mine, other) in enumerate(zip(curve.shares, largest.shares, strict=True)):
            if not abs(mine - other) <= MAX_LAST_SHARE:
                curve.fail("other_share", epoch, share=f"{mine:.0%}", other=f"{other:.0%}")

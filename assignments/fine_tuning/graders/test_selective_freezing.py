"""Checks of freezing and unfreezing: which parameters are trainable, and which a step moves."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import probes
import pytest
import torch
from flags import name_excess, name_lack
from reference import (
    GROUP_NAMES,
    MISLEADING_NAMES,
    PARAMETER_NAMES,
    PARAMETER_SIZES,
    Inputs,
    State,
    draw_images,
    draw_state,
    members,
    members_from,
    name_some,
    thawed,
    values_after,
)

from autograder.checks import Submission, fail, is_close

CRITERION_ID = "performance.fine_tuning.selective_freezing"
pytestmark = pytest.mark.criterion(CRITERION_ID)


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


def draw() -> random.Random:
    """Return a random generator seeded by torch's, which is seeded for each check."""
    return random.Random(int(torch.randint(1 << 30, ())))


def hold(
    report: Any,
    expected: set[str],
    when: str,
    before: set[str],
    names: tuple[str, ...] = PARAMETER_NAMES,
) -> None:
    """Check that the `expected` parameters are trainable and move, and nothing else changed.

    `names` are all parameters of the network; `before` those that wanted a gradient before the call
    `when`.
    """
    wanting, moved = set(report["wanting"]), set(report["moved"])
    frozen, function = set(names) - expected, when.partition("(")[0]
    extra, lacking, altered = wanting - expected, expected - wanting, set(report["altered"])
    for finding, which in (
        (name_excess(function, extra, frozen, expected), extra),
        (name_lack(function, lacking, expected, before), lacking),
        ("moves_though_frozen", moved & frozen),
        ("replaced" if altered & (expected - moved) else "does_not_move", expected - moved),
    ):
        if which:
            fail(finding, when=when, count=len(which), parameters=name_some(which & set(names)))
    if altered:
        fail("values_altered", when=when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A recorded training, run again by the judge on values and images that were drawn later."""

    reports: list[dict[str, set[str]]]  # after each call: what wants a gradient, what moved
    state: State  # the values and images with which it began
    inputs: Inputs
    left: State

    def hold_values(self, trained: list[set[str]], network: str) -> None:
        """Check that a reference network, trained in the same way, ends with the same values."""
        expected = values_after(self.state, self.inputs, trained, network)
        for name, value in expected.items():
            if not is_close(self.left.get(name), value, rtol=1e-3, atol=1e-4):
                fail("other_values_left")


def try_out(submission: Submission, network: str, probe: Callable[..., Any], *args: Any) -> Trial:
    """Record the steps of a probe, draw values and images, and run them again with these."""
    training = submission.training(probe, *args, inputs=draw_images())
    state, inputs = draw_state(network), draw_images()
    moments = training.again(inputs, state)
    reports = []
    before = state
    steps = zip(moments[:-1:2], moments[1:-1:2], training.value, strict=True)
    for called, stepped, report in steps:
        altered = changed(before, called.state) | set(report["replaced"])
        moved = changed(called.state, stepped.state)
        moved = {name for name in moved if is_parameter(name)}
        reports.append({"wanting": set(report["wanting"]), "moved": moved, "altered": altered})
        before = stepped.state
    return Trial(reports=reports, state=state, inputs=inputs, left=moments[-1].state)


def changed(before: State, after: State) -> set[str]:
    """Return the names of the values that differ."""
    return {name for name, value in after.items() if not torch.equal(value, before[name])}


def is_parameter(name: str) -> bool:
    """Return whether a name of a state is a parameter's, not a statistic's."""
    return name in PARAMETER_NAMES or name in MISLEADING_NAMES


def judge_actions(
    submission: Submission,
    frozen: list[str],
    actions: list[tuple[str, str]],
    expected: list[set[str]],
) -> None:
    """Check that after each action exactly the expected parameters are trained."""
    trial = try_out(submission, "NarrowResNet", probes.acted, frozen, actions)
    before = [members(set(GROUP_NAMES) - set(frozen)), *expected]
    for (function, name), report, names, was in zip(
        actions, trial.reports, expected, before, strict=False
    ):
        hold(report, names, f"{function}({name})", was)
    trial.hold_values(expected, "NarrowResNet")


def test_freeze_group(submission: Submission) -> None:
    """Freezing a group stops the training of all its parameters, and of no others."""
    once(submission, judge_freeze_group)


def judge_freeze_group(submission: Submission) -> None:
    """Check that freezing a group stops the training of all its parameters alone."""
    order = draw().sample(GROUP_NAMES[:-1], 3)
    left = [members(set(GROUP_NAMES) - set(order[: n + 1])) for n in range(len(order))]
    judge_actions(submission, [], [("freeze_group", name) for name in order], left)


def test_unfreeze_group(submission: Submission) -> None:
    """Thawing a group lets all its parameters train again, and no others."""
    once(submission, judge_unfreeze_group)


def judge_unfreeze_group(submission: Submission) -> None:
    """Check that unfreezing a group lets all its parameters train again, and no others."""
    order = draw().sample(GROUP_NAMES, 3)
    thawed_so_far = [members(order[: n + 1]) for n in range(len(order))]
    judge_actions(
        submission, list(GROUP_NAMES), [("unfreeze_group", name) for name in order], thawed_so_far
    )


def test_freezing_can_be_undone(submission: Submission) -> None:
    """A group that is frozen and unfrozen twice is trained as before, and no weight was changed."""
    once(submission, judge_freezing_can_be_undone)


def judge_freezing_can_be_undone(submission: Submission) -> None:
    """Check that a group, frozen and unfrozen twice, is trained as before and unchanged."""
    name = draw().choice(GROUP_NAMES)
    actions = [
        ("freeze_group", name),
        ("freeze_group", name),
        ("unfreeze_group", name),
        ("unfreeze_group", name),
    ]
    reports = try_out(submission, "NarrowResNet", probes.acted, [], actions).reports
    if members([name]) <= set(reports[1]["wanting"]):
        fail("nothing_to_undo", group=name)
    altered = {n for report in reports for n in report["altered"]}
    hold(
        {**reports[-1], "altered": altered},
        set(PARAMETER_NAMES),
        f"unfreeze_group({name})",
        set(reports[1]["wanting"]),
    )


@pytest.mark.gate
@pytest.mark.criterion(CRITERION_ID, weight=4)
def test_count_trainable(submission: Submission) -> None:
    """`count_trainable` gives the number of elements of all parameters that are not frozen."""
    cases = [
        [],
        draw().sample(PARAMETER_NAMES, 5),
        list(members(GROUP_NAMES[:-1])),
        list(PARAMETER_NAMES),
    ]
    for frozen, got in zip(cases, submission.run(probes.counted, cases), strict=True):
        if type(got) not in (int, float):
            fail("no_number")
        trainable = set(PARAMETER_NAMES) - set(frozen)
        if got == sum(PARAMETER_SIZES.values()) and frozen:
            fail("counts_frozen")
        if got == len(trainable) and trainable:
            fail("counts_tensors")
        if got != sum(PARAMETER_SIZES[name] for name in trainable):
            fail("count_differs", frozen=len(frozen), total=len(PARAMETER_NAMES))


def test_freeze_until(submission: Submission) -> None:
    """All before the named child is frozen; it and all after it are trained."""
    once(submission, judge_freeze_until)


def judge_freeze_until(submission: Submission) -> None:
    """Check that all before the named child is frozen, and the rest is trained."""
    for child in (draw().choice(("layer1", "layer2", "layer3", "layer4")), "fc", "conv1"):
        judge_actions(submission, [], [("freeze_until", child)], [members_from(child)])


def test_freeze_until_again(submission: Submission) -> None:
    """What was frozen before does not matter: a second call draws the line anew."""
    once(submission, judge_freeze_until_again)


def judge_freeze_until_again(submission: Submission) -> None:
    """Check that a second call of freeze_until does not depend on what was frozen before."""
    late, early = "layer4", draw().choice(("layer1", "layer2", "layer3"))
    actions = [("freeze_until", early), ("freeze_until", late), ("freeze_until", early)]
    judge_actions(
        submission, ["layer3", "head"], actions, [members_from(child) for _, child in actions]
    )


# ---------------------------------------------------------------- gradual unfreezing


def judge_schedule(
    submission: Submission, schedule: dict[int, list[str]], epochs: list[int]
) -> None:
    """Check that each epoch trains exactly the groups scheduled so far."""
    trial = try_out(submission, "MisleadingResNet", probes.unfrozen, schedule, epochs)
    hold_steps(trial.reports, schedule, epochs)
    trial.hold_values([thawed(schedule, epoch) for epoch in epochs], "MisleadingResNet")


def hold_steps(reports: list[Any], schedule: dict[int, list[str]], epochs: list[int]) -> None:
    """Check that the report of each epoch shows exactly the groups scheduled so far."""
    before: set[str] = set()
    for epoch, report in zip(epochs, reports, strict=True):
        expected = thawed(schedule, epoch)
        hold(report, expected, f"step({epoch})", before, MISLEADING_NAMES)
        before = expected


def test_unfreezer_starts_with_the_head(submission: Submission) -> None:
    """After step(0) only the groups of epoch 0 are trained."""
    once(submission, judge_unfreezer_starts_with_the_head)


def judge_unfreezer_starts_with_the_head(submission: Submission) -> None:
    """Check that after step(0) only the groups of epoch 0 are trained."""
    judge_schedule(submission, {0: ["head"], 2: ["layer4"], 4: ["layer3"]}, [0])


def test_unfreezer_follows_its_schedule(submission: Submission) -> None:
    """Each epoch unfreezes its groups; an epoch without an entry changes nothing.

    The order is the usual one, from head to stem, or any other: names inside other names would
    unfreeze too much.
    """
    once(submission, judge_unfreezer_follows_its_schedule)


def judge_unfreezer_follows_its_schedule(submission: Submission) -> None:
    """Check that each epoch unfreezes its groups and that one without an entry changes nothing."""
    g = draw()
    first, second, third = sorted(g.sample(range(1, 6), 3))
    schedule = {
        0: ["head"],
        first: ["layer4"],
        second: ["layer3", "layer2"],
        third: ["layer1", "stem"],
    }
    judge_schedule(submission, schedule, list(range(third + 1)))
    others = g.sample(GROUP_NAMES[:-1], 4)
    schedule = {0: ["head"], first: others[:1], second: others[1:]}
    judge_schedule(submission, schedule, list(range(second + 2)))


@pytest.mark.criterion(CRITERION_ID, weight=34)
def test_exactly_the_right_parameters_are_frozen(submission: Submission) -> None:
    """The promise of the criterion: the right parameters are frozen and unfrozen, and no others."""
    for judge in (
        judge_freeze_group,
        judge_unfreeze_group,
        judge_freezing_can_be_undone,
        judge_freeze_until,
        judge_freeze_until_again,
        judge_unfreezer_starts_with_the_head,
        judge_unfreezer_follows_its_schedule,
    ):
        once(submission, judge)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_unfreezer_can_be_called_again(submission: Submission) -> None:
    """A step that is repeated changes nothing."""
    schedule = {0: ["head"], 1: ["layer4"], 3: ["layer3"]}
    judge_schedule(submission, schedule, [0, 0, 1, 3, 3])


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_unfreezer_thaws_nothing_for_an_unknown_group(submission: Submission) -> None:
    """A group that does not exist is ignored or refused; the others are still unfrozen."""
    schedule = {0: ["head"], 1: ["layer"], 2: ["layer4"]}
    epochs = [0, 1, 2]
    probe = probes.unfrozen_or_refused
    reports = try_out(submission, "MisleadingResNet", probe, schedule, epochs).reports
    if reports:
        hold_steps(reports, schedule, epochs)


# ---------------------------------------------------------------- the strategy


def judge_strategy(submission: Submission, right: dict[int, str]) -> None:
    """Check the strategy for every number of images."""
    for number in right:
        got = submission.call("choose_strategy", number)
        if got not in ("feature_extraction", "last_layers", "full"):
            fail("no_strategy", number=number)
        if got != right[number]:
            fail("other_strategy", number=number)


@pytest.mark.criterion(CRITERION_ID, weight=4)
def test_strategy_far_from_the_borders(submission: Submission) -> None:
    """Few images, name_some thousands, and very many each have their strategy."""
    g = draw()
    few, some_thousands, many = (
        g.randint(20, 600),
        g.randint(2_000, 8_000),
        g.randint(20_000, 2_000_000),
    )
    judge_strategy(
        submission, {few: "feature_extraction", some_thousands: "last_layers", many: "full"}
    )


@pytest.mark.criterion(CRITERION_ID, weight=4)
def test_strategy_at_the_borders(submission: Submission) -> None:
    """1,000 and 10,000 images both belong to the middle."""
    judge_strategy(
        submission,
        {
            999: "feature_extraction",
            1_000: "last_layers",
            1_001: "last_layers",
            9_999: "last_layers",
            10_000: "last_layers",
            10_001: "full",
        },
    )

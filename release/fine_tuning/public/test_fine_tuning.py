"""Checks that you can run yourself: groups, flags, rates and lists.

The hidden checks look at what a training step really moves.
"""

from __future__ import annotations

import probes
import pytest

from autograder.checks import Submission, fail

FREEZING_ID = "performance.fine_tuning.selective_freezing"
RATES_ID = "performance.fine_tuning.discriminative_lr"
TRAINING_ID = "performance.fine_tuning.train_and_evaluate"

GROUP_NAMES = ["stem", "layer1", "layer2", "layer3", "layer4", "head"]
HISTORY_KEYS = ("train_loss", "train_acc", "val_loss", "val_acc")


def expect_trained(when: str, got: list[str], expected: list[str]) -> None:
    """Hold the groups that are trained to those that should be."""
    if got != expected:
        fail(
            "other_groups_trained",
            when=when,
            got=", ".join(got) or "–",
            expected=", ".join(expected),
        )


@pytest.mark.criterion(FREEZING_ID)
def test_freeze_and_unfreeze(submission: Submission) -> None:
    """A frozen group is not trained, and a thawed one is."""
    frozen, thawed = submission.run(probes.frozen_and_thawed, "layer2")
    expect_trained(
        "freeze_group(layer2)", frozen, [name for name in GROUP_NAMES if name != "layer2"]
    )
    expect_trained("unfreeze_group(layer2)", thawed, GROUP_NAMES)


@pytest.mark.criterion(FREEZING_ID)
def test_freeze_until_and_count(submission: Submission) -> None:
    """freeze_until("layer4") leaves layer4 and the head: 628 numbers of the small network."""
    trained, count = submission.run(probes.frozen_until, "layer4")
    expect_trained('freeze_until("layer4")', trained, ["layer4", "head"])
    if count != 628:
        fail("other_count")


@pytest.mark.criterion(FREEZING_ID)
def test_gradual_unfreezer(submission: Submission) -> None:
    """Groups thaw in the epochs of the schedule and stay thawed."""
    expected = [["head"], ["head"], ["layer4", "head"], ["stem", "layer4", "head"]]
    trained = submission.run(
        probes.unfrozen, {0: ["head"], 2: ["layer4"], 3: ["stem"]}, len(expected)
    )
    for epoch, (got, right) in enumerate(zip(trained, expected, strict=True)):
        expect_trained(f"step({epoch})", got, right)


@pytest.mark.criterion(FREEZING_ID)
def test_choose_strategy(submission: Submission) -> None:
    """500, 5,000 and 50,000 images have three different strategies."""
    for number, right in ((500, "feature_extraction"), (5_000, "last_layers"), (50_000, "full")):
        if submission.call("choose_strategy", number) != right:
            fail("other_strategy", number=number, expected=right)


@pytest.mark.criterion(RATES_ID)
def test_layer_groups(submission: Submission) -> None:
    """The groups have their names and hold all parameters."""
    names, held, parameters = submission.run(probes.groups)
    if names != GROUP_NAMES:
        fail("other_group_names", expected=", ".join(GROUP_NAMES))
    if held != parameters:
        fail("other_cover", held=held, parameters=parameters)


@pytest.mark.criterion(RATES_ID)
def test_rates(submission: Submission) -> None:
    """By default the six rates go from 1e-8 for the stem to 1e-3 for the head."""
    got = submission.run(probes.rates)
    expected = [1e-3 * 0.1**distance for distance in reversed(range(len(GROUP_NAMES)))]
    if got != pytest.approx(expected, rel=1e-6, abs=0):
        fail("other_rates", got=", ".join(f"{rate:.1e}" for rate in got))


@pytest.mark.criterion(RATES_ID)
def test_warmup(submission: Submission) -> None:
    """Of 12 epochs the first 4 warm up; then the rate falls to almost nothing."""
    curve = submission.run(probes.curve, 1e-3, 4, 12)
    told = ", ".join(f"{rate:.1e}" for rate in curve)
    if not 0 < curve[0] <= 0.5e-3:
        fail("other_start", got=told)
    if not 0.95e-3 <= max(curve[3:6]) <= max(curve) <= 1.000001e-3:
        fail("other_peak", got=told)
    if not min(curve[-2:]) <= 0.05e-3:
        fail("other_end", got=told)


@pytest.mark.criterion(TRAINING_ID)
def test_history(submission: Submission) -> None:
    """The history has four lists with a figure per epoch."""
    lengths = submission.run(probes.history, 2)
    for name in HISTORY_KEYS:
        if lengths.get(name) != 2:
            fail("other_history", name=name, got=lengths.get(name, 0))

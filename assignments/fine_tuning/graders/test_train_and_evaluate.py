"""Checks of the training loop: modes, gradients, loaders, and whether the figures are true."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import training_probes
from ground_truth import (
    BATCH_SIZE,
    SCRIPTED_EPOCHS,
    TRAIN_IMAGES,
    BatchPass,
    GroundTruth,
    TrainingLog,
    draw_ground_truth,
    expect_figures,
    matches_images,
    name_the_mistake,
    same,
)
from reference import GROUP_NAMES, group_of
from training_run import (
    LONG_EPOCHS,
    ImageScores,
    TrainingRun,
    TrainingSetup,
    draw_setup,
    measure,
    run_training,
)

from autograder.checks import Submission, fail

CRITERION_ID = "performance.fine_tuning.train_and_evaluate"
pytestmark = pytest.mark.criterion(CRITERION_ID)

# times the loss before: batch norms that drift without any learning move it by a few per cent
MAX_LOSS_SHARE = 0.9
# Times the first epoch's loss, for that epoch has learnt something already.
MAX_REPORTED_LOSS_SHARE = 0.95
# Of a training whose reported loss does not fall. One of 23 right trainings shows no fall: batch
# norms of few images make the losses of epochs noisy. Four such in a row are no chance.
MAX_DRAWS = 4
LEARNT_SHARE = 0.4  # of the loss before: an epoch after which so little is left has learnt all


def training_log(submission: Submission) -> TrainingLog:
    """Return the log of a training of the scripted network; it runs once."""
    return submission.once(
        "truth", lambda: log_training(submission, draw_ground_truth(), SCRIPTED_EPOCHS)
    )


def log_training(submission: Submission, truth: GroundTruth, epochs: int | None) -> TrainingLog:
    """Train the scripted network and return its log; `epochs` None means the default."""
    log = TrainingLog(truth=truth)
    told = submission.run(
        training_probes.trained_scripted, truth.train, truth.val, BATCH_SIZE, epochs
    )
    while (gain := log.take(told)) is not None:
        told = submission.run(training_probes.resumed, gain)
    return log


def train(submission: Submission) -> tuple[TrainingSetup, TrainingRun]:
    """Return what a real training was given, and what it did; it is recorded once."""

    def make() -> tuple[TrainingSetup, TrainingRun]:
        setup = draw_setup()
        return setup, run_training(submission, setup, BATCH_SIZE)

    return submission.once("training", make)


# ---------------------------------------------------------------- the history


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_history_has_a_figure_per_epoch(submission: Submission) -> None:
    """The history has its four lists, with one number per epoch; without `epochs` there is one."""
    log = training_log(submission)
    expect_figures(log.figures, SCRIPTED_EPOCHS)
    expect_figures(log_training(submission, log.truth, None).figures, 1)


def judge_figures(submission: Submission, key: str) -> None:
    """Check the figures of a list once, whichever check asks for it."""
    submission.once(f"figures of {key}", lambda: hold_figures(submission, key))


def hold_figures(submission: Submission, key: str) -> None:
    """Check that every epoch's figure counts each of its samples once."""
    log = training_log(submission)
    expect_figures(log.figures, SCRIPTED_EPOCHS, key)
    figures = log.figures[key]
    for epoch, got in enumerate(figures):
        if not any(same(key, got, right) for right in log.truth.right(key, epoch)):
            fail(
                name_the_mistake(log.truth, key, figures),
                figure=key,
                epoch=epoch + 1,
                got=f"{got:.4g}",
            )


def test_train_loss_is_a_mean_over_images(submission: Submission) -> None:
    """`train_loss` is the mean cross-entropy of the training images."""
    judge_figures(submission, "train_loss")


def test_train_accuracy_is_a_share_of_images(submission: Submission) -> None:
    """`train_acc` is the share of the training images that are right."""
    judge_figures(submission, "train_acc")


def test_validation_loss_is_a_mean_over_images(submission: Submission) -> None:
    """`val_loss` is the mean cross-entropy of the validation images."""
    judge_figures(submission, "val_loss")


def test_validation_accuracy_is_a_share_of_images(submission: Submission) -> None:
    """`val_acc` is the share of the validation images that are right."""
    judge_figures(submission, "val_acc")


# ---------------------------------------------------------------- modes, gradients, loaders


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_every_epoch_trains_on_every_image(submission: Submission) -> None:
    """Each epoch takes every training image through one backward pass, in train mode."""
    backwards = [step for step in training_log(submission).backwards if not step.is_validation]
    batches = -(-TRAIN_IMAGES // BATCH_SIZE)
    for position, step in enumerate(backwards):
        if not step.training:
            fail("trains_in_eval_mode", epoch=position // batches + 1)
    seen = sorted(number for step in backwards for number in step.images)
    if seen != sorted(list(range(TRAIN_IMAGES)) * SCRIPTED_EPOCHS):
        full = TRAIN_IMAGES - TRAIN_IMAGES % BATCH_SIZE
        finding = (
            "last_batch_left_out"
            if seen == sorted(list(range(full)) * SCRIPTED_EPOCHS)
            else "images_left_out"
        )
        fail(finding, images=TRAIN_IMAGES, epochs=SCRIPTED_EPOCHS, got=len(seen))


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_validation_runs_in_eval_mode(submission: Submission) -> None:
    """Validation images pass through the network in eval mode."""
    for step in validation_passes(submission):
        if step.training:
            fail("validates_in_train_mode")
    _, trained = train(submission)
    if trained.validation_modes is not None and trained.validation_modes.trains:
        fail("validates_in_train_mode")


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_validation_builds_no_graph(submission: Submission) -> None:
    """Validation images pass through the network without gradients being recorded."""
    for step in validation_passes(submission):
        if step.gradients:
            fail("validates_with_gradients")
    _, trained = train(submission)
    if trained.validation_modes is not None and trained.validation_modes.records_gradients:
        fail("validates_with_gradients")


def validation_passes(submission: Submission) -> list[BatchPass]:
    """Return the passes of validation images; fail where there are none."""
    passes = [step for step in training_log(submission).passes if step.is_validation]
    if not passes:
        fail("never_validates")
    return passes


def test_validation_images_are_never_trained_on(submission: Submission) -> None:
    """Validation images are looked at, and none of them goes through a backward pass."""
    once(submission, judge_validation)


def judge_validation(submission: Submission) -> None:
    """Check that validation images are looked at, and that no weight was computed from them."""
    if any(step.is_validation for step in training_log(submission).backwards):
        fail("trains_on_validation")
    validation_passes(submission)
    setup, trained = train(submission)
    if trained.learnt_from_validation & set(setup.parameters):
        fail("trains_on_validation")


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_validation_leaves_the_network_alone(submission: Submission) -> None:
    """Weights and batch-norm statistics are the same after a validation as before."""
    _, trained = train(submission)
    if not trained.ended:
        fail("never_validates")
    for before, after in zip(
        trained.begun, trained.ended, strict=False
    ):  # code may break a pass off
        changed = [name for name, value in before.items() if not torch.equal(value, after[name])]
        if any("running" in name or "tracked" in name for name in changed):
            fail("validation_moves_statistics")
        if changed:
            fail("validation_moves_weights")


# ---------------------------------------------------------------- a real training


@pytest.mark.gate
def test_training_lowers_the_loss(submission: Submission) -> None:
    """The loss on the training images falls by a tenth, measured again and in the history."""
    once(submission, judge_learning)


def once(submission: Submission, judge: Callable[[Submission], None]) -> None:
    """Let `judge` decide once; whoever asks again gets the same answer."""
    submission.once(judge.__name__, lambda: judge(submission))


def judge_learning(submission: Submission) -> None:
    """Check that the loss on the training images falls, measured again and in the history."""
    setup, trained = train(submission)
    for state, images in ((trained.state, setup.train), (trained.fresh, trained.fresh_train)):
        before, _ = measure(setup.state, images)
        after, _ = measure(state, images)
        if not after.mean() < MAX_LOSS_SHARE * before.mean():
            fail("learns_nothing")
    for _ in range(MAX_DRAWS - 1):
        if reports_a_fall(setup, trained):
            return
        setup = draw_setup()
        trained = run_training(submission, setup, BATCH_SIZE)
    if not reports_a_fall(setup, trained):
        fail("loss_does_not_fall")


def reports_a_fall(setup: TrainingSetup, trained: TrainingRun) -> bool:
    """Return whether the history of a training shows that the loss fell."""
    expect_figures(trained.figures, LONG_EPOCHS, "train_loss")
    losses = trained.figures["train_loss"]
    start, _ = measure(setup.state, setup.train)
    is_learnt_at_once = losses[0] < LEARNT_SHARE * start.mean()  # what is left may go up and down
    return bool(losses[-1] < MAX_REPORTED_LOSS_SHARE * losses[0] or is_learnt_at_once)


def test_last_figures_are_those_of_the_network_left(submission: Submission) -> None:
    """The network that is left has the validation figures of the last or the best epoch."""
    once(submission, judge_network_left)


@pytest.mark.criterion(CRITERION_ID, weight=32)
def test_history_agrees_with_the_trained_model(submission: Submission) -> None:
    """The promise of the criterion: every figure is right, and of the network that was trained."""
    for key in training_probes.HISTORY_KEYS:
        judge_figures(submission, key)
    for judge in (judge_validation, judge_network_left, judge_learning):
        once(submission, judge)


def judge_network_left(submission: Submission) -> None:
    """Check that the network that is left has the validation figures of the last or best epoch."""
    setup, trained = train(submission)
    for key in ("val_loss", "val_acc"):
        expect_figures(trained.figures, LONG_EPOCHS, key)
    losses, accuracies = (trained.figures[key] for key in ("val_loss", "val_acc"))

    def tells(epoch: int, measured: ImageScores) -> bool:
        loss, right = measured
        return matches_images("val_loss", losses[epoch], loss) and matches_images(
            "val_acc", accuracies[epoch], right
        )

    left = measure(trained.state, setup.val)
    if not any(
        tells(e, left) for e in (-1, losses.index(min(losses)), accuracies.index(max(accuracies)))
    ):
        fail("other_network", loss=f"{losses[-1]:.4g}", accuracy=f"{accuracies[-1]:.4g}")
    shown = [measure(state, setup.val) for state in trained.begun]
    for epoch in range(LONG_EPOCHS):  # one epoch's figures may agree by chance
        if not any(tells(epoch, measured) for measured in shown):
            fail("other_network_then", epoch=epoch + 1, loss=f"{losses[epoch]:.4g}")


@pytest.mark.criterion(CRITERION_ID, weight=6)
def test_what_is_not_frozen_is_trained(submission: Submission) -> None:
    """Training moves every group that is not frozen, and nothing that is."""
    setup, trained = train(submission)
    moved = {n for n in setup.parameters if not torch.equal(trained.fresh[n], setup.state[n])}
    if moved & set(setup.frozen):
        fail("moves_frozen", parameters=", ".join(sorted(moved & set(setup.frozen))[:3]))
    trainable = {group_of(name) for name in setup.parameters if name not in setup.frozen}
    still = trainable - {group_of(name) for name in moved}
    if still:
        told = ", ".join(group for group in GROUP_NAMES if group in still)
        fail("leaves_groups_still" if moved else "moves_nothing", groups=told)


@pytest.mark.criterion(CRITERION_ID, weight=3)
def test_gradients_start_anew_for_each_batch(submission: Submission) -> None:
    """No gradient of one batch is left when the next one's is computed."""
    _, trained = train(submission)
    if not trained.stale:
        fail("no_backward")
    if any(trained.stale):
        fail("gradients_pile_up", count=sum(trained.stale), total=len(trained.stale))

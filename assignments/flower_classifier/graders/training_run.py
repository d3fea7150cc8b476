"""One run of the student's training on made data, which the judge directs step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch
import training_probes
from model_fingerprint import small_side
from torch import Tensor

from autograder.checks import Submission

HISTORY_KEYS = ("train_loss", "train_acc", "val_loss", "val_acc", "lr")
MAX_EPOCHS = 24  # at most
SCRIPT_PATIENCE = 12
# Images; the last batch of the validation is smaller than the others.
TRAIN_IMAGES, VALIDATION_IMAGES = 3, 7
RIGHT_AFTER_EPOCH = [1, 2, 4, 5] + [
    3
] * 40  # of the 7 validation images, how many are right after each epoch
# The epoch after which nothing gets better.
BEST_EPOCH = RIGHT_AFTER_EPOCH.index(max(RIGHT_AFTER_EPOCH))
SCRIPT_CONFIG = {
    "lr": 1e-3,
    "min_delta": 0.0,
    "device": "cpu",
    "batch_size": TRAIN_IMAGES,
    "num_workers": 0,
    "data_dir": ".",
}
# Of the first loss: sixteen steps do far better, even where only the classifier learns.
MAX_LOSS_SHARE = 0.95
MIN_FALL_SHARE = 0.25  # of the fall of the loss that is told: so much the judge must find
# What is told with each step, beside what was seen since the last one.
EXTRA_KEYS_OF_STEP = {
    "training": (),
    "validation": ("weights",),
    "end": ("weights", "history", "last_rates"),
}

Rates = list[float]


@dataclass(slots=True)
class TrainingRun:
    """What happened while train_model ran, step by step."""

    history: dict[str, Any] = field(default_factory=dict)  # empty where there is none
    # Of each epoch that it trained in: each batch's true loss.
    batches: list[Rates] = field(default_factory=list)
    # Every learning rate that was used in each epoch.
    rates: list[Rates] = field(default_factory=list)
    last_rates: Rates = field(default_factory=list)  # that the optimizer was left with
    moved_elsewhere: int = 0  # steps before which something else had moved the weights
    is_as_told: bool = True  # whether the model that is left has learnt what was told
    has_moved: bool = True  # whether the model that is left has other weights than at the start
    images: Tensor = field(default_factory=lambda: torch.zeros(0))  # that it trained on
    labels: Tensor = field(default_factory=lambda: torch.zeros(0))
    # Whether in train mode, at each batch of the validation.
    modes: list[bool] = field(default_factory=list)
    # A sample, as each pass through the validation found it.
    weights: list[Tensor] = field(default_factory=list)
    left: Tensor = field(default_factory=lambda: torch.zeros(0))  # the same sample afterwards

    @property
    def epochs(self) -> int:
        """In how many epochs it trained."""
        return len(self.batches)

    @property
    def losses(self) -> list[float]:
        """The true mean loss of each epoch's training batches."""
        return [mean(losses) for losses in self.batches]

    def take(self, told: Any) -> bool:
        """Take down a step; whether another one follows."""
        assert isinstance(told, dict)
        step = told.get("step")
        assert step in EXTRA_KEYS_OF_STEP
        notes = ("modes", "losses", "rates", "elsewhere")
        assert told.keys() == {"step", *notes, *EXTRA_KEYS_OF_STEP[step]}
        assert isinstance(told["elsewhere"], list)
        self.moved_elsewhere += sum(moved is True for moved in told["elsewhere"])
        losses, rates = numbers_of(told["losses"]), numbers_of(told["rates"])
        assert isinstance(told["modes"], list)
        self.modes += [mode is True for mode in told["modes"]]
        if self.batches:  # what was seen since the last step belongs to the epoch that had begun
            self.batches[-1] += losses
            self.rates[-1] += rates
        if step == "training":
            self.batches.append([])
            self.rates.append([])
            return True
        weights = told["weights"]
        assert isinstance(weights, Tensor)
        if step == "validation":
            self.weights.append(weights)
            return True
        self.history = told["history"] if isinstance(told["history"], dict) else {}
        self.last_rates, self.left = numbers_of(told["last_rates"]), weights
        return False


def draw_images(count: int, side: int) -> Tensor:
    """Return images (count, 3, side, side) whose first channel is their number.

    It survives flips, rotations and crops.
    """
    images = torch.randn(count, 3, side, side)
    images[:, 0] = (torch.arange(count) * training_probes.NUMBER_SCALE)[:, None, None]
    return images


def training_of(submission: Submission) -> TrainingRun:
    """Return the one run of train_model that all checks look at."""
    return submission.once("training", lambda: train(submission))


def train(submission: Submission) -> TrainingRun:
    """Run the student's training on three images, with a scripted validation.

    Each step is reported when it happens, and only then does the judge say how the validation goes
    on: the worker cannot take back that it trained in an epoch, or did not.
    """
    count = TRAIN_IMAGES + VALIDATION_IMAGES
    config = {
        **SCRIPT_CONFIG,
        "epochs": MAX_EPOCHS,
        "patience": SCRIPT_PATIENCE,
        "seed": int(torch.randint(2**31, ())),
    }
    labels = torch.randperm(102)[:count]
    images = draw_images(count, small_side(submission))
    made = TrainingRun(images=images[:TRAIN_IMAGES], labels=labels[:TRAIN_IMAGES])
    told = submission.run(training_probes.begun, images, labels, TRAIN_IMAGES, config)
    while made.take(told):
        told = submission.run(
            training_probes.resumed,
            RIGHT_AFTER_EPOCH[min(len(made.weights), len(RIGHT_AFTER_EPOCH)) - 1],
        )
    made.is_as_told = is_as_told(submission, made)  # the worker still has the model
    return made


def is_as_told(submission: Submission, made: TrainingRun) -> bool:
    """Return whether the model that is left has learnt what its training is said to have.

    Its loss on the images of the training is computed by the judge, and must have fallen by a part
    of what was told. Where nothing was told to be learnt there is nothing to compare.
    """
    if len(made.losses) < 2:
        made.has_moved = moved(submission, made)
        return True
    # The weights of the best epoch are left, or the last ones: these have learnt more.
    told = made.losses[0] - made.losses[min(BEST_EPOCH + 1, made.epochs - 1)]
    if not told > (1 - MAX_LOSS_SHARE) * made.losses[0]:
        made.has_moved = moved(submission, made)
        return True
    least = MIN_FALL_SHARE * told
    return any(fall_of(submission, made, train=mode) >= least for mode in (True, False))


def moved(submission: Submission, made: TrainingRun) -> bool:
    """Return whether the model that is left has other parameters than the one that began."""
    values = []
    for which in ("start", "left"):
        program = submission.program(training_probes.trained, which, example=made.images)
        values.append(program.initial(*program.parameters))
        program.forget()
    return differ(*values)


def differ(start: dict[str, Tensor], left: dict[str, Tensor]) -> bool:
    """Return whether parameters have other values than at the start, or other names."""
    return any(name not in left or not torch.equal(left[name], start[name]) for name in start)


def fall_of(submission: Submission, made: TrainingRun, *, train: bool) -> float:
    """Return by how much the loss on the training images fell, in one mode of the model.

    It has not fallen where no parameter has changed: a model that answers at random may seem to.
    """
    losses, values = [], []
    for which in ("start", "left"):
        program = submission.program(
            training_probes.trained, which, example=made.images, train=train
        )
        values.append(program.initial(*program.parameters))
        with torch.random.fork_rng(), torch.no_grad():
            torch.manual_seed(0)  # both drop out the same
            logits = program(made.images)
        program.forget()
        losses.append(float(torch.nn.functional.cross_entropy(logits, made.labels)))
    return losses[0] - losses[1] if differ(*values) else 0.0


def numbers_of(values: Any) -> list[float]:
    """Check and return a list of numbers; NaN is allowed."""
    assert isinstance(values, list)
    assert all(type(v) in (int, float) for v in values)
    return [float(v) for v in values]


def mean(values: list[float]) -> float:
    """Return the mean; NaN of no values."""
    return sum(values) / len(values) if values else math.nan


def is_share(claim: float, share: float) -> bool:
    """Return whether a claimed accuracy is `share`, as a share or in percent."""
    return math.isclose(claim, share, abs_tol=1e-3) or math.isclose(claim, 100 * share, abs_tol=0.1)

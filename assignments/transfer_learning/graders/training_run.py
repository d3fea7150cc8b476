"""A student's training of a model with a frozen backbone: recorded once, then run on other data.

The training is recorded on images that student code sees. Then the judge draws another small model,
other images and other labels, and trains with the recorded operations.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import small_model_probes as probes
import torch
from reference import (
    State,
    draw_images,
    draw_state,
    expect_logits,
    settle,
    small_names,
)
from torch import Tensor
from transfer_model import TransferModel, transferred

from autograder.checks import Submission, Training

FAMILY = "ResNet with dropout"
NUM_CLASSES = 102  # that the model tells apart: a head for this number alone costs nothing here
KINDS, SAMPLES, FRESH = 4, 30, 32  # classes that have images; images for training, and to measure
EPOCHS, RATE = 4, 0.01
BATCHES = -(-SAMPLES // probes.BATCH)  # of an epoch; the last one is smaller
SMALL_RATE = RATE / 1000
MAX_JUMP = 0.8  # of the way that the classifier goes, between the beginnings of two epochs
MAX_SMALL_SHARE = 0.1  # of the way with RATE that may be gone with SMALL_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A small model, and images around one pattern per class that it can tell apart."""

    state: State
    patterns: Tensor  # (KINDS, 3, H, W)
    images: Tensor
    labels: Tensor

    @property
    def inputs(self) -> dict[str, Tensor]:
        """The inputs of a training."""
        return {"images": self.images, "labels": self.labels}


def draw_task() -> Task:
    """Draw a small model and images; its statistics are those of such images."""
    patterns = 2 * draw_images(KINDS)
    noise = draw_images(8 * KINDS)
    state = settle(FAMILY, draw_state(FAMILY), patterns.repeat(8, 1, 1, 1) + noise)
    labels = torch.arange(SAMPLES) % KINDS
    images = patterns[labels] + 0.5 * draw_images(SAMPLES)
    return Task(state=state, patterns=patterns, images=images, labels=labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A model's logits for images that no training has seen."""

    images: Tensor
    logits: Tensor
    loss: float  # the judge's own, of these logits


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """A training on data that was drawn after it was recorded."""

    model: TransferModel
    answering: TransferModel  # the one that answers to images
    training: Training
    recorded_on: Task
    task: Task
    before: State
    after: State
    epochs: Sequence[State]  # the model when each epoch began
    first: Answers
    last: Answers

    @property
    def report(self) -> dict[str, Any]:
        """What the probe returned for the recorded data."""
        return cast("dict[str, Any]", self.training.value)

    @property
    def values(self) -> State:
        """The values of the trained model, by the names of its program."""
        trained = {**self.before, **self.after}
        return {name: trained.get(name, value) for name, value in self.model.values.items()}

    def moved(self, names: Iterable[str]) -> list[str]:
        """Return those of the names whose tensors the training changed."""
        after, before = self.after, self.before
        return [n for n in names if n not in after or not torch.equal(after[n], before[n])]

    @property
    def is_idle(self) -> bool:
        """Whether the training did nothing with its data: no gradient, and no change by it."""
        if not self.training.recorded or self.training.gradients().from_inputs:
            return False
        return not self.training.depends_on("images", "labels") & set(self.moved(self.before))

    def is_gradual(self) -> bool:
        """Return whether the classifier goes its way in many steps."""
        states = [self.before]
        for state in (*self.epochs, self.after):
            states.append({**states[-1], **state})
        steps = [self._way(one, other) for one, other in itertools.pairwise(states)]
        return 0 < max(steps) <= MAX_JUMP * sum(steps)

    def follows_rate(self, submission: Submission) -> bool:
        """Return whether the classifier stays near its first values if the rate is small."""
        training = record(submission, self.recorded_on, SMALL_RATE)
        new = [name for name in training.first if name in self.model.new()]
        first = {**self.before, **{name: training.first[name] for name in new}}
        end = training.again(self.task.inputs, first)[-1].state
        return self._way(first, end) <= MAX_SMALL_SHARE * self._way(self.before, self.after)

    def _way(self, one: State, other: State) -> float:
        """Return how far the new parameters are from each other in two states."""
        names = [name for name in self.model.new() if name in one and name in other]
        return sum(float((other[name] - one[name]).square().sum()) for name in names) ** 0.5


def frozen_model(submission: Submission) -> TransferModel:
    """Return a model with a frozen backbone, before any training."""
    return submission.once(
        "frozen model",
        lambda: transferred(
            submission, FAMILY, draw_state(FAMILY), NUM_CLASSES, freeze=True, count=FRESH
        ),
    )


def thawed_model(submission: Submission) -> TransferModel:
    """Return a model whose backbone is not frozen: how it answers shows in its gradients."""
    state = draw_state(FAMILY)
    return transferred(submission, FAMILY, state, NUM_CLASSES, freeze=False, count=FRESH)


def trained(submission: Submission) -> TrainingRun:
    """Return the one training of this submission."""
    return submission.once("training run", lambda: train(submission))


def train(submission: Submission) -> TrainingRun:
    """Record the student's training, and run it again with another small model and images."""
    model = frozen_model(submission)
    recorded_on = draw_task()
    training = record(submission, recorded_on, RATE)
    task = draw_task()  # after the training was committed
    names = small_names(training.first, recorded_on.state)
    before = {
        name: task.state[names[name]] if name in names else value
        for name, value in training.first.items()
    }
    *epochs, end = training.again(task.inputs, before)
    answering = model if model.program.recorded else thawed_model(submission)
    return TrainingRun(
        model=model,
        answering=answering,
        training=training,
        recorded_on=recorded_on,
        task=task,
        before=before,
        after=end.state,
        epochs=[moment.state for moment in epochs],
        first=answers_to(answering, task.patterns, before),
        last=answers_to(answering, task.patterns, {**before, **end.state}),
    )


def record(submission: Submission, task: Task, rate: float) -> Training:
    """Return the training of a model that is made of a small model."""
    arguments = (FAMILY, task.state, NUM_CLASSES, EPOCHS, rate)
    return submission.training(probes.trained, *arguments, inputs=task.inputs)


def answers_to(model: TransferModel, patterns: Tensor, values: State) -> Answers:
    """Return what the model with these values answers to fresh images."""
    labels = torch.randint(KINDS, (FRESH,))
    images = patterns[labels] + 0.5 * draw_images(FRESH)
    given = {name: values.get(name, value) for name, value in model.values.items()}
    logits = expect_logits(model.logits(images, given), FRESH, NUM_CLASSES, FAMILY)
    loss = float(torch.nn.functional.cross_entropy(logits, labels))
    return Answers(images=images, logits=logits, loss=loss)

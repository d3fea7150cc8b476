"""Trainings that cannot be recorded: they end as they would, and train again live."""

from __future__ import annotations

import torch

from autograder.checks.submission import in_process
from tests.support import recorded_trainings
from tests.support.places import CASES
from tests.unit.programs.test_trainings import draw_data


def test_a_training_that_cannot_be_recorded_runs_live() -> None:
    """The code does not notice; its value is there, and other data train it again on trust."""
    submission, _ = in_process("fft", CASES / "trainings" / "obstacles" / "fft.py")
    training = submission.training(recorded_trainings.trained, inputs=draw_data())
    assert "not allowed" in training.obstacle
    assert training.value == ["done"]
    assert not submission.reports
    end = training.again(draw_data())[-1]
    assert submission.reports
    assert not torch.equal(end.state["0.weight"], training.first["0.weight"])

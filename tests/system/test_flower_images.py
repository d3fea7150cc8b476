"""Which pictures the flower classifier's code sees while its model is measured."""

from __future__ import annotations

import importlib
import io
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from autograder.checks.submission import Submission, in_process
from autograder.config.course import load_course
from autograder.grading.pytest_session import importable
from autograder.measuring.data.photos import PHOTO_SIZES
from autograder.measuring.data.synthetic import make_flowers
from autograder.model import Run
from autograder.programs import networks
from autograder.sandbox.torchvision_compat import import_torchvision
from tests.support.places import REPOSITORY

COURSE = load_course(REPOSITORY)
GRADERS = COURSE.assignment("flower_classifier").graders
with importable(GRADERS), warnings.catch_warnings(action="ignore"):
    measurement: Any = importlib.import_module("measurement")
MODELS = REPOSITORY / "tests" / "cases" / "flower_models"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of drawn flowers."""
    return make_flowers(tmp_path_factory.mktemp("drawn"))


def submitted(name: str) -> Submission:
    """Return a submission of one of the models, with a checkpoint."""
    import_torchvision()  # as workers do, each of which has modules of its own
    networks.modules.clear()
    stream = io.BytesIO()
    torch.save(nn.ModuleDict({"fc": nn.Linear(3, 102)}).state_dict(), stream)
    files = {"flowers_model.pth": stream.getvalue()}
    submission, errors = in_process("flower_classifier", MODELS / name, files)
    assert not errors
    return submission


def test_no_test_image_reaches_code_with_the_standard_transform(data: Path) -> None:
    """A transform that is the standard one sees the drawn photos, and nothing else."""
    submission = submitted("standard_transform.py")
    found = measurement.measured(submission, Run(data=data), COURSE.rubric)
    assert found.is_replayed
    assert not submission.reports
    assert submission.call("count") == len(PHOTO_SIZES)


def test_another_transform_gets_the_images_and_the_model_is_replayed(data: Path) -> None:
    """A transform of one's own makes the tensors, and the judge computes the answers to them."""
    submission = submitted("own_transform.py")
    found = measurement.measured(submission, Run(data=data), COURSE.rubric)
    assert found.is_replayed
    assert not submission.reports
    assert int(submission.call("count")) >= found.measurement.n + len(PHOTO_SIZES)


def test_a_model_that_cannot_be_recorded_is_measured_on_trust(data: Path) -> None:
    """Its code is asked about the images, and the check rests on its word."""
    submission = submitted("decides_by_values.py")
    found = measurement.measured(submission, Run(data=data), COURSE.rubric)
    assert not found.is_replayed
    assert submission.reports


def test_the_answers_are_the_same_whoever_computes_them(data: Path) -> None:
    """Replayed and asked, a model with the same weights gets the same images right."""
    found = []
    for name in ("standard_transform.py", "decides_by_values.py"):
        torch.manual_seed(0)
        submission = submitted(name)
        found.append(measurement.measured(submission, Run(data=data), COURSE.rubric).measurement)
    one, other = found
    assert one.confusion == other.confusion
    assert one.signature == other.signature

"""Real models on real flowers: the judge measures what is known of them, and the levels come out
right.

AUTOGRADER_REAL_DATA names a folder with `flowers-102/` (images, and available.json: the files of
each split that are there), `weights/resnet18_imagenet.pth`, `heads/<name>.pth` (what a fine-tuned
model differs in) and `expected_accuracy.json` (name -> "right/all", on the test images that are
there).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from scipy.io import loadmat

from autograder.config.course import load_course
from autograder.measuring.accuracy.recall import level
from autograder.measuring.data.flowers import FLOWERS_FOLDER, SPLITS
from autograder.measuring.data.synthetic import write_lists
from tests.support.command_line import REPOSITORY, Ended, autograder, result

REAL = Path(os.environ.get("AUTOGRADER_REAL_DATA", ""))
LEVELS = {  # of each model: its level, and the points of product.training.accuracy
    "weak": ("insufficient", 0),
    "linear_probe_train": ("sufficient", 0),  # 83.8 %: just below
    "finetuned_train_only": ("good", 3),  # 87.2 %: just above
    "linear_probe_trainval": ("good", 3),  # 88.0 %
    "finetuned": ("excellent", 3),
}
CLEAR = ("weak", "finetuned")  # far from every threshold
CRITERION, BONUS = "product.training.accuracy", "bonus.accuracy_92"
SECONDS = 3600.0  # four times a thousand images, on a machine that does other things, too

Results = Callable[[str], dict[str, Any]]  # a student's result file

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        "AUTOGRADER_REAL_DATA" not in os.environ, reason="AUTOGRADER_REAL_DATA names no folder"
    ),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder whose lists name the images that are there."""
    root = tmp_path_factory.mktemp("data")
    (root / FLOWERS_FOLDER).mkdir()
    (root / FLOWERS_FOLDER / "jpg").symlink_to((REAL / FLOWERS_FOLDER / "jpg").resolve())
    there = json.loads((REAL / FLOWERS_FOLDER / "available.json").read_text())
    labels = loadmat(REAL / FLOWERS_FOLDER / "imagelabels.mat")["labels"].ravel() - 1
    ids = {
        split: [int(name[len("image_") : -len(".jpg")]) for name in there[split]]
        for split in SPLITS
    }
    write_lists(root / FLOWERS_FOLDER, labels.tolist(), ids)
    return root


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class whose students hand in the solution's code, each with another model."""
    folder = tmp_path_factory.mktemp("submitted")
    code = REPOSITORY / "solutions" / "flower_classifier" / "flower_classifier.py"
    for name in LEVELS:
        (folder / name / "flower_classifier").mkdir(parents=True)
        shutil.copy(code, folder / name / "flower_classifier")
        torch.save(checkpoint(name), folder / name / "flower_classifier" / "flowers_model.pth")
    return folder


def checkpoint(name: str) -> dict[str, torch.Tensor]:
    """Return a model's whole state dict, in single precision."""
    backbone = torch.load(REAL / "weights" / "resnet18_imagenet.pth", weights_only=True)
    head = torch.load(REAL / "heads" / f"{name}.pth", weights_only=True)
    return {
        key: t.float() if t.is_floating_point() else t for key, t in {**backbone, **head}.items()
    }


def graded(submitted: Path, data: Path, out: Path, *options: object) -> Ended:
    """Grade the class for the project alone."""
    only = ("--assignment", "flower_classifier", "--data", data)
    return autograder("grade", submitted, "--out", out, *only, *options, seconds=SECONDS)


@pytest.fixture(scope="module")
def full(submitted: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Return the results of the students' projects, measured on every image."""
    out = tmp_path_factory.mktemp("full")
    ended = graded(submitted, data, out, "--accuracy", "full")
    return lambda name: _result(out, name, ended)


@pytest.fixture(scope="module")
def early(submitted: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Return the results of the students' projects, measured on as many images as it takes."""
    out = tmp_path_factory.mktemp("early")
    students = [option for name in CLEAR for option in ("--student", name)]
    ended = graded(submitted, data, out, "--accuracy", "sequential", *students)
    return lambda name: _result(out, name, ended)


def _result(out: Path, name: str, ended: Ended) -> dict[str, Any]:
    content = result(out, name, "flower_classifier")
    assert content["measurement"] is not None, ended.stdout + ended.stderr
    return content


def level_of(content: dict[str, Any]) -> str:
    """Return the level that the measured accuracy reaches."""
    rules = load_course(REPOSITORY).rubric.accuracy
    assert rules is not None
    measured = content["measurement"]
    return level(Fraction(measured["correct"], measured["n"]), rules.bands).id


def earned(content: dict[str, Any]) -> float:
    """Return the points of the criterion of accuracy."""
    return next(
        criterion["earned"] for criterion in content["criteria"] if criterion["id"] == CRITERION
    )


@pytest.mark.parametrize("name", LEVELS)
def test_as_many_are_right_as_is_known(full: Results, name: str) -> None:
    """In the sandbox, in any order, behind the student's own transform, as many images are right as
    is known.
    """
    right, n = json.loads((REAL / "expected_accuracy.json").read_text())[name].split("/")
    measured = full(name)["measurement"]
    assert measured["n"] == measured["total"] == int(n)
    assert abs(measured["correct"] - int(right)) <= 1


@pytest.mark.parametrize("name", LEVELS)
def test_the_level_is_right(full: Results, name: str) -> None:
    """Each model reaches its level, its points, and the bonus only where it is due."""
    content = full(name)
    assert (level_of(content), earned(content)) == LEVELS[name]
    assert (BONUS in {a["id"] for a in content["adjustments"]}) == (name == "finetuned")


@pytest.mark.parametrize("name", CLEAR)
def test_stopping_early_changes_no_mark(full: Results, early: Results, name: str) -> None:
    """Measured on as many images as it takes, a model gets the level, the points and the bonus of
    all images.
    """
    part, whole = early(name), full(name)
    assert (level_of(part), earned(part)) == (level_of(whole), earned(whole))
    assert [a["id"] for a in part["adjustments"]] == [a["id"] for a in whole["adjustments"]]


def test_a_clear_case_asks_fewer_images(early: Results) -> None:
    """The weak model is known to be weak before the last image, and the report says how certain
    that is.
    """
    measured = early("weak")["measurement"]
    assert measured["decided_by"] == "sequential"
    assert measured["n"] < measured["total"]
    assert measured["error_exact"] == "1/1000"


def test_the_list_is_called_what_it_is(full: Results) -> None:
    """A part of the test split is not reported as the official one."""
    assert "1.020 imágenes de una lista propia" in full("weak")["measurement"]["list"]

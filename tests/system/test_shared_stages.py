"""A class with one frozen backbone is graded as if each model were computed alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.measuring.data.synthetic import make_flowers
from tests.support.command_line import REPOSITORY, Ended, autograder, written

CODE = REPOSITORY / "tests" / "cases" / "flower_models" / "frozen_backbone.py"
HEADS = {"ana": 1, "beto": 2, "carla": 3}  # seeds
SECONDS = 900.0


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of drawn flowers."""
    return make_flowers(tmp_path_factory.mktemp("drawn"))


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class whose models differ in their heads alone."""
    folder = tmp_path_factory.mktemp("submitted")
    torch.manual_seed(0)
    backbone = nn.Sequential(
        *(layer for sizes in ((3, 16), (16, 32), (32, 64)) for layer in layers(*sizes))
    ).state_dict()
    for student, seed in HEADS.items():
        torch.manual_seed(seed)
        head = nn.Linear(64, 102).state_dict()
        state = {f"backbone.{name}": value for name, value in backbone.items()}
        state |= {f"fc.{name}": value for name, value in head.items()}
        target = folder / student / "flower_classifier"
        target.mkdir(parents=True)
        (target / "flower_classifier.py").write_bytes(CODE.read_bytes())
        torch.save(state, target / "flowers_model.pth")
    return folder


def layers(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    """Return a convolution with its norm, as in the hand-ins."""
    conv = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
    return conv, nn.BatchNorm2d(outputs), nn.ReLU()


def graded(submitted: Path, data: Path, out: Path, *options: object) -> Ended:
    """Grade the class for the project alone."""
    only = ("--assignment", "flower_classifier", "--data", data, "--seed", 7)
    return autograder("grade", submitted, "--out", out, *only, *options, seconds=SECONDS)


def test_results_are_the_same_with_and_without_a_store(
    submitted: Path, data: Path, tmp_path: Path
) -> None:
    """With no store, with an empty one that two judges fill at once, and with a full one whose
    blocks were damaged, every file has the same bytes; the log says what was damaged.
    """
    out = {name: tmp_path / name for name in ("without", "empty", "full")}
    graded(submitted, data, out["without"], "--store", 0)
    graded(submitted, data, out["empty"], "--jobs", 2)
    assert not (out["without"] / ".computed").exists()
    kept = sorted((out["empty"] / ".computed").glob("*.blocks"), key=lambda p: p.stat().st_size)
    assert len(kept) >= 4  # crops, cuts, what passes one, and that of the first batch
    (out["full"] / ".computed").mkdir(parents=True)
    for path in kept:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        (out["full"] / ".computed" / path.name).write_bytes(content)
    graded(submitted, data, out["full"], "--jobs", 1)
    log = (out["full"] / "run.log").read_text(encoding="utf-8")
    assert "damaged and is computed again" in log
    assert "computed whole" not in log
    files = {name: written(folder) for name, folder in out.items()}
    assert files["empty"] == files["without"]
    assert files["full"] == files["without"]
    for student in HEADS:
        sheet = json.loads(files["full"][f"results/{student}/flower_classifier.json"])
        assert sheet["measurement"]["n"] == sheet["measurement"]["total"]

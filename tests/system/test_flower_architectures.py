"""Sizes and times of the flower classifier follow from the networks that its handout allows."""

from __future__ import annotations

import importlib
import math
import warnings
from functools import cache
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from autograder.config.course import load_course
from autograder.grading.pytest_session import importable
from autograder.handin.archive import DEFAULT_LIMITS
from autograder.sandbox.torchvision_compat import import_torchvision
from autograder.sandbox.wire import QUESTION_CAPS
from tests.support.places import REPOSITORY

ASSIGNMENT = load_course(REPOSITORY).assignment("flower_classifier")
with importable(ASSIGNMENT.graders), warnings.catch_warnings(action="ignore"):
    architectures: Any = importlib.import_module("architectures")
    checkpoint: Any = importlib.import_module("checkpoint")

IMAGES = 6149  # of the official test split
SLOW_CORE = 50.0  # GFLOP/s of one slow core: half of what one of the development machine does
DEAREST = ("VGG-11 … VGG-19", "ViT-B/16", "ResNet-101, ResNet-152, Wide ResNet-50")
MIB = 1 << 20
# Of the weights in a training: themselves, gradients, Adam's averages, the best, and room
COPIES = 8


@cache
def model(name: str) -> torch.nn.Module:
    """Return a network for 102 classes, without memory for its values."""
    with torch.device("meta"):
        made: torch.nn.Module = import_torchvision().models.get_model(name, num_classes=102)
    return made.eval()


@cache
def size(names: tuple[str, ...]) -> int:
    """Bytes of the largest of some networks' weights in single precision."""
    return max(
        sum(t.numel() * t.element_size() for t in model(name).state_dict().values())
        for name in names
    )


@cache
def seconds(names: tuple[str, ...]) -> float:
    """How long measuring the dearest of some networks takes on a slow core."""
    costs = []
    for name in names:
        with FlopCounterMode(display=False) as counter, torch.no_grad(), torch.device("meta"):
            model(name)(torch.empty(1, 3, 224, 224))
        costs.append(counter.get_total_flops() / 1e9)
    return IMAGES * max(costs) / SLOW_CORE


def largest() -> int:
    """Bytes of the largest checkpoint that may be handed in."""
    return max(size(names) for names in architectures.HANDOUT_NAMES.values())


def test_the_handout_allows_what_is_known() -> None:
    """Every architecture of torchvision that the graders know is in the handout's list, and no
    other.
    """
    named = [name for names in architectures.HANDOUT_NAMES.values() for name in names]
    assert sorted(named) == sorted(architectures.ARCHITECTURE_NAMES)


@pytest.mark.parametrize("file", ["README.md", "README.en.md"])
@pytest.mark.parametrize("name", architectures.HANDOUT_NAMES)
def test_the_handout_states_size_and_time(file: str, name: str) -> None:
    """Each row of the handout's table has the size of the largest checkpoint, and the minutes of a
    slow core.
    """
    text = (ASSIGNMENT.root / file).read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    mib, minutes = (int(cell.split()[0]) for cell in row.split("|")[2:4])
    names = architectures.HANDOUT_NAMES[name]
    assert mib == math.ceil(size(names) / MIB)
    assert minutes == math.ceil(seconds(names) / 60)


def test_every_checkpoint_may_be_handed_in() -> None:
    """The largest one fits in what is taken, in an archive with the other files, and in a question
    to a worker.
    """
    most = {file.name: file.max_bytes for file in ASSIGNMENT.files}["flowers_model.pth"]
    assert 1.1 * largest() <= most == checkpoint.MAX_CHECKPOINT_BYTES
    assert most < min(DEFAULT_LIMITS.archive, DEFAULT_LIMITS.unpacked, QUESTION_CAPS.body)


def test_every_network_has_the_room_that_its_training_takes() -> None:
    """Memory and disk follow from the largest network, the measuring time from the slowest."""
    limits = ASSIGNMENT.limits
    assert limits.memory >= COPIES * largest()
    assert limits.disk >= 2 * largest()  # the best weights, and the last
    assert (
        limits.cpu
        > limits.wall_measure
        >= max(seconds(architectures.HANDOUT_NAMES[name]) for name in DEAREST)
    )

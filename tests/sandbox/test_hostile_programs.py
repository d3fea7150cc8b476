"""Programs and trainings of a hostile worker: none is a fault of ours, and the judge goes on.

Each file of hostile/programs and hostile/trainings says in `ends` how the judge's question may end:
`denied`, `answered` by a tensor, `fails` the check, or `timeout`. A `.py` file is code that is
handed in. A `.yml` file is a program that such code says it recorded.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from autograder.checks.submission import Submission
from autograder.config.course import load_course
from autograder.errors import Denied, StudentError, TimeExceeded
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.model import Run, SubmittedFiles
from autograder.sandbox.launch import Zygote
from tests.support import recorded_trainings
from tests.support.command_line import TINY
from tests.support.places import CASES

PROGRAMS, TRAININGS = CASES / "hostile" / "programs", CASES / "hostile" / "trainings"
HONEST = (CASES / "programs" / "residual.py").read_bytes()
TENSORS = load_course(TINY).assignment("tensors")
CHECK_SECONDS = 4.0  # that a question may take: what is to end otherwise has time on a busy machine
ASSIGNMENT = replace(TENSORS, limits=replace(TENSORS.limits, wall_check=CHECK_SECONDS))
EXPECTED_NAME = b"\n\ndouble = abs\n"  # one that the assignment asks for
FORGER = """
import json, sys, torch
from torch import nn

PROGRAM = {{"program": {text!r}, "constants": {values}}}
VALUES = {{name: torch.ones(shape) for name, shape in {shapes}}}
networks = sys.modules["autograder.programs.networks"]
networks.record = lambda *_: {{"recording": PROGRAM}}
networks.first_values = lambda *args: {{name: VALUES[name] for name in args[-1]}}

class Network(nn.Module):
    pass
"""
MOST_DRAWN = 1 << 16  # numbers that the judge draws for parameters
INPUT = ["", [2, 4], "float32", False, False]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack, and how the judge's question may end."""

    path: Path
    ends: frozenset[str]
    source: bytes


def attacks(folder: Path) -> Iterator[Attack]:
    """Every attack of a folder."""
    for path in sorted(folder.glob("*.*")):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".yml":
            document = yaml.safe_load(text)
            ends, source = str(document.pop("ends")), forger_of(document).encode()
        else:
            ends, source = text.split("\n", 1)[0].removeprefix("# ends: "), text.encode()
        yield Attack(path=path, ends=frozenset(ends.split(", ")), source=source)


def forger_of(document: dict[str, Any]) -> str:
    """Return code that says that it recorded this program."""
    values = document.pop("values", "[]")
    program = {
        "inputs": [INPUT],
        "tensors": [],
        "constants": [],
        "result": len(document["specs"]) - 1,
        "result_type": "Tensor",
        **document,
    }
    shapes = [(spec[0], spec[1]) for spec in program["tensors"]]
    return FORGER.format(text=json.dumps(program).encode(), values=values, shapes=repr(shapes))


@contextlib.contextmanager
def session_of(zygote: Zygote, source: bytes) -> Iterator[Submission]:
    """Yield a file that is handed in, in real workers."""
    files = {"tensors.py": source + EXPECTED_NAME}
    handed_in = SubmittedFiles(student="eve", assignment="tensors", files=files, digest="d")
    session = WorkerSession(ASSIGNMENT, handed_in, workers_of(zygote), Run(), is_last=True)
    try:
        yield session.begin("check", TENSORS.criteria[0].id)
    finally:
        session.close()


def end_of(question: Callable[[Submission], None], submission: Submission) -> str:
    """Return how a question ends."""
    try:
        question(submission)
    except Denied:
        return "denied"
    except TimeExceeded:
        return "timeout"
    except (StudentError, AssertionError):
        return "fails"
    return "answered"


def ask_for_the_network(submission: Submission) -> None:
    """Ask a network for outputs and gradients: with its own weights, and with drawn ones."""
    x = torch.ones(2, 4, requires_grad=True)
    program = submission.program("Network", example=(2, 4))
    specs = program.parameters
    count = sum(math.prod(spec.shape) for spec in specs.values())
    drawn = (
        {name: torch.ones(spec.shape) for name, spec in specs.items()}
        if count <= MOST_DRAWN
        else {}
    )
    for parameters in (drawn, {}):
        y = program(x, parameters=parameters)
        if y.requires_grad:
            y.abs().sum().backward()


def ask_for_the_training(submission: Submission) -> None:
    """Ask for a training, and for what it makes of other data and first values."""
    training = submission.training(recorded_trainings.trained, inputs=draw_data())
    first = {name: torch.ones_like(value) for name, value in training.first.items()}
    for moments in (training.again(), training.again(draw_data(), first)):
        for name, value in training.first.items():
            assert moments[-1].state[name].shape == value.shape
    training.depends_on("val_images")


def draw_data() -> dict[str, torch.Tensor]:
    """Return images and labels of noise for training and validation."""
    images = {f"{part}images": torch.randn(8, 3, 4, 4) for part in ("", "val_")}
    return images | {f"{part}labels": torch.randint(3, (8,)) for part in ("", "val_")}


@pytest.mark.parametrize("attack", list(attacks(PROGRAMS)), ids=lambda attack: attack.path.stem)
def test_a_hostile_program_ends_as_its_file_says(zygote: Zygote, attack: Attack) -> None:
    """Whatever a worker says that it recorded, only the submission itself pays for it."""
    with session_of(zygote, attack.source) as submission:
        assert end_of(ask_for_the_network, submission) in attack.ends


@pytest.mark.parametrize("attack", list(attacks(TRAININGS)), ids=lambda attack: attack.path.stem)
def test_a_hostile_training_ends_as_its_file_says(zygote: Zygote, attack: Attack) -> None:
    """Whatever a worker says of a training, only the submission itself pays for it."""
    with session_of(zygote, attack.source) as submission:
        assert end_of(ask_for_the_training, submission) in attack.ends


def test_an_honest_neighbour_is_replayed_after_all_of_them(zygote: Zygote) -> None:
    """A network of somebody else is answered as ever by the same zygote."""
    with session_of(zygote, HONEST) as submission:
        program = submission.program("Network", example=(2, 3, 5, 5))
        assert program(torch.ones(2, 3, 5, 5)).shape == (2, 3, 5, 5)

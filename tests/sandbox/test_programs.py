"""Programs in real workers: recorded beside student code, replayed where none is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import torch

from autograder.checks.submission import Submission
from autograder.config.course import load_course
from autograder.errors import Denied
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.model import Run, SubmittedFiles
from autograder.sandbox.launch import Zygote
from tests.support.command_line import TINY

TENSORS = load_course(TINY).assignment("tensors")
WAYS = Path(__file__).parents[1] / "cases" / "programs"  # networks, by the way they are written
EXPECTED_NAME = b"\n\ndouble = abs\n"  # one that the assignment asks for
Open: TypeAlias = Callable[[str], Submission]


@pytest.fixture
def open_submission(zygote: Zygote) -> Iterator[Open]:
    """Return what opens a file of tests/cases/programs as a submission in real workers."""
    sessions: list[WorkerSession] = []

    def open_file(name: str) -> Submission:
        files = {"tensors.py": (WAYS / name).read_bytes() + EXPECTED_NAME}
        submission = SubmittedFiles(student="ana", assignment="tensors", files=files, digest="d")
        session = WorkerSession(TENSORS, submission, workers_of(zygote), Run(), is_last=True)
        sessions.append(session)
        return session.begin("check", TENSORS.criteria[0].id)

    yield open_file
    for session in sessions:
        session.close()


def test_a_network_is_replayed_with_other_weights_and_gradients(open_submission: Open) -> None:
    """A recorded network is a differentiable function of input, parameters and buffers."""
    program = open_submission("residual.py").program("Network", example=(2, 3, 5, 5))
    x = torch.randn(2, 3, 5, 5, requires_grad=True)
    weight = torch.randn(3, 3, 3, 3, requires_grad=True)
    y = program(x, parameters={"conv.weight": weight})
    expected = torch.conv2d(x, weight, padding=1).relu() + x
    assert program.recorded
    assert torch.allclose(y, expected, atol=1e-5)
    gradients = torch.autograd.grad(y.square().sum(), (x, weight))
    right = torch.autograd.grad(expected.square().sum(), (x, weight))
    for mine, theirs in zip(gradients, right, strict=True):
        assert torch.allclose(mine, theirs, atol=1e-3)


def test_code_that_decides_by_values_answers_by_itself(open_submission: Open) -> None:
    """A network that cannot be recorded is asked in the student's worker, with gradients."""
    program = open_submission("decides_by_values.py").program("Network", example=(2, 4))
    x = torch.ones(2, 4, requires_grad=True)
    weight = torch.randn(4, 4, requires_grad=True)
    y = program(x, parameters={"weight": weight})
    assert not program.recorded
    assert torch.allclose(y, x @ weight)
    (gradient,) = torch.autograd.grad(y.sum(), weight)
    assert torch.allclose(gradient, x.detach().T @ torch.ones(2, 4))


@pytest.mark.parametrize("name", ["hooked_gradient", "hooked_parameter", "own_gradient"])
def test_gradients_that_no_operation_makes_are_not_replayed(
    open_submission: Open, name: str
) -> None:
    """A network with hooks or functions in its backward pass answers by itself."""
    program = open_submission(f"{name}.py").program("Network", example=(2, 4))
    assert not program.recorded


@pytest.mark.parametrize("name", sorted(path.name for path in WAYS.glob("forged_*.py")))
def test_a_forged_program_is_denied(open_submission: Open, name: str) -> None:
    """A program that breaks a rule is denied, and the judge goes on."""
    submission = open_submission(name)
    with pytest.raises(Denied):
        submission.program("Network", example=(2, 4))(torch.ones(2, 4))


def test_many_images_are_answered_with_the_first_values(
    open_submission: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recorded network answers images, also in bytes, as it does one batch; its values may be
    larger than one answer.
    """
    monkeypatch.setattr("autograder.checks.program.MAX_ANSWER_BYTES", 100)
    program = open_submission("residual.py").program("Network", example=(2, 3, 5, 5))
    images = torch.randint(256, (4, 3, 5, 5), dtype=torch.uint8)
    x = (images / 255 - 0.5) / 0.25
    answers = program.infer(images, (0.5,) * 3, (0.25,) * 3)
    assert torch.allclose(answers, torch.cat([program(x[:2]), program(x[2:])]), atol=1e-5)
    assert torch.equal(program.infer(images[:2], (0.5,) * 3, (0.25,) * 3), answers[:2])

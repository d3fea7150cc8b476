"""What equal networks answer to equal images is computed once."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from autograder.checks import outputs
from autograder.checks.program import Program
from autograder.checks.submission import InProcessWorker, Submission
from autograder.sandbox.protocol import Answer, Request, RunRequest
from tests.support.places import CASES

FILE = CASES / "programs" / "seeded.py"


class IsolatedWorker:
    """A worker without student code that notes which probes it was asked for."""

    def __init__(self) -> None:
        self._worker = InProcessWorker()
        self.probes: list[str] = []

    def ask(self, request: Request) -> Answer:
        """Return the answer to a request."""
        assert isinstance(request, RunRequest)
        self.probes.append(request.name)
        return self._worker.ask(request)


def open_program(seed: int) -> tuple[IsolatedWorker, Program]:
    """Return a student's program whose first values are drawn from a seed."""
    worker = IsolatedWorker()
    submission = Submission(InProcessWorker().ask, ask_isolated=worker.ask)
    submission.load(FILE.stem, FILE.name, FILE.read_bytes())
    return worker, submission.program("Network", seed, example=(2, 3, 5, 5))


@pytest.fixture
def images(monkeypatch: pytest.MonkeyPatch) -> Tensor:
    """Return images that no other test has asked about."""
    monkeypatch.setattr(outputs, "_kept", type(outputs._kept)())
    return torch.rand(4, 3, 5, 5)


def test_an_equal_network_is_not_asked_again(images: Tensor) -> None:
    """A second student's network with the same operations and values gets the same outputs."""
    _, first = open_program(1)
    worker, second = open_program(1)
    assert torch.equal(first.infer(images), second.infer(images))
    assert "infer" not in worker.probes


def test_other_values_are_another_network(images: Tensor) -> None:
    """The same operations with other first values are asked."""
    _, first = open_program(1)
    worker, second = open_program(2)
    assert not torch.equal(first.infer(images), second.infer(images))
    assert "infer" in worker.probes


def test_an_output_depends_on_its_batch_alone(images: Tensor) -> None:
    """A batch has the same outputs whether it is asked first or last."""
    _, first = open_program(1)
    whole = first.infer(images)
    outputs._kept.clear()
    _, second = open_program(1)
    assert torch.equal(second.infer(images[2:]), whole[2:])


def test_outputs_that_take_too_much_memory_are_dropped(
    images: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outputs that were used longest ago are computed again."""
    monkeypatch.setattr(outputs, "MAX_KEPT_BYTES", 1)
    worker, program = open_program(1)
    for asked in (images, images[:2], images):
        program.infer(asked)
    assert worker.probes.count("infer") == 3

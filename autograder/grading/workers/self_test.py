"""The self-test of a sandbox: the harness's own submission, whose answers are known.

Where it fails, the sandbox is broken, and what student code seemed to do wrong in it does not
count.
"""

from __future__ import annotations

import logging

import torch

from autograder.checks.submission import Submission
from autograder.errors import CourseError, HostError, SandboxLost, StudentError, TimeLimit
from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker

ANSWER_TIMEOUT_S = 30.0  # it takes milliseconds; a machine may be busy
SELF_TEST_LIMITS = Limits()
SELF_TEST_SOURCE = b'''
import torch

def convolve(x, weight):
    """Return a convolution, and the gradients of its sum."""
    x, weight = x.requires_grad_(), weight.requires_grad_()
    y = torch.nn.functional.conv2d(x, weight)
    y.sum().backward()
    return y.detach(), x.grad, weight.grad
'''
INPUT_ROWS = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]
WEIGHT_ROWS = [[1.0, 2.0], [3.0, 4.0]]
KNOWN_ANSWERS = (  # worked out by hand, not by the torch that may be at fault
    ("output", [[27.0, 37.0], [57.0, 67.0]]),
    ("gradient of the input", [[1.0, 3.0, 2.0], [4.0, 10.0, 6.0], [3.0, 7.0, 4.0]]),
    ("gradient of the weight", [[8.0, 12.0], [20.0, 24.0]]),
)
ANSWER_TOLERANCE = 1e-4  # absolute
logger = logging.getLogger(__name__)


def run_self_test(zygote: Zygote) -> tuple[str, ...]:
    """Run the self-test in a new worker, and return the layers of its confinement.

    Raise SandboxLost where there is no answer, or a wrong one.
    """
    try:
        layers = _run(zygote)
    except (StudentError, HostError, CourseError) as error:
        logger.warning("the self-test failed: %a", str(error))
        raise SandboxLost(f"the self-test failed: {error}") from error
    logger.info("the self-test passed at level %s", zygote.level)
    return layers


def _run(zygote: Zygote) -> tuple[str, ...]:
    worker = Worker(zygote, SELF_TEST_LIMITS, seed=0)
    try:
        submission = Submission(
            lambda request: worker.ask(request, ANSWER_TIMEOUT_S, TimeLimit.SELF_TEST)
        )
        submission.load("self_test", "self_test.py", SELF_TEST_SOURCE)
        arguments = [torch.tensor([[rows]]) for rows in (INPUT_ROWS, WEIGHT_ROWS)]
        _compare(submission.call("convolve", *arguments))
        return worker.layers
    finally:
        worker.close()


def _compare(answer: object) -> None:
    """Compare an answer with the known one; HostError where they differ."""
    parts = list(answer) if isinstance(answer, list | tuple) else []
    for index, (name, known) in enumerate(KNOWN_ANSWERS):
        part = parts[index] if index < len(parts) else None
        expected = torch.tensor([[known]])
        if not _is_close(part, expected):
            raise HostError(f"{name}: expected {known}, got {part!a:.200}")


def _is_close(part: object, expected: torch.Tensor) -> bool:
    if not isinstance(part, torch.Tensor) or part.shape != expected.shape:
        return False
    return torch.allclose(part, expected, atol=ANSWER_TOLERANCE)

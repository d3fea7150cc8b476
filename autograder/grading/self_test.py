"""The canary: a submission of ours whose answers are known, by which our faults are told from the
student's.

Where it fails, nothing that student code seemed to do wrong there counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from autograder.checks.submission import Submission
from autograder.errors import CourseError, HostError, SandboxLost, StudentError
from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker

SECONDS = 30.0  # it takes milliseconds; a machine may be busy
LIMITS = Limits()
SOURCE = b'''
import torch

def convolve(x, weight):
    """What comes forward, and the gradients of its sum."""
    x, weight = x.requires_grad_(), weight.requires_grad_()
    y = torch.nn.functional.conv2d(x, weight)
    y.sum().backward()
    return y.detach(), x.grad, weight.grad
'''
X = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]
WEIGHT = [[1.0, 2.0], [3.0, 4.0]]
ANSWERS = (  # worked out by hand, not by the torch that may be at fault
    ("output", [[27.0, 37.0], [57.0, 67.0]]),
    ("gradient of the input", [[1.0, 3.0, 2.0], [4.0, 10.0, 6.0], [3.0, 7.0, 4.0]]),
    ("gradient of the weight", [[8.0, 12.0], [20.0, 24.0]]),
)


def examine_canary(zygote: Zygote) -> tuple[str, ...]:
    """The layers that confined it; SandboxLost where it did not answer, or answered wrong."""
    try:
        worker = Worker(zygote, LIMITS, seed=0)
    except HostError as error:
        raise SandboxLost(f"the canary failed: {error}") from error
    canary = Submission(lambda request: worker.ask(request, SECONDS, "canary"))
    try:
        canary.load("canary", "canary.py", SOURCE)
        _compare(canary.call("convolve", *(torch.tensor([[rows]]) for rows in (X, WEIGHT))))
        return worker.layers
    except (StudentError, HostError, CourseError) as error:
        raise SandboxLost(f"the canary failed: {error}") from error
    finally:
        worker.close()


def kernel_kills() -> int | None:
    """How many processes the kernel has killed for want of memory; None where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)


def _compare(answer: Any) -> None:
    """Hold what it answered against what is known; HostError where they differ."""
    parts = list(answer) if isinstance(answer, list | tuple) else []
    for (name, known), part in zip(ANSWERS, [*parts, *[None] * len(ANSWERS)], strict=False):
        expected = torch.tensor([[known]])
        right = isinstance(part, torch.Tensor) and part.shape == expected.shape
        if not right or not torch.allclose(part, expected, atol=1e-4):
            raise HostError(f"{name}: expected {known}, got {part!a:.200}")

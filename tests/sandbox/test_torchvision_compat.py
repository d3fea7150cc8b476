"""torchvision is importable beside the torch that is installed, whatever that was built for."""

from __future__ import annotations

import subprocess
import sys

import torch

from autograder.sandbox.torchvision_compat import import_torchvision

IMPORTED_TWICE = """
from autograder.sandbox.torchvision_compat import import_torchvision
first, second = import_torchvision(), import_torchvision()
assert first is second
first.transforms.Normalize([0.5] * 3, [0.5] * 3)
print(first.models.resnet18(num_classes=7).fc.out_features)
"""


def test_torchvision_is_imported_beside_this_torch() -> None:
    """A fresh process gets a working torchvision, the same one each time."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED_TWICE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "7"), done.stderr


def test_its_transforms_work_on_tensors() -> None:
    """What the course uses of it answers: a constant image is normalised."""
    torchvision = import_torchvision()
    image = torch.full((3, 4, 4), 0.75)
    normalised = torchvision.transforms.Normalize([0.5] * 3, [0.25] * 3)(image)
    assert torch.equal(normalised, torch.ones(3, 4, 4))

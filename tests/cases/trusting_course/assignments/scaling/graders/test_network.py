"""The checks of the network: what is reported counts by itself."""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Submission, assert_close

pytestmark = pytest.mark.criterion("code.trusting")


def test_network_has_two_layers(submission: Submission) -> None:
    """The network has two layers."""
    assert submission.run(probes.number_of_layers, 3) == 2


def test_network_scales(submission: Submission) -> None:
    """The network multiplies by the weights of its layers."""
    weight, x = torch.randn(3), torch.randn(2, 3)  # (C,), (B, C)
    assert_close(submission.run(probes.scaled_twice, weight, x), weight * x)

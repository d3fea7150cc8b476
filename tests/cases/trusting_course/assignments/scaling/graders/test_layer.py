"""The checks of the layer: what is reported counts only behind what is computed."""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Submission, assert_close

pytestmark = pytest.mark.criterion("code.gated")


def test_weight_has_a_channel_each(submission: Submission) -> None:
    """The weight has one number for each channel."""
    assert submission.run(probes.shape_of_weight, 3) == [3]


@pytest.mark.gate
def test_layer_scales(submission: Submission) -> None:
    """The layer multiplies by its weight."""
    weight, x = torch.randn(3), torch.randn(2, 3)  # (C,), (B, C)
    assert_close(submission.run(probes.scaled, weight, x), weight * x)

"""Public checks: weights, outputs, what is frozen, what training moves.

The hidden checks go further.
"""

from __future__ import annotations

import probes
import pytest
import torch

from autograder.checks import Submission, assert_close, expect_tensor, fail

LOAD_ID = "performance.transfer_learning.load_pretrained"
REPLACE_ID = "performance.transfer_learning.replace_classifier"
EXTRACT_ID = "performance.transfer_learning.feature_extraction"


@pytest.mark.criterion(LOAD_ID)
def test_weights_are_pretrained(submission: Submission) -> None:
    """The first weights are those of the pretrained model, of ResNet-18 by default."""
    for name in (None, "mobilenet_v2"):
        weights = submission.run(probes.first_weights, name)
        if weights is None:
            fail("no_model", function="load_pretrained")
        expected = submission.run(probes.served_weights, name or "resnet18")
        if weights.shape != expected.shape or not torch.equal(weights, expected):
            fail("not_pretrained", name=name or "resnet18")


@pytest.mark.criterion(REPLACE_ID)
def test_new_head(submission: Submission) -> None:
    """A ResNet, a MobileNet and a ViT give num_classes logits per image."""
    for family in ("ResNet", "MobileNetV2", "ViT"):
        got = submission.run(probes.head, family, 7)
        if got is None:
            fail("no_model", function="create_transfer_model")
        if got != [2, 7]:
            fail("other_width", family=family, got=got)


@pytest.mark.criterion(EXTRACT_ID)
def test_only_the_classifier_is_trainable(submission: Submission) -> None:
    """With freeze_backbone=True less can be trained than with False, and more than nothing."""
    frozen, free = submission.run(probes.trainable)
    if frozen == 0:
        fail("all_frozen")
    if frozen >= free:
        fail("nothing_frozen")


@pytest.mark.criterion(EXTRACT_ID)
def test_training_moves_only_the_classifier(submission: Submission) -> None:
    """Two epochs move the classifier and nothing else, statistics of batch norm included."""
    report = submission.run(probes.trained)
    moved = report["moved"]
    if not moved:
        fail("nothing_moved")
    if any("running" in name for name in moved):
        fail("statistics_moved")
    if report["losses"] not in (2, 6):
        fail("other_losses")


@pytest.mark.criterion(EXTRACT_ID)
def test_transform(submission: Submission) -> None:
    """A picture of one colour becomes a tensor of 3×224×224, normalised as ImageNet's."""
    answer = submission.run(probes.transformed, [255, 0, 128])
    x = expect_tensor(answer, shape=(3, 224, 224))
    colour = torch.tensor([1, 0, 128 / 255])
    normalised = (colour - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor(
        [0.229, 0.224, 0.225]
    )
    assert_close(x.mean(dim=(1, 2)), normalised, atol=1e-2)

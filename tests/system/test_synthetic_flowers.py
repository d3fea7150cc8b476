"""Drawn flowers are an honest exercise: a linear classifier tells the species apart."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from PIL import Image

from autograder.measuring.data.flowers import ImageSet, read_split
from autograder.measuring.data.synthetic import (
    make_flowers,
)
from autograder.sandbox.torchvision_compat import import_torchvision


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the flowers of seed 0."""
    return make_flowers(tmp_path_factory.mktemp("drawn"))


def features(model: torch.nn.Module, images: ImageSet) -> torch.Tensor:
    """Return a network's outputs (n, width) for the images, after the evaluation transform."""
    steps = import_torchvision().transforms
    prepare = steps.Compose(
        [steps.Resize(256), steps.CenterCrop(224), steps.ToTensor(), steps.Normalize(0.45, 0.23)]
    )
    rows = []
    with torch.inference_mode():
        for first in range(0, len(images), 8):
            batch = [images.image(k) for k in range(first, min(first + 8, len(images)))]
            x = torch.stack(
                [prepare(Image.open(io.BytesIO(content))) for content in batch]
            )  # (B, 3, 224, 224)
            rows.append(model(x.contiguous(memory_format=torch.channels_last)))
    return torch.cat(rows).double()


def test_a_linear_classifier_tells_them_apart(drawn: Path) -> None:
    """A ridge regression on the features of a ResNet-18 with random weights gets 95 % of the test
    images right.
    """
    torch.manual_seed(0)
    model = import_torchvision().models.resnet18(weights=None)
    model.fc = torch.nn.Identity()
    model.eval().to(memory_format=torch.channels_last)  # it is quicker
    train, test = read_split(drawn, "train"), read_split(drawn, "test")
    x, y = features(model, train), features(model, test)
    mean, std = x.mean(dim=0), x.std(dim=0) + 1e-6
    x, y = (x - mean) / std, (y - mean) / std
    targets = torch.nn.functional.one_hot(torch.tensor(train.labels), 102).double()
    weights = x.T @ torch.linalg.solve(
        x @ x.T + 100 * torch.eye(len(x)), targets - targets.mean(dim=0)
    )
    right = (y @ weights + targets.mean(dim=0)).argmax(dim=1) == torch.tensor(test.labels)
    assert right.double().mean() >= 0.95

"""Checks of `imagenet_transform`, by what it makes of pictures whose right result is known."""

from __future__ import annotations

from typing import Any

import probes
import pytest
import torch
from torch import Tensor

from autograder.checks import Submission, expect_tensor, fail, is_close

CRITERION_ID = "performance.transfer_learning.feature_extraction"
# Every check compares what comes out with what pictures that were just drawn must give.
pytestmark = [pytest.mark.criterion(CRITERION_ID), pytest.mark.gate]

IMAGENET_MEAN = torch.tensor([0.485, 0.456, 0.406])
IMAGENET_STD = torch.tensor([0.229, 0.224, 0.225])
CROP, SHORT = 224, 256
WIDTH, HEIGHT = 480, 320  # of the picture with the pattern
MAX_SCALE_ERROR = 0.015  # that a side may differ by: 255 for 256 is as good, 224 is not
MAX_OFFSET_PIXELS = 3.0  # source pixels
MIN_CONTRAST = 0.1  # of the picture's own that must come out


def ask(submission: Submission, pictures: list[Tensor]) -> list[Tensor]:
    """Return what the transform makes of each picture; fail where that has no right shape."""
    answers: list[Any] = submission.run(probes.transformed, pictures)
    for answer in answers:
        if not isinstance(answer, Tensor):
            fail("transform_gives_no_tensor")
        if tuple(answer.shape) != (3, CROP, CROP):
            fail("transform_shape", got=tuple(answer.shape))
        expect_tensor(answer)
    return answers


def ramp() -> Tensor:
    """Return a picture (H, W, 3) whose red tells the column and whose green tells the row."""
    x = torch.arange(WIDTH).expand(HEIGHT, WIDTH) * (255 / WIDTH)
    y = torch.arange(HEIGHT).unsqueeze(1).expand(HEIGHT, WIDTH) * (255 / HEIGHT)
    return torch.stack([x, y, torch.full_like(x, 100)], dim=2).round().to(torch.uint8)


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_transform_gives_the_models_input(submission: Submission) -> None:
    """Pictures of every size become tensors of 3×224×224, tall or wide, large or small."""
    sizes = [(300, 400), (400, 300), (120, 90), (224, 224)]
    pictures = [torch.randint(256, (*size, 3), dtype=torch.uint8) for size in sizes]
    for picture, answer in zip(pictures, ask(submission, pictures), strict=True):
        if not shows(answer, picture):
            fail("transform_shows_nothing")


def shows(answer: Tensor, picture: Tensor) -> bool:
    """Return whether what comes out looks like a picture of noise, whatever the crop."""
    scaled = torch.nn.functional.interpolate(
        picture.permute(2, 0, 1).float().unsqueeze(0), answer.shape[1:], mode="area"
    )
    return float(answer.std()) > MIN_CONTRAST * float(scaled.std()) / 255


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_transform_normalises(submission: Submission) -> None:
    """A picture of one colour v becomes (v / 255 - mean) / std."""
    colours = torch.randint(256, (3, 3), dtype=torch.uint8)
    pictures = [c.expand(260, 300, 3) for c in colours]
    *answers, again = ask(submission, [*pictures, pictures[0]])
    for colour, answer in zip(colours, answers, strict=True):
        v = colour / 255
        got = answer.flatten(1).mean(dim=1)
        is_even = float(answer.flatten(1).std(dim=1).max()) < 1e-3
        if is_close(got, (v - IMAGENET_MEAN) / IMAGENET_STD, atol=1e-2) and is_even:
            continue
        if not is_close(again, answers[0]):
            fail("transform_varies")
        if not is_even:
            fail("colour_not_even")
        fail("not_normalised" if is_close(got, v, atol=1e-2) else "other_statistics")


@pytest.mark.criterion(CRITERION_ID, weight=2)
def test_transform_takes_the_centre(submission: Submission) -> None:
    """The short side becomes 256 and the centre of 224×224 is cut out, undistorted, every time."""
    black, white = (torch.full((260, 300, 3), v, dtype=torch.uint8) for v in (0, 255))
    low, high, first, again = ask(submission, [black, white, ramp(), ramp()])
    if not is_close(again, first):
        fail("transform_varies")
    # Whatever the statistics, which another check looks at.
    shade = (first - low) / (high - low).clamp(min=1e-6)
    x = shade[0].mean(dim=0) * WIDTH  # (W,): the column of the picture that each column shows
    y = shade[1].mean(dim=1) * HEIGHT
    if float(x[-1] - x[0]) < 0 or float(y[-1] - y[0]) < 0:
        fail("transform_mirrors")
    step = HEIGHT / SHORT
    wide, tall = (
        float(side[-20:].mean() - side[:20].mean()) / (CROP - 20) / step for side in (x, y)
    )
    if abs(wide - tall) > MAX_SCALE_ERROR * max(wide, tall) * 2:
        fail("transform_distorts")
    if abs(wide - 1) > MAX_SCALE_ERROR or abs(tall - 1) > MAX_SCALE_ERROR:
        fail("transform_scale")
    if (
        abs(float(x.mean()) - WIDTH / 2) > MAX_OFFSET_PIXELS
        or abs(float(y.mean()) - HEIGHT / 2) > MAX_OFFSET_PIXELS
    ):
        fail("transform_off_centre")

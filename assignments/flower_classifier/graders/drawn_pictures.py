"""Pictures that the judge draws, what can be seen to change in them, and which one an image shows.

What a person sees is compared on thumbnails of 32 × 32 cells in colours from 0 to 1. The *visible
change* between images of one picture is the mean difference of two thumbnails, over all pairs.

Measured on pictures as drawn here, 16 times each, as single augmentations at 224 × 224; the mean,
and the least of eight pictures:

    rotation by up to 5°: 0.030, 0.021; by up to 15°: 0.073, 0.053
    flip, half of the time: 0.056, 0.039; random crop of 224 from 256: 0.140, 0.096
    random resized crop, scale 0.9-1: 0.024, 0.019; 0.8-1: 0.051, 0.038
    colour jitter 0.05: 0.018, 0.014; 0.1: 0.036, 0.027; 0.2: 0.070, 0.053
    brightness alone 0.1: 0.029, 0.023; contrast 0.1: 0.014, 0.011; hue 0.05: 0.029, 0.020
    affine: 0.148, 0.108; perspective 0.2, half of the time: 0.084, 0.068
    RandAugment 0.194, 0.164; TrivialAugmentWide 0.180, 0.139; AutoAugment 0.224, 0.171
    AugMix 0.046, 0.037; random erasing, half of the time: 0.033, 0.020
    noise of 25 grey levels: 0.016, 0.015

What is not seen: noise of 1 grey level 0.0007, of 2 levels 0.0015; all pixels one level lighter or
darker 0.004, up to two levels 0.006 (at most 0.007); a shift by one pixel 0.005; rotation by up to
half a degree 0.004; a single pixel, sharpening and blurring below 0.001. MixUp and CutMix act in
the training loop, upon what the loader gives: they are no change of the training transform.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

THUMB_SIDE = 32  # cells
MIN_CHANGE = 0.01  # of the range of colours: 2.5 grey levels of 255, over all pairs
# A change that is rare must be plain where it comes: between two draws, of the range of colours.
PLAIN_CHANGE = 0.05
# An image shows the picture whose colours, by places, are nearest to its own.
PLACES_PER_SIDE = 4
CANDIDATE_COUNT = 15  # pictures among which it is looked for, at least
# Of the images, those nearest to their own picture: 1/15 by chance, 0.43 to 1 with augmentations as
# above (the least is AutoAugment after a crop of any scale), all of them in evaluation.
MIN_RECOGNISED_SHARE = 0.25


def draw_picture(height: int, width: int) -> Tensor:
    """Draw a flower with sharp petals on a blurred ground, with some noise: (H, W, 3) of bytes."""
    rough = torch.rand(1, 3, 6, 6)
    rough[:, int(torch.randint(3, ()))] += 1.0  # a strong colour
    ground = functional.interpolate(
        rough / 2, (height, width), mode="bicubic", align_corners=False
    )[0]
    y, x = (
        torch.linspace(-side, side, side) / min(height, width) - 0.3 * (float(torch.rand(())) - 0.5)
        for side in (height, width)
    )
    radius = torch.hypot(y[:, None], x)
    angle = torch.atan2(y[:, None], x.expand(height, width))
    petals, turn = int(torch.randint(4, 9, ())), math.tau * float(torch.rand(()))
    reach = 0.75 * (0.55 + 0.45 * torch.cos(petals * angle / 2 + turn).abs())
    colour, heart = torch.rand(2, 3, 1, 1)
    picture = torch.where(radius < reach, colour * (1 - 0.4 * radius), ground)
    picture = torch.where(radius < 0.18, heart, picture) + 0.02 * torch.randn(1, height, width)
    return (picture.clamp(0, 1) * 255).to(torch.uint8).permute(1, 2, 0).contiguous()


def thumbnails(images: Tensor) -> Tensor:
    """Return the thumbnails (n, 3, 32, 32) of images (n, 3, H, W)."""
    return functional.adaptive_avg_pool2d(images, THUMB_SIDE)


def differences(thumbs: Tensor) -> Tensor:
    """Return the differences of all pairs of thumbnails of one picture, each pair once."""
    flat = thumbs.flatten(1)
    return functional.pdist(flat, p=1) / flat.shape[1]


def is_seen(changes: Tensor) -> bool:
    """Return whether differences between images of a picture can be seen."""
    if not len(changes):  # no picture came twice
        return False
    return float(changes.mean()) >= MIN_CHANGE or float(changes.max()) >= PLAIN_CHANGE


def recognised(thumbs: Tensor, owners: Tensor, pictures: list[Tensor]) -> float:
    """Return the share of thumbnails whose nearest picture is their own.

    `owners` are the numbers of their `pictures` (H, W, 3). Others are drawn, which nobody has seen.
    """
    others = [draw_picture(120, 150) for _ in range(CANDIDATE_COUNT - len(pictures))]
    candidates = [picture.permute(2, 0, 1)[None] / 255 for picture in [*pictures, *others]]
    known = torch.cat([colours_by_place(candidate) for candidate in candidates])
    nearest = torch.cdist(colours_by_place(thumbs), known).argmin(dim=1)
    return float((nearest == owners).float().mean())


def colours_by_place(images: Tensor) -> Tensor:
    """Return the mean colours of 4 × 4 places of images (n, 3, H, W): (n, 48)."""
    return functional.adaptive_avg_pool2d(images, PLACES_PER_SIDE).flatten(1)

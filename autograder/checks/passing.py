"""What passes a cut of a network, and the images that it is computed from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.digests import digest_of
from autograder.programs.stages import Layout, lies_in_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """Images that a network is asked about, in whole batches."""

    tensor: Tensor  # (n, C, H, W)
    keys: list[bytes]  # of each image, with how it is normalised
    mean: list[float]
    deviation: list[float]

    def at(self, places: Sequence[int]) -> Images:
        """Return some of the images."""
        return Images(
            tensor=self.tensor[list(places)],
            keys=[self.keys[place] for place in places],
            mean=self.mean,
            deviation=self.deviation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What passes a cut: the values of each image as they lie in memory, and their layout."""

    rows: Tensor  # (n, values); of the input: the images themselves
    layout: Layout | None  # None: they are images


def images_of(tensor: Tensor, mean: list[float], deviation: list[float]) -> Images:
    """Return images with their keys; mean and deviation are those of images in bytes."""
    form = digest_of([list(tensor.shape[1:]), str(tensor.dtype), mean, deviation]).encode()
    return Images(
        tensor=tensor,
        keys=[_key(form, image) for image in tensor],
        mean=mean,
        deviation=deviation,
    )


def _key(form: bytes, image: Tensor) -> bytes:
    digest = hashlib.sha256(form)
    digest.update(image.detach().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.digest()


def filled(images: Tensor, size: int) -> Tensor:
    """Return images with the last one repeated, so that they make whole batches."""
    missing = -len(images) % size
    return torch.cat([images, images[-1:].expand(missing, *images.shape[1:])])


def floats_in(block: memoryview) -> Tensor:
    """Return the values of a block, a copy."""
    return torch.from_numpy(np.frombuffer(block, np.float32).copy())


def are_same(first: Tensor, second: Tensor) -> bool:
    """Return whether two tensors are equal to the bit, also where they hold no numbers."""
    return torch.equal(first.contiguous().view(torch.int32), second.contiguous().view(torch.int32))


def layout_of(value: Any, shape: tuple[int, ...]) -> Layout | None:
    """Return the layout that a worker or a file states for a shape; None where it is none."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    sizes, strides = value
    if not isinstance(sizes, list) or not isinstance(strides, list):
        return None
    if tuple(sizes) != shape or len(strides) != len(sizes):
        return None
    are_numbers = all(type(each) is int and each >= 0 for each in strides)
    return (sizes, strides) if are_numbers and lies_in_rows(sizes, strides) else None

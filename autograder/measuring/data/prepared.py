"""The standard evaluation of photos: decoded, resized and cropped once for a whole class.

It is what torchvision's `Resize(256)`, `CenterCrop(224)`, `ToTensor()` and `Normalize(...)` make of
a picture, to the last bit. The crops are kept in bytes, in a file without a name that processes
share if it was opened before they were forked.
"""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, ClassVar

import torch
from PIL import Image
from torch import Tensor

from autograder.measuring.data.flowers import ImageSet
from autograder.model import Lang
from autograder.programs.serving import normalised

RESIZED_SIDE = 256  # pixels, of the shorter side
CROP_SIDE = 224  # pixels
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, by channel
CROP_BYTES = 3 * CROP_SIDE * CROP_SIDE
SLOT_BYTES = CROP_BYTES + 1  # a crop, and a byte that is 1 where there is one

_files: dict[Path, IO[bytes]] = {}  # of crops, by the folder of the images


def open_shared(data: Path) -> None:
    """Open the file of the crops of a data folder, which processes that are forked later share."""
    if data not in _files:
        _files[data] = tempfile.TemporaryFile()  # noqa: SIM115  # for the life of the process


def evaluated_crop(jpeg: bytes) -> Tensor:
    """Return the crop of a picture in bytes: (3, 224, 224)."""
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    width, height = picture.size
    short = min(width, height)
    if short != RESIZED_SIDE:
        long = int(RESIZED_SIDE * max(width, height) / short)
        size = (RESIZED_SIDE, long) if width <= height else (long, RESIZED_SIDE)
        picture = picture.resize(size, Image.Resampling.BILINEAR)
    width, height = picture.size
    left, top = (round((side - CROP_SIDE) / 2.0) for side in (width, height))
    crop = picture.crop((left, top, left + CROP_SIDE, top + CROP_SIDE))
    pixels = torch.frombuffer(bytearray(crop.tobytes()), dtype=torch.uint8)
    return pixels.view(CROP_SIDE, CROP_SIDE, 3).permute(2, 0, 1).contiguous()


def evaluated(jpeg: bytes) -> Tensor:
    """Return what the standard evaluation makes of a picture: (3, 224, 224)."""
    return normalised(evaluated_crop(jpeg)[None], MEAN, DEVIATION)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedImages:
    """The images of a split as crops in bytes, and how they are normalised."""

    mean: ClassVar[tuple[float, ...]] = MEAN
    deviation: ClassVar[tuple[float, ...]] = DEVIATION

    images: ImageSet
    data: Path  # the folder that they are read from
    labels: tuple[int, ...] = field(repr=False)

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def describe(self, lang: Lang) -> str:
        """Return in words which list of images this is."""
        return self.images.describe(lang)

    def image(self, index: int) -> Tensor:
        """Return a crop in bytes: (3, 224, 224)."""
        open_shared(self.data)
        file = _files[self.data].fileno()
        place = self.images.ids[index] * SLOT_BYTES
        kept = os.pread(file, SLOT_BYTES, place)
        if len(kept) == SLOT_BYTES and kept[-1] == 1:
            content = bytearray(kept[:CROP_BYTES])
            return torch.frombuffer(content, dtype=torch.uint8).view(3, CROP_SIDE, CROP_SIDE)
        crop = evaluated_crop(self.images.image(index))
        try:
            os.pwrite(file, crop.numpy().tobytes(), place)
            os.pwrite(file, b"\1", place + CROP_BYTES)  # last: another process may be reading
        except OSError:  # no room: it is decoded again the next time
            pass
        return crop


def prepared(images: ImageSet, data: Path) -> PreparedImages:
    """Return the images of a split as crops in bytes."""
    return PreparedImages(images=images, data=data, labels=images.labels)

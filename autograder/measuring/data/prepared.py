"""The standard evaluation of photos: decoded, resized and cropped once for a whole class.

It is what torchvision's `Resize(256)`, `CenterCrop(224)`, `ToTensor()` and `Normalize(...)` make of
a picture, to the last bit. The crops are kept in bytes, by the digest of the picture: in the store
of the run, or else in a file without a name. Processes share it that are forked after it was
opened.
"""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import PIL
import torch
from PIL import Image
from torch import Tensor

from autograder.blocks.block_file import BlockFile, without_name
from autograder.blocks.store import shared_store
from autograder.measuring.data.flowers import ImageSet
from autograder.model import Lang
from autograder.programs.serving import normalised

RESIZED_SIDE = 256  # pixels, of the shorter side
CROP_SIDE = 224  # pixels
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, by channel
CROP_BYTES = 3 * CROP_SIDE * CROP_SIDE
CROPS_FILE = f"crops 1 pillow {PIL.__version__}"  # another number where they are made otherwise

_files: dict[Path, BlockFile] = {}  # of crops, by the folder of the images


def open_crops(data: Path) -> None:
    """Open the file of the crops of a data folder, which processes that are forked later share."""
    if shared_store() is None and data not in _files:
        _files[data] = without_name(CROP_BYTES, CROPS_FILE)


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
        jpeg = self.images.image(index)
        key = hashlib.sha256(jpeg).digest()
        open_crops(self.data)
        store = shared_store()
        file = _files[self.data] if store is None else store.make(CROPS_FILE, CROP_BYTES, {})
        if file is None:
            return evaluated_crop(jpeg)
        (kept,) = file.read([key])
        if kept is not None:
            return _crop_of(bytearray(kept))
        crop = evaluated_crop(jpeg)
        content = [crop.numpy().tobytes()]
        if store is not None:
            store.append(file, [key], content)
            return crop
        with suppress(OSError):  # no room: it is decoded again the next time
            file.append([key], content)
        return crop


def _crop_of(content: bytearray) -> Tensor:
    return torch.frombuffer(content, dtype=torch.uint8).view(3, CROP_SIDE, CROP_SIDE)


def prepared(images: ImageSet, data: Path) -> PreparedImages:
    """Return the images of a split as crops in bytes."""
    return PreparedImages(images=images, data=data, labels=images.labels)

"""Photos of nothing: smooth colours and noise, of several sizes, to try a transform on."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

PHOTO_SIZES = ((667, 500), (500, 667), (531, 500), (1024, 683), (240, 300), (256, 256))  # pixels
MAX_LARGER = 40  # pixels by which a side is drawn larger
PATCHES = (3, 7, 23, 71)  # along a side, from the coarsest to the finest
JPEG_QUALITY = 90
GREY_PHOTO = 2  # the index of the one without colours


def draw_photos(seed: int) -> list[bytes]:
    """Return JPEGs of different sizes, one of them grey; a seed gives the same ones."""
    random = np.random.default_rng(seed)
    photos = []
    for index, (width, height) in enumerate(PHOTO_SIZES):
        extra = random.integers(MAX_LARGER, size=2)
        size = (width + int(extra[0]), height + int(extra[1]))
        picture = _picture(size, random)
        stream = io.BytesIO()
        grey = picture.convert("L") if index == GREY_PHOTO else picture
        grey.save(stream, "JPEG", quality=JPEG_QUALITY)
        photos.append(stream.getvalue())
    return photos


def altered(jpeg: bytes) -> bytes:
    """Return a picture mirrored, without its outermost pixels, and compressed anew.

    It shows the same to anybody who looks, and no number of it is as it was.
    """
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    width, height = picture.size
    turned = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((1, 1, width - 1, height - 1))
    stream = io.BytesIO()
    turned.save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()


def _picture(size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """Return patches of several sizes, one above the other, and noise."""
    pixels = np.full((size[1], size[0], 3), 128.0)  # (H, W, RGB)
    for patches in PATCHES:
        colours = random.integers(0, 256, (patches, patches, 3)).astype(np.uint8)
        layer = Image.fromarray(colours).resize(size, Image.Resampling.BICUBIC)
        pixels += (np.asarray(layer, dtype=np.float64) - 128) / len(PATCHES)
    pixels += random.normal(0, 6, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))

"""What decodes the pictures that were handed in, where no student code is; judges nothing."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import torch
from PIL import Image
from torch import Tensor

MAX_PIXELS = 50_000_000  # of a picture, at most; beyond, it is not decoded
COUNTED_SIDE = 800  # pixels of the longer side at which colours are counted
SHOWN_SIDES = (800, 400)  # pixels of the longer side at which it is shown: the first that fits
SHOWN_COLOURS = 64  # of the picture that is shown: a chart has no more, but for smooth edges
SHOWN_BYTES = 128 << 10  # that a report holds of a picture
COARSE_BITS = 5  # of each channel: shades of one colour, as JPEG and smooth edges make, are one

Report = dict[str, Any]


def looked_at(student: Any, content: bytes) -> Report | None:
    """Return what can be counted in a picture; None where it cannot be decoded.

    `student` has no names. The picture is decoded, put on white and reduced: of its bytes, of its
    metadata and of all frames but the first nothing is left.
    """
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return {"width": picture.width, "height": picture.height, **counted(None)}
            size = picture.size
            layer = picture.convert("RGBA")
    except Exception:  # a decoder may raise anything over a file that somebody made
        return None
    ground = Image.new("RGBA", layer.size, "white")
    ground.alpha_composite(layer)
    return {"width": size[0], "height": size[1], **counted(ground.convert("RGB"))}


def counted(picture: Image.Image | None) -> Report:
    """Return the number of colours, the share of the commonest one, and the picture made anew.

    Without a picture these are zeros.
    """
    if picture is None:
        return {"colours": 0, "ground": 0.0, "ink": 0.0, "digest": "", "png": b""}
    content = reduced(picture, COUNTED_SIDE, Image.Resampling.NEAREST).tobytes()
    values = torch.frombuffer(bytearray(content), dtype=torch.uint8).view(-1, 3)  # (pixels, RGB)
    counts = codes(values >> (8 - COARSE_BITS)).unique(return_counts=True)[1]
    ground = float(counts.max()) / len(values)
    return {
        "colours": len(codes(values).unique()),
        "ground": ground,
        "ink": float(len(values) - counts.max()) / len(values),
        "png": shown(picture),
        "digest": hashlib.sha256(str(picture.size).encode() + content).hexdigest(),
    }


def reduced(picture: Image.Image, side: int, how: Image.Resampling) -> Image.Image:
    """Return a copy of a picture whose sides are at most so long."""
    copy = picture.copy()
    copy.thumbnail((side, side), how)
    return copy


def shown(picture: Image.Image) -> bytes:
    """Return a picture as a PNG that a report can hold, without metadata; empty if none fits."""
    for side in SHOWN_SIDES:
        small = reduced(picture, side, Image.Resampling.LANCZOS)
        stream = io.BytesIO()
        small.quantize(SHOWN_COLOURS).save(stream, "PNG", optimize=True)
        if stream.tell() <= SHOWN_BYTES:
            return stream.getvalue()
    return b""


def codes(values: Tensor) -> Tensor:
    """Return a number for each colour (pixels, RGB)."""
    return values.int() @ torch.tensor([65536, 256, 1], dtype=torch.int32)

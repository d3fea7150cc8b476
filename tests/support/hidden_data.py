"""What is hidden in data, and where a run wrote any of it: labels of test images, pieces of the
images.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scipy.io import loadmat

INTEGER = re.compile(r"-?\d+")
WINDOW = 8  # labels in a row; so many by chance would be odd
PIECE = 48  # bytes of an image file


def labels_of(data: Path) -> list[list[int]]:
    """Return the labels of the test images, counted from 1 and from 0."""
    images = loadmat(data / "flowers-102" / "setid.mat")["tstid"][0]
    labels = loadmat(data / "flowers-102" / "imagelabels.mat")["labels"][0]
    chosen = [int(labels[image - 1]) for image in images]
    return [chosen, [label - 1 for label in chosen]]


def tells_labels(text: str, labels: Sequence[Sequence[int]]) -> bool:
    """Whether a text holds labels of images that follow each other, whatever stands between the
    numbers.
    """
    numbers = [int(number) for number in INTEGER.findall(text)]
    told = {tuple(numbers[i : i + WINDOW]) for i in range(len(numbers) - WINDOW + 1)}
    return any(
        tuple(window) in told
        for order in labels
        for window in (order[i : i + WINDOW] for i in range(len(order) - WINDOW + 1))
        if len(set(window)) > 2
    )


def pieces_of(file: Path) -> Iterator[bytes]:
    """Bytes from the middle of an image file, as they are and as base64 has them, wherever it
    began.
    """
    content = file.read_bytes()
    for shift in range(3):
        piece = content[len(content) // 2 + shift :][:PIECE]
        yield base64.b64encode(piece)
        yield piece

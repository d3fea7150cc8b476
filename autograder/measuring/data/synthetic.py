"""A small Flowers-102 of drawn flowers, in torchvision's layout, for tests and the demo."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from autograder.errors import CourseError, HostError
from autograder.measuring.data.drawing import draw
from autograder.measuring.data.flowers import (
    FLOWERS_FOLDER,
    SPLIT_KEYS,
    SPLITS,
    Split,
    image_file,
)
from autograder.measuring.data.species import SPECIES, Species

# Images per class. As in the real data, only the test split is not balanced (Species.test).
TRAIN_PER_CLASS = 10
VAL_PER_CLASS = 6


def make_flowers(root: Path, seed: int = 0) -> Path:
    """Draw the flowers into `root`/flowers-102, and return `root`; a seed gives the same images.

    `autograder.measuring.data.flowers` reads them, and torchvision does within
    `accepted_by_torchvision`.
    """
    folder = root / FLOWERS_FOLDER
    (folder / "jpg").mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    labels: list[int] = []
    splits: dict[Split, list[int]] = {split: [] for split in SPLITS}
    for species in SPECIES.values():
        counts = images_per_split(species)
        members = [split for split, count in counts.items() for _ in range(count)]
        for place in random.permutation(len(members)):
            labels.append(species.label)
            splits[members[place]].append(len(labels))
            image_file(folder, len(labels)).write_bytes(draw(species, random))
    write_lists(folder, labels, splits)
    return root


def images_per_split(species: Species) -> dict[Split, int]:
    """Return how many flowers of a species are drawn for each split."""
    return {"train": TRAIN_PER_CLASS, "val": VAL_PER_CLASS, "test": species.test}


def draw_anew(root: Path, seed: int = 0) -> Path:
    """Draw the flowers for an operator; CourseError where there are flowers already."""
    folder = root / FLOWERS_FOLDER
    if folder.exists() and any(folder.iterdir()):
        raise CourseError(
            f"{folder}: is there already and stays as it is; name another folder, --data"
        )
    try:
        return make_flowers(root, seed)
    except OSError as error:
        raise HostError(
            f"{error.filename or root}: {error.strerror or error}; name another folder"
        ) from error


def write_lists(folder: Path, labels: Sequence[int], splits: Mapping[Split, Sequence[int]]) -> None:
    """Write imagelabels.mat (labels from 0, of images 1, 2, ...) and setid.mat (ids by split)."""
    from scipy.io import savemat  # type: ignore[import-untyped]  # it has no types, and takes a while

    tables = {
        "imagelabels.mat": {"labels": np.array(labels, dtype=np.uint8) + 1},
        "setid.mat": {
            SPLIT_KEYS[split]: np.array(splits[split], dtype=np.uint16) for split in SPLITS
        },
    }
    for name, table in tables.items():
        stream = io.BytesIO()
        savemat(stream, table)
        header = b"MATLAB 5.0 MAT-file".ljust(116)  # scipy's holds the time
        (folder / name).write_bytes(header + stream.getvalue()[len(header) :])

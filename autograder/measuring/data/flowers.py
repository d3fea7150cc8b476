"""Flowers-102 in torchvision's layout, read by the lists in its .mat files, not by what a folder
holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from autograder.errors import CourseError
from autograder.model import Lang
from autograder.text.sentences import say, with_thousands
from autograder.text.suggestions import did_you_mean

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
CLASSES = 102
FOLDER = "flowers-102"  # below the data folder, as torchvision names it
KEYS: dict[Split, str] = {"train": "trnid", "val": "valid", "test": "tstid"}  # in setid.mat
LISTS = {  # the official lists, by which torchvision knows them, too
    "imagelabels.mat": "e0620be6f572b9609742df49c70aed4d",
    "setid.mat": "a5357ecc9cb78c4bef273ce3793fc85c",
}
REMEDY = (
    "fetch it with `autograder data fetch flowers102`, or name a folder that has it with --data"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSet:
    """The images of one split, in the order of its list, with labels that never leave the judge."""

    split: Split
    ids: tuple[int, ...]
    labels: tuple[int, ...] = field(repr=False)  # 0..101, one per image
    files: tuple[Path, ...] = field(repr=False)  # one per image
    is_official: bool  # whether the lists are those that the authors of Flowers-102 published
    digest: str  # sha256, hex, of ids, labels and the sizes of the files

    def __len__(self) -> int:
        """The number of images."""
        return len(self.ids)

    def image(self, index: int) -> bytes:
        """The JPEG at `index` of the list: nothing in it or around it tells its name or label."""
        return self.files[index].read_bytes()

    def describe(self, lang: Lang) -> str:
        """Which list of images this is, in words."""
        key = f"official_{self.split}" if self.is_official else "own"
        return say("images", key, lang, images=with_thousands(len(self), lang))


def read_split(data: Path, split: Split) -> ImageSet:
    """The images of `split` below `data`; CourseError where a list or an image is not there or
    makes no sense.
    """
    folder = data / FOLDER
    ids, labels = listed(folder, split)
    files = tuple(image_file(folder, id) for id in ids)
    sizes = [file.stat().st_size if file.is_file() else 0 for file in files]
    missing = [file.name for file, size in zip(files, sizes, strict=True) if not size]
    if missing:
        raise CourseError(
            f"{folder / 'jpg'}: {len(missing)} of the {len(ids)} images of the {split} split are missing "
            f"({', '.join(missing[:3])}{', ...' if len(missing) > 3 else ''}); {REMEDY}"
        )
    content = repr((ids, labels, sizes)).encode()
    return ImageSet(
        split=split,
        ids=ids,
        labels=labels,
        files=files,
        is_official=is_listed_officially(folder),
        digest=hashlib.sha256(content).hexdigest(),
    )


def image_file(folder: Path, id: int) -> Path:
    """Where the image `id` lies below flowers-102."""
    return folder / "jpg" / f"image_{id:05d}.jpg"


def is_listed_officially(folder: Path) -> bool:
    """Whether the lists in `folder` are those that the authors of Flowers-102 published."""
    return all(
        (folder / name).is_file() and md5_of(folder / name) == md5 for name, md5 in LISTS.items()
    )


def md5_of(file: Path) -> str:
    """The md5 by which torchvision knows a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


@contextmanager
def accepted_by_torchvision(data: Path) -> Iterator[None]:
    """Within, `torchvision.datasets.Flowers102` reads `data` even where its lists are not the
    official ones.

    torchvision compares the lists with two md5 in a class attribute and refuses any others. In a
    worker the same is `Flowers102._file_dict = {**Flowers102._file_dict, **file_dict}` with
    `file_dict(data)` sent by the judge.
    """
    from autograder.sandbox.torchvision_compat import (
        import_torchvision,  # a second that who only reads files need not wait
    )

    known: Any = import_torchvision().datasets.Flowers102
    official = known._file_dict
    known._file_dict = {**official, **file_dict(data)}
    try:
        yield
    finally:
        known._file_dict = official


def file_dict(data: Path) -> dict[str, tuple[str, str]]:
    """The lists of `data` as `torchvision.datasets.Flowers102._file_dict` has them: names and md5."""
    keys = {"label": "imagelabels.mat", "setid": "setid.mat"}
    return {key: (name, md5_of(data / FOLDER / name)) for key, name in keys.items()}


def listed(folder: Path, split: Split) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids and labels of `split` in flowers-102, in the list's order; CourseError where the lists
    make no sense.
    """
    if split not in SPLITS:
        raise CourseError(
            f"{split!r}: no such split{did_you_mean(split, SPLITS)}; there are {', '.join(SPLITS)}"
        )
    of_image = _numbers(
        folder / "imagelabels.mat", "labels"
    )  # the label of image k stands at k - 1, from 1
    ids = _numbers(folder / "setid.mat", KEYS[split])
    if not ids:
        raise CourseError(
            f"{folder / 'setid.mat'}: {KEYS[split]} is empty, expected the ids of the {split} split"
        )
    if len(set(ids)) != len(ids):
        raise CourseError(
            f"{folder / 'setid.mat'}: {KEYS[split]} names an image twice, expected each once"
        )
    strange = [id for id in ids if not 1 <= id <= len(of_image)]
    if strange:
        raise CourseError(
            f"{folder / 'setid.mat'}: {KEYS[split]} names image {strange[0]}, which has no label in "
            "imagelabels.mat; the two files must belong together"
        )
    labels = tuple(of_image[id - 1] - 1 for id in ids)
    wrong = [label + 1 for label in labels if not 0 <= label < CLASSES]
    if wrong:
        raise CourseError(
            f"{folder / 'imagelabels.mat'}: label {wrong[0]}, expected 1 to {CLASSES}"
        )
    return ids, labels


def _numbers(file: Path, key: str) -> tuple[int, ...]:
    """The whole numbers called `key` in a .mat file."""
    from scipy.io import loadmat  # type: ignore[import-untyped]  # it has no types, and takes a while

    if not file.is_file():
        raise CourseError(f"{file}: no such file, so here is no Flowers-102; {REMEDY}")
    try:
        table = loadmat(file, variable_names=[key])
    except Exception as error:  # a damaged file fails in scipy's, zlib's or numpy's own way
        raise CourseError(f"{file}: cannot be read as a MATLAB file ({error}); {REMEDY}") from error
    if key not in table or table[key].dtype.kind not in "iu":
        raise CourseError(f"{file}: has no list of whole numbers called {key!r}; {REMEDY}")
    return tuple(int(number) for number in table[key].ravel())

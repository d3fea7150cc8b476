"""Flowers-102 in torchvision's layout, read by the lists in its .mat files, not by its folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol, get_args

from autograder.errors import CourseError
from autograder.model import Lang
from autograder.text.sentences import say, with_thousands
from autograder.text.suggestions import did_you_mean

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
NUM_CLASSES = 102
FLOWERS_FOLDER = "flowers-102"  # below the data folder, as torchvision names it
LABELS_FILE = "imagelabels.mat"
IDS_FILE = "setid.mat"
SPLIT_KEYS: dict[Split, str] = {"train": "trnid", "val": "valid", "test": "tstid"}  # in IDS_FILE
OFFICIAL_LISTS = {  # name: md5 of the official lists, by which torchvision knows them, too
    LABELS_FILE: "e0620be6f572b9609742df49c70aed4d",
    IDS_FILE: "a5357ecc9cb78c4bef273ce3793fc85c",
}
FETCH_REMEDY = (
    "fetch it with `autograder data fetch flowers102`, or name a folder that has it with --data"
)


class FlowersClass(Protocol):
    """What is used of `torchvision.datasets.Flowers102`, the class."""

    _download_url_prefix: str
    _file_dict: dict[str, tuple[str, str]]  # key: name and md5 of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSet:
    """The images of one split, in the order of its list, with labels that never leave the judge.

    `len` is the number of images, `image(index)` the bytes of one JPEG.
    """

    split: Split
    ids: tuple[int, ...]
    labels: tuple[int, ...] = field(repr=False)  # 0..101, one per image
    files: tuple[Path, ...] = field(repr=False)  # one per image
    is_official: bool  # whether the lists are those that the authors of Flowers-102 published
    digest: str  # sha256, hex, of ids, labels and the sizes of the files

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.ids)

    def image(self, index: int) -> bytes:
        """Return the JPEG at `index` of the list; nothing in it shows its name or label."""
        return self.files[index].read_bytes()

    def part(self, indices: Sequence[int]) -> ImageSet:
        """Return the images at `indices`, as a list of their own."""
        return replace(
            self,
            ids=tuple(self.ids[index] for index in indices),
            labels=tuple(self.labels[index] for index in indices),
            files=tuple(self.files[index] for index in indices),
            is_official=False,
        )

    def describe(self, lang: Lang) -> str:
        """Return in words which list of images this is."""
        key = f"official_{self.split}" if self.is_official else "own"
        return say("images", key, lang, images=with_thousands(len(self), lang))


def read_split(data: Path, split: Split) -> ImageSet:
    """Return the images of `split` below `data`; CourseError where a list or image is missing.

    `data` contains the folder `flowers-102` in torchvision's layout; the lists are those of its
    .mat files. No image is opened.
    """
    folder = data / FLOWERS_FOLDER
    ids, labels = read_lists(folder, split)
    files = tuple(image_file(folder, image_id) for image_id in ids)
    sizes = [file.stat().st_size if file.is_file() else 0 for file in files]
    missing = [file.name for file, size in zip(files, sizes, strict=True) if not size]
    if missing:
        names = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise CourseError(
            f"{folder / 'jpg'}: {len(missing)} of the {len(ids)} images of the {split} split "
            f"are missing ({names}); {FETCH_REMEDY}"
        )
    content = repr((ids, labels, sizes)).encode()
    return ImageSet(
        split=split,
        ids=ids,
        labels=labels,
        files=files,
        is_official=has_official_lists(folder),
        digest=hashlib.sha256(content).hexdigest(),
    )


def splits_there(data: Path, *splits: Split) -> list[ImageSet]:
    """Return those of the splits below `data` whose images are all there."""
    found = []
    for split in splits:
        try:
            found.append(read_split(data, split))
        except CourseError:  # a course may keep nothing but the test
            continue
    return found


def image_file(folder: Path, image_id: int) -> Path:
    """Return where an image lies below flowers-102."""
    return folder / "jpg" / f"image_{image_id:05d}.jpg"


def has_official_lists(folder: Path) -> bool:
    """Return whether the lists in `folder` are those that the authors of Flowers-102 published."""
    for name, md5 in OFFICIAL_LISTS.items():
        if not (folder / name).is_file() or md5_of(folder / name) != md5:
            return False
    return True


def md5_of(file: Path) -> str:
    """Return the md5 by which torchvision knows a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def flowers_class() -> FlowersClass:
    """Import torchvision, which takes a second, and return its `Flowers102`."""
    from autograder.sandbox.torchvision_compat import import_torchvision

    known: FlowersClass = import_torchvision().datasets.Flowers102
    return known


@contextmanager
def accepted_by_torchvision(data: Path) -> Iterator[None]:
    """Let `torchvision.datasets.Flowers102` read `data` even where its lists are not official.

    torchvision compares the lists with two md5 in a class attribute and refuses any others. In a
    worker the same is `Flowers102._file_dict = {**Flowers102._file_dict, **file_dict}` with
    `file_dict(data)` sent by the judge.
    """
    known = flowers_class()
    official = known._file_dict
    known._file_dict = {**official, **file_dict(data)}
    try:
        yield
    finally:
        known._file_dict = official


def file_dict(data: Path) -> dict[str, tuple[str, str]]:
    """Return names and md5 of the lists of `data`, as torchvision's `Flowers102._file_dict`."""
    folder = data / FLOWERS_FOLDER
    return {
        "label": (LABELS_FILE, md5_of(folder / LABELS_FILE)),
        "setid": (IDS_FILE, md5_of(folder / IDS_FILE)),
    }


def read_lists(folder: Path, split: Split) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return ids and labels of `split`, in the list's order; CourseError where the lists are wrong.

    `folder` is flowers-102.
    """
    if split not in SPLITS:
        near = did_you_mean(split, SPLITS)
        raise CourseError(f"{split!r}: no such split{near}; there are {', '.join(SPLITS)}")
    label_of_image = _whole_numbers(folder / LABELS_FILE, "labels")  # of image k at k - 1, from 1
    ids_file, key = folder / IDS_FILE, SPLIT_KEYS[split]
    ids = _whole_numbers(ids_file, key)
    if not ids:
        raise CourseError(f"{ids_file}: {key} is empty, expected the ids of the {split} split")
    if len(set(ids)) != len(ids):
        raise CourseError(f"{ids_file}: {key} names an image twice, expected each once")
    unknown = [image_id for image_id in ids if not 1 <= image_id <= len(label_of_image)]
    if unknown:
        raise CourseError(
            f"{ids_file}: {key} names image {unknown[0]}, which has no label in "
            f"{LABELS_FILE}; the two files must belong together"
        )
    labels = tuple(label_of_image[image_id - 1] - 1 for image_id in ids)
    wrong = [label + 1 for label in labels if not 0 <= label < NUM_CLASSES]
    if wrong:
        raise CourseError(f"{folder / LABELS_FILE}: label {wrong[0]}, expected 1 to {NUM_CLASSES}")
    return ids, labels


def _whole_numbers(file: Path, key: str) -> tuple[int, ...]:
    """Return the whole numbers called `key` in a .mat file."""
    from scipy.io import loadmat  # type: ignore[import-untyped]  # it has no types, and takes a while

    if not file.is_file():
        raise CourseError(f"{file}: no such file, so here is no Flowers-102; {FETCH_REMEDY}")
    try:
        table = loadmat(file, variable_names=[key])
    except Exception as error:  # a damaged file fails in scipy's, zlib's or numpy's own way
        raise CourseError(
            f"{file}: cannot be read as a MATLAB file ({error}); {FETCH_REMEDY}"
        ) from error
    if key not in table or table[key].dtype.kind not in "iu":
        raise CourseError(f"{file}: has no list of whole numbers called {key!r}; {FETCH_REMEDY}")
    return tuple(int(number) for number in table[key].ravel())

"""Reading Flowers-102: the lists decide what is read and in which order; what is missing or odd is
explained.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from autograder.errors import CourseError
from autograder.measuring.data.flowers import SPLITS, accepted_by_torchvision, read_split
from autograder.measuring.data.synthetic import write_lists

LABELS = [5, 5, 0, 101, 7, 7]
TRAIN, VAL, TEST = [4, 1], [6, 5], [3, 2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with six images in three splits."""
    folder = tmp_path / "flowers-102"
    (folder / "jpg").mkdir(parents=True)
    for k in range(1, 7):
        Image.new("RGB", (8, 8), (k, 0, 0)).save(folder / "jpg" / f"image_{k:05d}.jpg")
    write_lists(folder, LABELS, {"train": TRAIN, "val": VAL, "test": TEST})
    return tmp_path


def complaint(data: Path) -> str:
    """Why the test split cannot be read."""
    with pytest.raises(CourseError) as raised:
        read_split(data, "test")
    return str(raised.value)


def test_a_split_is_read_in_the_order_of_its_list(data: Path) -> None:
    """Ids and labels come as setid.mat and imagelabels.mat state them, labels from 0."""
    train = read_split(data, "train")
    assert (train.ids, train.labels, len(train)) == ((4, 1), (101, 5), 2)


def test_an_image_is_the_file_of_its_id(data: Path) -> None:
    """The bytes at a place are those of the file that the list names there."""
    test = read_split(data, "test")
    assert test.image(0) == (data / "flowers-102" / "jpg" / "image_00003.jpg").read_bytes()


def test_other_files_in_the_folder_change_nothing(data: Path) -> None:
    """The folder may hold more than the lists name."""
    before = read_split(data, "test")
    (data / "flowers-102" / "jpg" / "image_00000.jpg").write_bytes(b"x")
    (data / "flowers-102" / "notes.txt").write_text("x")
    assert read_split(data, "test") == before


@pytest.mark.parametrize("split", SPLITS)
def test_torchvision_reads_the_same(data: Path, split: str) -> None:
    """Where its knowledge of the lists is set aside, torchvision's class gives the same files and
    labels.
    """
    ours = read_split(data, split)  # type: ignore[arg-type]
    with accepted_by_torchvision(data):
        from torchvision.datasets import Flowers102

        theirs = Flowers102(data, split)
    assert tuple(theirs._image_files) == ours.files
    assert tuple(theirs._labels) == ours.labels


def test_torchvision_goes_on_to_refuse_other_lists(data: Path) -> None:
    """Outside, torchvision knows the official lists and no others."""
    with accepted_by_torchvision(data):
        from torchvision.datasets import Flowers102
    with pytest.raises(RuntimeError, match="not found or corrupted"):
        Flowers102(data)


def test_a_list_of_ones_own_is_called_so(data: Path) -> None:
    """The words for the report say how many images there are, and that the list is not the official
    one.
    """
    test = read_split(data, "test")
    assert not test.is_official
    assert "2 imágenes" in test.describe("es")
    assert "not of the official one" in test.describe("en")


def test_the_digest_follows_what_is_measured(data: Path) -> None:
    """Another order, another label or another image gives another digest."""
    folder = data / "flowers-102"
    digests = {read_split(data, "test").digest}
    write_lists(folder, LABELS, {"train": TRAIN, "val": VAL, "test": TEST[::-1]})
    digests.add(read_split(data, "test").digest)
    write_lists(
        folder, [9, *LABELS[1:2], 9, *LABELS[3:]], {"train": TRAIN, "val": VAL, "test": TEST}
    )
    digests.add(read_split(data, "test").digest)
    (folder / "jpg" / "image_00002.jpg").write_bytes(b"another")
    digests.add(read_split(data, "test").digest)
    assert len(digests) == 4


def test_missing_images_are_counted(data: Path) -> None:
    """The message says how many of how many are missing, where, and how to get them."""
    (data / "flowers-102" / "jpg" / "image_00003.jpg").unlink()
    told = complaint(data)
    assert "1 of the 2 images of the test split are missing (image_00003.jpg)" in told
    assert str(data / "flowers-102" / "jpg") in told
    assert "autograder data fetch flowers102" in told
    assert "--data" in told


def test_an_empty_image_is_a_missing_one(data: Path) -> None:
    """What an interrupted copy left behind is no image."""
    (data / "flowers-102" / "jpg" / "image_00002.jpg").write_bytes(b"")
    assert "image_00002.jpg" in complaint(data)


def test_a_folder_without_flowers_is_named(tmp_path: Path) -> None:
    """Where there is nothing, the message says what was looked for and what to do."""
    told = complaint(tmp_path)
    assert "imagelabels.mat: no such file, so here is no Flowers-102" in told
    assert "autograder data fetch flowers102" in told


@pytest.mark.parametrize(
    "content", [b"", b"not a list", b"MATLAB 5.0 MAT-file" + bytes(200)], ids=len
)
def test_a_damaged_list_is_named(data: Path, content: bytes) -> None:
    """A file that is no MATLAB file is named, whatever is in it."""
    (data / "flowers-102" / "setid.mat").write_bytes(content)
    assert "setid.mat: " in complaint(data)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_list_is_named(data: Path, share: float) -> None:
    """So is one that ends early."""
    file = data / "flowers-102" / "setid.mat"
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    assert "setid.mat: " in complaint(data)


@pytest.mark.parametrize(
    ("labels", "test", "told"),
    [
        (LABELS, [3, 3], "names an image twice"),
        (LABELS, [3, 7], "names image 7, which has no label"),
        (LABELS, [0, 3], "names image 0, which has no label"),
        (LABELS, [], "tstid is empty"),
        ([5, 102, 0, 101, 7, 7], TEST, "label 103, expected 1 to 102"),
    ],
)
def test_lists_that_make_no_sense_are_explained(
    data: Path, labels: list[int], test: list[int], told: str
) -> None:
    """Ids must be there once and have labels, and labels must be classes."""
    write_lists(data / "flowers-102", labels, {"train": TRAIN, "val": VAL, "test": test})
    assert told in complaint(data)


def test_another_split_is_explained(data: Path) -> None:
    """A split by another name is answered with the names that there are."""
    with pytest.raises(
        CourseError, match=re.escape("did you mean 'test'?; there are train, val, test")
    ):
        read_split(data, "tests")  # type: ignore[arg-type]

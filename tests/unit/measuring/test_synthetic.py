"""Drawn flowers: the same for the same seed, and in torchvision's layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.measuring.data.drawing import SHORT_SIDE
from autograder.measuring.data.flowers import SPLITS, accepted_by_torchvision, read_split
from autograder.measuring.data.species import SPECIES
from autograder.measuring.data.synthetic import (
    TRAIN_PER_CLASS,
    VAL_PER_CLASS,
    draw_anew,
    make_flowers,
)
from autograder.sandbox.torchvision_compat import import_torchvision


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the flowers of seed 0."""
    return make_flowers(tmp_path_factory.mktemp("drawn"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_same_seed_draws_the_same(drawn: Path, tmp_path: Path) -> None:
    """Every file is the same, byte for byte."""
    assert contents(make_flowers(tmp_path, seed=0)) == contents(drawn)


def test_another_seed_draws_others(drawn: Path, tmp_path: Path) -> None:
    """No image of another seed is the same."""
    other = contents(make_flowers(tmp_path, seed=1))
    same = [
        name
        for name, content in contents(drawn).items()
        if name.endswith(".jpg") and other[name] == content
    ]
    assert same == []


def test_splits_share_no_image(drawn: Path) -> None:
    """Each image belongs to one split."""
    ids = [image for split in SPLITS for image in read_split(drawn, split).ids]
    assert len(set(ids)) == len(ids) == 312


@pytest.mark.parametrize("name", SPECIES)
def test_a_class_is_called_as_in_flowers_102(name: str) -> None:
    """The label of a species is that of the class it resembles."""
    assert import_torchvision().datasets.Flowers102.classes[SPECIES[name].label] == name


def test_train_and_val_are_balanced_and_test_is_not(drawn: Path) -> None:
    """As in the real data, only the test split has more images of one class than of another."""
    for split, expected in (("train", TRAIN_PER_CLASS), ("val", VAL_PER_CLASS)):
        labels = read_split(drawn, split).labels  # type: ignore[arg-type]
        assert {labels.count(species.label) for species in SPECIES.values()} == {expected}
    test = read_split(drawn, "test").labels
    assert {species.label: test.count(species.label) for species in SPECIES.values()} == {
        species.label: species.test for species in SPECIES.values()
    }
    assert len(test) == 120


def test_torchvision_opens_every_image(drawn: Path) -> None:
    """torchvision's own class reads the folder, and its images have colours and the size that was
    asked.
    """
    with accepted_by_torchvision(drawn):
        images = [
            image
            for split in SPLITS
            for image, _ in import_torchvision().datasets.Flowers102(drawn, split=split)
        ]
    assert {image.mode for image in images} == {"RGB"}
    assert {min(image.size) for image in images} == {SHORT_SIDE}


def test_nothing_is_drawn_over_flowers(drawn: Path) -> None:
    """A folder that has flowers keeps them, and the message says what to do."""
    before = contents(drawn)
    with pytest.raises(
        CourseError, match="is there already and stays as it is; name another folder"
    ):
        draw_anew(drawn, seed=9)
    assert contents(drawn) == before

"""Drawn flowers: the same for the same seed, and in torchvision's layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.measuring.data import synthetic
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


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder, by path."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def two_species(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw two species only, which takes a sixth of the time."""
    names = ("oxeye daisy", "magnolia")
    monkeypatch.setattr(synthetic, "SPECIES", {name: SPECIES[name] for name in names})


@pytest.mark.usefixtures("two_species")
def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    """Every file is the same, byte for byte."""
    first, again = (contents(make_flowers(tmp_path / name, seed=0)) for name in ("a", "b"))
    assert first == again
    assert len(first) == 54 + 2


@pytest.mark.usefixtures("two_species")
def test_another_seed_draws_others(tmp_path: Path) -> None:
    """No image of another seed is the same."""
    first, other = (contents(make_flowers(tmp_path / str(seed), seed=seed)) for seed in (0, 1))
    images = [name for name in first if name.endswith(".jpg")]
    assert [name for name in images if other[name] == first[name]] == []


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

"""Which folder hands on grades: the latest published version, or OUT for a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.publishing import graded_folder


def publish(out: Path, *numbers: int) -> None:
    """Make the folders of these versions."""
    for number in numbers:
        (out / "published" / str(number)).mkdir(parents=True)


def test_the_latest_version_is_chosen_by_its_number(tmp_path: Path) -> None:
    """Version 10 comes after version 9."""
    publish(tmp_path, 9, 10, 2)
    assert graded_folder(tmp_path) == tmp_path / "published" / "10"


def test_a_draft_is_out_itself(tmp_path: Path) -> None:
    """A draft takes what the last run wrote, published or not."""
    publish(tmp_path, 1)
    assert graded_folder(tmp_path, is_draft=True) == tmp_path


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    """Without a published version the error names both ways on."""
    with pytest.raises(CourseError, match=r"autograder publish .* --draft"):
        graded_folder(tmp_path)

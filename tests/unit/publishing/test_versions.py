"""Which folder hands on grades: the latest published version, or OUT for a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.publishing import graded_folder
from tests.support.publishing import seal


def publish(out: Path, *numbers: int) -> None:
    """Make the folders of these versions, each with a file and its manifest."""
    for number in numbers:
        folder = out / "published" / str(number)
        folder.mkdir(parents=True)
        (folder / "scores.csv").write_text(f"{number}\n", encoding="utf-8")
        seal(folder)


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


def test_a_hidden_folder_is_no_version(tmp_path: Path) -> None:
    """What a killed publish left has a hidden name, and is never handed on."""
    publish(tmp_path, 1)
    (tmp_path / "published" / ".2.unfinished").mkdir()
    assert graded_folder(tmp_path) == tmp_path / "published" / "1"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda folder: (folder / "scores.csv").write_text("0"), "scores.csv has other content"),
        (lambda folder: (folder / "scores.csv").unlink(), "scores.csv is gone"),
        (lambda folder: (folder / "more.csv").write_text("0"), "more.csv is new"),
        (lambda folder: (folder / "link").symlink_to("/"), "link is new"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "not the manifest"),
        (lambda folder: (folder / "manifest.json").unlink(), "No such file"),
    ],
)
def test_a_changed_version_is_refused(tmp_path: Path, change: object, complaint: str) -> None:
    """A file that was changed, removed or added is named, and so is a damaged manifest."""
    publish(tmp_path, 1)
    assert callable(change)
    change(tmp_path / "published" / "1")
    with pytest.raises(CourseError, match=complaint):
        graded_folder(tmp_path)

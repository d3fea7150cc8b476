"""What a run finds in OUT: the seed that the first one drew."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.output_folder import kept_seed


def test_a_folder_keeps_its_seed(tmp_path: Path) -> None:
    """A run into a folder draws the inputs of the runs before it, so that results are reused."""
    assert kept_seed(tmp_path) == kept_seed(tmp_path)


def test_two_folders_have_different_seeds(tmp_path: Path) -> None:
    """A seed is drawn at random for each folder."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    assert len({kept_seed(folder) for folder in folders}) == 2


@pytest.mark.parametrize("damage", ["", "0x", "five", "-1"])
def test_a_damaged_seed_is_drawn_anew(tmp_path: Path, damage: str) -> None:
    """A run that was killed while it wrote its seed does not stop the next one."""
    (tmp_path / "seed").write_text(damage)
    assert kept_seed(tmp_path) == kept_seed(tmp_path)

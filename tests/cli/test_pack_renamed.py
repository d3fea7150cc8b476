"""A renamed file, checked and packed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import TINY, autograder
from tests.unit.handin.test_intake import course as course


def test_a_notebook_is_one_under_whatever_name(tmp_path: Path) -> None:
    """A notebook that a browser named .txt is read cell by cell, and its lines have the name that
    it will have.
    """
    source = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")
    cells = [
        {"cell_type": "code", "source": text}
        for text in (source, "import pandas, tensors\nundefined")
    ]
    (tmp_path / "tensors (1).ipynb.txt").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    ended = autograder("check", tmp_path, "--course", TINY, "--lang", "en", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "NameError (tensors.ipynb, cell 2, line 2)" in ended.stdout
    assert "     2 │ undefined\n" in ended.stdout


def test_two_drafts_in_a_folder_are_named(tmp_path: Path) -> None:
    """Where the folder does not tell which of two is meant, `pack` names both and packs neither."""
    for name in ("tensors_v1.py", "tensors_final.py"):
        (tmp_path / name).touch()
    options = ("--course", TINY, "--assignment", "tensors", "--lang", "en")
    ended = autograder("pack", tmp_path, *options, folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "more than one file for the same thing: tensors_final.py, tensors_v1.py." in ended.stderr
    assert not (tmp_path / "hand-in").exists()


@pytest.mark.parametrize("name", ["Tensors (1).py.txt", "tensors-copia.PY"])
def test_a_student_checks_and_packs_a_renamed_file(name: str, tmp_path: Path) -> None:
    """`check` and `pack` know the assignment by such a name, in a folder too, and the zip has the
    declared one.
    """
    source = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")
    (tmp_path / name).write_text(source, encoding="utf-8")
    ended = autograder("pack", tmp_path / name, "--course", TINY, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"✓ {name} -> tensors.py" in ended.stdout
    assert autograder("check", tmp_path, "--course", TINY, folder=tmp_path).returncode == 0

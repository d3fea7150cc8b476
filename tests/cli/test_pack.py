"""`pack`: what a student hands in, in one zip that grading takes as it is."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.command_line import TINY, Ended, autograder, grade, result

RIGHT = TINY / "solutions" / "tensors" / "tensors.py"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return a student's folder, with more in it than is asked for."""
    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copy(RIGHT, folder / "tensors.py")
    (folder / "notes.txt").write_text("secret")
    return folder


def pack(path: Path, *options: object, folder: Path) -> Ended:
    """Run `autograder pack` in a folder."""
    return autograder("pack", path, "--course", TINY, *options, folder=folder)


def test_a_packed_hand_in_is_graded_as_it_is(mine: Path, tmp_path: Path) -> None:
    """The zip holds what is asked for and nothing else, and earns what the file earns."""
    student = tmp_path / "submitted" / "ana"
    student.mkdir(parents=True)
    ended = pack(mine / "tensors.py", "--out", student / "tensors.zip", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    with zipfile.ZipFile(student / "tensors.zip") as archive:
        assert archive.namelist() == ["tensors/hand-in.json", "tensors/tensors.py"]
        assert archive.read("tensors/tensors.py") == RIGHT.read_bytes()
    assert grade(tmp_path / "submitted", tmp_path / "out").returncode == 0
    assert result(tmp_path / "out", "ana")["earned"] == 10


def test_the_record_tells_what_was_packed(mine: Path) -> None:
    """Sizes, hashes, versions, and the public checks as information."""
    assert pack(mine, "--assignment", "tensors", folder=mine).returncode == 0
    with zipfile.ZipFile(mine / "hand-in" / "tensors.zip") as archive:
        record = json.loads(archive.read("tensors/hand-in.json"))
    assert record["files"]["tensors.py"]["bytes"] == RIGHT.stat().st_size
    assert record["checks"] == {"test_double": "passed", "test_total": "passed"}
    assert {"autograder", "python", "torch"} <= record["versions"].keys()


def test_checks_that_fail_keep_nobody_from_handing_in(mine: Path) -> None:
    """An unfinished file is packed; how the checks came out is said."""
    shutil.copy(TINY / "assignments" / "tensors" / "tensors.py", mine / "tensors.py")
    ended = pack(mine / "tensors.py", folder=mine)
    assert ended.returncode == 0
    assert "0 de 2 comprobaciones públicas pasan." in ended.stdout
    assert (mine / "hand-in" / "tensors.zip").is_file()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "Falta el archivo tensors.py"),
        (b"", "tensors.py está vacío"),
        (b"\xe9\xff", "tensors.py no está en UTF-8"),
    ],
    ids=["missing", "empty", "no text"],
)
def test_what_cannot_be_used_is_named_before_it_is_handed_in(
    mine: Path, content: bytes | None, said: str
) -> None:
    """A file that grading could not use is named with what to do, and there is no zip."""
    (mine / "tensors.py").unlink()
    if content is not None:
        (mine / "tensors.py").write_bytes(content)
    ended = pack(mine, "--assignment", "tensors", folder=mine)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert said in ended.stdout
    assert not (mine / "hand-in").exists()


def test_a_place_where_nothing_can_be_written_is_named(mine: Path) -> None:
    """Where the zip cannot go, a line says so and what to do; exit code 4."""
    ended = pack(mine / "tensors.py", "--out", mine / "notes.txt" / "ana.zip", folder=mine)
    assert (ended.returncode, ended.stderr.count("\n")) == (4, 1)
    assert "no se puede escribir ahí" in ended.stderr
    assert "--out" in ended.stderr


def test_the_same_files_make_the_same_zip(mine: Path, tmp_path: Path) -> None:
    """No clock goes into a zip: two of them can be compared."""
    archives = [tmp_path / name for name in ("first.zip", "second.zip")]
    for archive in archives:
        assert pack(mine / "tensors.py", "--out", archive, folder=mine).returncode == 0
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_of_two_files_the_one_that_is_named_is_packed(mine: Path) -> None:
    """A folder with a .py and a notebook is no answer to which of them counts; naming one is."""
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (mine / "tensors.ipynb").write_text(json.dumps(notebook))
    undecided = pack(mine, "--assignment", "tensors", folder=mine)
    assert (undecided.returncode, undecided.stderr.count("tensors.py, tensors.ipynb")) == (2, 1)
    assert pack(mine / "tensors.ipynb", folder=mine).returncode == 0
    with zipfile.ZipFile(mine / "hand-in" / "tensors.zip") as archive:
        assert archive.namelist() == ["tensors/hand-in.json", "tensors/tensors.ipynb"]

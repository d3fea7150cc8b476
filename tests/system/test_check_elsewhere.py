"""What a student meets on Windows or macOS: other system calls, other letters, other line ends, any
folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.cli import COMMAND_SUMMARIES
from tests.support.command_line import REPOSITORY, SECONDS, TINY

SOLUTION = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")
LETTERS = "cp1252"  # of a pipe on Windows


def elsewhere(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`autograder ARGUMENTS...` on a system that is no Unix and has few letters."""
    encoding = {"PYTHONIOENCODING": LETTERS, "PYTHONWARNDEFAULTENCODING": "1"}
    return subprocess.run(
        [sys.executable, "-m", "tests.support.elsewhere", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **encoding, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"},
        capture_output=True,
        encoding=LETTERS,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Make a student's folder with a difficult name, and the released course in it."""
    folder = tmp_path / "Mis prácticas (ñ)" / "tensors"
    shutil.copytree(TINY / "assignments" / "tensors" / "public", folder / "public")
    shutil.copy(TINY / "grading.yml", folder)
    return folder


@pytest.mark.parametrize("command", ["", *sorted(COMMAND_SUMMARIES)])
def test_help_is_there(command: str, tmp_path: Path) -> None:
    """The command line starts, and says what it and each of its commands does."""
    ended = elsewhere(tmp_path, *command.split(), "--help")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_file_is_checked_whatever_editor_wrote_it(mine: Path) -> None:
    """Windows' line ends and a byte order mark do not matter; what its letters lack is shown by
    others.
    """
    content = "\ufeff" + SOLUTION.replace("\n", "\r\n") + '\r\nprint("Δ → ✓")\r\n'
    (mine / "tensors.py").write_bytes(content.encode())
    ended = elsewhere(mine, "check", "tensors.py")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(
        "  Tu código imprimió:\n  | \\u0394 \\u2192 \\u2713\n\n"
        "Doble\n  + double(x) es el doble de x.\n"
    )


def test_an_endless_loop_is_interrupted(mine: Path) -> None:
    """Without signals to a thread, Python code is stopped at its limit all the same."""
    (mine / "tensors.py").write_text(
        "def double(x):\n    while True:\n        pass\n", encoding="utf-8"
    )
    ended = elsewhere(mine, "check", ".", "--lang", "en")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert (
        "  x double(x) is twice x.\n      Your code did not finish in time (limit per check: 3 s)."
        in ended.stdout
    )


def test_a_hand_in_is_packed(mine: Path) -> None:
    """The zip's names are everybody's: with a forward slash, and without the folder that the files
    came from.
    """
    (mine / "mi solución.py").write_text(SOLUTION, encoding="utf-8")
    ended = elsewhere(mine, "pack", "mi solución.py", "--assignment", "tensors")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "+ mi solución.py -> tensors.py" in ended.stdout
    with zipfile.ZipFile(mine / "hand-in" / "tensors.zip") as archive:
        assert archive.namelist() == ["tensors/hand-in.json", "tensors/tensors.py"]

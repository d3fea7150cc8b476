"""`check --watch`: a student saves, and reads within a second how the checks come out now."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.command_line import CLASS, REPOSITORY, TINY, Running, command, environment

RIGHT = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")
ADDS = RIGHT.replace("2 * x", "2 + x")
LOOPS = "while True:\n    pass\n"
WANTS_FLOATS = """import torch


def double(x):
    assert torch.get_default_dtype() is torch.float32
    return 2 * x
"""
NOTEBOOK = CLASS / "notebook" / "tensors" / "tensors.ipynb"
ALL_PASS, ONE_FAILS, NONE_RAN = ("2 of 2 public", "1 of 2 public", "0 of 2 public")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a student's file that passes."""
    assert ADDS != RIGHT
    path = tmp_path / "tensors.py"
    path.write_text(RIGHT, encoding="utf-8")
    return path


@pytest.fixture
def start(file: Path) -> Iterator[Callable[[], Running]]:
    """Yield a function that starts the watch on the file; kill what still runs at the end."""
    started: list[Running] = []

    def watch() -> Running:
        # the folder, in which the file is found
        started.append(Running("check", file.parent, "--watch", "--course", TINY, "--lang", "en"))
        return started[-1]

    yield watch
    for running in started:
        running.process.kill()
        running.process.communicate()


def test_each_save_is_checked_and_ctrl_c_ends_with_the_last_result(
    file: Path, start: Callable[[], Running]
) -> None:
    """A save brings the next turn, which names what changed; the exit code is that of the last."""
    running = start()
    running.read_until("Save the file")
    running.read_until(ALL_PASS)
    file.write_text(ADDS, encoding="utf-8")
    running.read_until("No longer passes: double(x) is twice x.")
    running.read_until(ONE_FAILS)
    running.press_ctrl_c()
    code, _, errors = running.finish()
    assert (code, errors) == (1, "")


def test_an_editor_may_move_files_into_place(file: Path, start: Callable[[], Running]) -> None:
    """A file that goes away is missing, one moved into its place is checked, and so is one moved
    over it.
    """
    running = start()
    running.read_until(ALL_PASS)
    file.rename(file.with_suffix(".bak"))
    running.read_until("✗ The file tensors.py is missing.")
    file.with_suffix(".bak").rename(file)
    running.read_until(ALL_PASS)
    aside = file.with_name(".tensors.py.swp")
    aside.write_text(ADDS, encoding="utf-8")
    os.replace(aside, file)  # noqa: PTH105 - as editors do
    running.read_until(ONE_FAILS)


def test_a_syntax_error_shows_its_line_and_the_watch_goes_on(
    file: Path, start: Callable[[], Running]
) -> None:
    """The line stands there with a caret where Python stopped; the next save is checked as any
    other.
    """
    file.write_text("import torch\n\nvalue = (1,\n", encoding="utf-8")
    running = start()
    running.read_until("✗ Your file cannot be imported: SyntaxError (tensors.py:3)")
    running.read_until("     3 │ value = (1,")
    running.read_until("       │         ^")
    running.read_until(NONE_RAN)
    file.write_text(RIGHT, encoding="utf-8")
    running.read_until(ALL_PASS)


def test_a_save_ends_an_endless_loop(file: Path, start: Callable[[], Running]) -> None:
    """Nobody waits for the limit of time: mending the loop stops it."""
    running = start()
    running.read_until(ALL_PASS)
    file.write_text(LOOPS, encoding="utf-8")
    file.write_text(RIGHT + "\n# mended\n", encoding="utf-8")
    running.read_until(ALL_PASS)


def test_a_module_is_loaded_afresh_each_time(file: Path, start: Callable[[], Running]) -> None:
    """What is no longer in the file is gone, and what it changed of torch is put back."""
    file.write_text(
        "import torch\n\ntorch.set_default_dtype(torch.float64)\n" + RIGHT, encoding="utf-8"
    )
    running = start()
    running.read_until("Save the file")
    file.write_text(WANTS_FLOATS, encoding="utf-8")
    running.read_until("  ✓ double(x) is twice x.")
    running.read_until("      “total” is missing from your submission.")


def test_a_notebook_is_watched_too(file: Path, start: Callable[[], Running]) -> None:
    """A notebook that was saved only in part is told to be none, and checked when it is whole."""
    file.unlink()
    notebook = shutil.copy(NOTEBOOK, file.with_suffix(".ipynb"))
    content = notebook.read_bytes()
    notebook.write_bytes(content[:100])
    running = start()
    running.read_until("✗ Your file cannot be imported: NotebookError")
    notebook.write_bytes(content)
    running.read_until(ALL_PASS)


MANY_CAUSES = """def double(x):
    raise ValueError("one")


def total(x):
    raise RuntimeError("two")
""" + "\n".join(f"print({number})" for number in range(30))


def test_a_turn_fits_a_terminal_of_24_lines(file: Path) -> None:
    """On a terminal no line leaves the screen: causes that have no room are counted."""
    file.write_text(MANY_CAUSES, encoding="utf-8")
    terminal, side = pty.openpty()
    termios.tcsetwinsize(side, (24, 80))
    words = command("check", file.parent, "--watch", "--course", TINY, "--lang", "en")
    with subprocess.Popen(
        words, stdout=side, stderr=side, stdin=side, cwd=REPOSITORY, env=environment()
    ) as watch:
        os.close(side)
        text = ""
        while "public checks pass" not in text:
            text += os.read(terminal, 4096).decode()
        watch.kill()
    os.close(terminal)
    shown = text.rpartition("\x1b[H")[2]
    assert shown.count("\n") < 24
    assert "enlarge the window" in shown

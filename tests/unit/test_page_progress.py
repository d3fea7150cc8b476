"""The progress of written pages: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.cli.output.page_progress import PageProgress


def written(*, is_terminal: bool) -> str:
    """Return what a thousand pages write."""
    file = io.StringIO()
    show = PageProgress(Console(file=file, force_terminal=is_terminal, width=80))
    for number in range(1, 1001):
        show(number, 1000)
    return file.getvalue()


def test_a_terminal_shows_how_many_pages_are_written() -> None:
    """The bar says how many of all, is drawn a hundred times at most, and is gone at the end."""
    drawn = written(is_terminal=True)
    assert "1000/1000" in drawn
    assert drawn.count("pages") < 110
    assert "\x1b[2K" in drawn.rpartition("1000/1000")[2]  # the line is erased


def test_a_file_shows_no_bar() -> None:
    """Where standard error is no terminal, nothing is written to it."""
    assert written(is_terminal=False) == ""

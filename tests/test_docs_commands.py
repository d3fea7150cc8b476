"""Whether what the pages tell people to type does what the pages say: each is run from an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import REPOSITORY
from tests.documented import INSTALLING, blocks, first_missing, not_run, run, run_page

PAGES = ["students.md", "estudiantes.md", "instructors.md"]
DOCS = REPOSITORY / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_page_do_what_it_says(name: str, tmp_path: Path) -> None:
    """Every command ends with the exit code, and prints the lines, that the page promises."""
    run_page(DOCS / name, tmp_path)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_hides_no_command_from_this_test(name: str) -> None:
    """Blocks for other shells only install; what is to be run stands in a block that is run."""
    assert not_run(DOCS / name) == []


@pytest.mark.parametrize("line", ["autograder pack x.py", "pip list", "rm -rf /", "echo pip install x"])
def test_only_what_installs_is_left_out(line: str) -> None:
    """A line counts as installing by how it begins."""
    assert not INSTALLING.match(line)


def test_a_block_knows_what_stands_above_and_below_it() -> None:
    """The comments above it and the output right below belong to a block; other text parts them."""
    page = (
        "<!-- before: touch a -->\n<!-- exit: 3 -->\n```sh\nls\n```\n\n```text\na\n```\nwords\n```sh\npwd\n```\n"
    )
    first, _, last = blocks(page)
    assert (first.before, first.exit, first.shown, first.line) == (("touch a",), 3, "a\n", 4)
    assert (last.before, last.exit, last.shown) == ((), 0, "")


def test_a_failing_command_in_the_middle_ends_its_block(tmp_path: Path) -> None:
    """Of several commands each must succeed, and the folder in which they end is known."""
    (tmp_path / "below").mkdir()
    assert run("cd below\nfalse\ntouch after", tmp_path) == (1, "", tmp_path / "below")


def test_the_lines_of_an_output_keep_their_order() -> None:
    """A promised line that stands above the one before it counts as missing."""
    assert first_missing("a\n...\nc\n", "a\nb\nc\n") is None
    assert first_missing("c\na\n", "a\nb\nc\n") == "a"
    assert first_missing("took ... s\n", "took 0.3 s\n") is None

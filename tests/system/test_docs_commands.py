"""The commands that pages show do what the pages say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.support.clones import NEEDS_GIT
from tests.support.command_line import REPOSITORY, commands, examples
from tests.support.documented import INSTALLING, blocks, first_missing, not_run, run, run_page
from tests.support.postgres import binaries
from tests.support.readers import give_course, give_hand_ins
from tests.unit.test_docs import PAGES, PLACEHOLDER

CLI_COMMANDS = commands()
FROM_NOTHING = ["author", "student", "estudiante", "instructor"]
DOCS = REPOSITORY / "docs"
TUTORIALS = DOCS / "tutorial"
COMMANDS, GRADEBOOK = DOCS / "reference" / "commands.md", DOCS / "how-to" / "sync-the-gradebook.md"
PUBLISHING = DOCS / "how-to" / "publish-and-answer-appeals.md"
EXPORTS = [
    DOCS / "how-to" / f"{page}.md" for page in ("take-marks-home", "grade-where-it-is-handed-in")
]
CLASS = DOCS / "how-to" / "take-a-class-home.md"  # run by test_class_goes_home.py
FROM_NOTHING_PAGES = [TUTORIALS / f"{page}.md" for page in FROM_NOTHING]
PAGES_THAT_RUN = [*FROM_NOTHING_PAGES, COMMANDS, GRADEBOOK, PUBLISHING, CLASS, *EXPORTS]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course with hand-ins."""
    give_course(tmp_path / "course")
    give_hand_ins(tmp_path / "course")
    return tmp_path / "course"


@pytest.mark.level_a
@pytest.mark.parametrize("page", FROM_NOTHING)
def test_a_page_leads_from_an_empty_folder_to_its_end(page: str, tmp_path: Path) -> None:
    """Every command ends with the exit code, and prints the lines, that the page shows."""
    run_page(TUTORIALS / f"{page}.md", tmp_path)


@NEEDS_GIT
@pytest.mark.level_a
def test_the_commands_work_in_a_course(course: Path) -> None:
    """Every example of the page of commands does what it says, in a course with hand-ins."""
    run_page(COMMANDS, course)


@pytest.mark.level_a
def test_the_script_works_in_a_course(course: Path) -> None:
    """The script on the page of the Python API runs in a course with hand-ins."""
    run_page(DOCS / "reference" / "api.md", course)


@NEEDS_GIT
@pytest.mark.level_a
def test_grades_are_published_and_an_appeal_is_answered(course: Path) -> None:
    """The page on publishing leads from a graded class to the version after an appeal."""
    run_page(PUBLISHING, course)


@NEEDS_GIT
@pytest.mark.level_a
@pytest.mark.parametrize("page", EXPORTS, ids=lambda page: page.stem)
def test_marks_go_home_as_a_page_says(page: Path, course: Path) -> None:
    """Every command of a page of exports does what it says, in a course with hand-ins."""
    run_page(page, course)


@NEEDS_GIT
@pytest.mark.level_a
def test_the_gradebook_works_on_a_server(
    course: Path, postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands for PostgreSQL and the Python code of the gradebook's page work."""
    server = make_url(postgresql())
    monkeypatch.setenv("PGHOST", str(server.query["host"]))
    monkeypatch.setenv("PGUSER", str(server.username))
    monkeypatch.setenv("PATH", str(binaries()), prepend=":")
    run_page(GRADEBOOK, course)


@pytest.mark.parametrize("page", FROM_NOTHING)
def test_a_page_hides_no_command_from_this_test(page: str) -> None:
    """Blocks for other shells only install; all other commands are in blocks that are run."""
    assert not_run(TUTORIALS / f"{page}.md") == []


@pytest.mark.parametrize("page", FROM_NOTHING)
def test_a_page_names_the_files_that_the_reader_writes(page: str) -> None:
    """The path of a file to write is in the sentence above its block, not in a comment alone."""
    text = (TUTORIALS / f"{page}.md").read_text(encoding="utf-8")
    above = re.findall(r"(.*)\n\n<!-- (?:file|append): (.*) -->", text)
    assert [path for sentence, path in above if f"`{path}`" not in sentence] == []
    assert len(above) == sum(block.file != "" for block in blocks(text))


def test_a_class_goes_home_without_glue() -> None:
    """The page hides nothing, and runs autograder, an edit and a commit, and nothing else."""
    shown = [block for block in blocks(CLASS.read_text(encoding="utf-8")) if block.is_run]
    assert [block.line for block in shown if block.before or block.file] == []
    lines = "".join(block.code for block in shown).replace("\\\n", "").splitlines()
    others = [shlex.split(line)[:2] for line in lines if not line.startswith("autograder ")]
    assert others == [["sed", "-i"], ["git", "commit"]]


def words(text: str) -> set[str]:
    """Return the command lines of a text without comments; lines with placeholders are left out."""
    lines = (line for line in examples(text) if not PLACEHOLDER.search(line))
    return {shlex.join(shlex.split(line, comments=True)) for line in lines}


RUN = words(
    "\n".join(
        b.commands for page in PAGES_THAT_RUN for b in blocks(page.read_text("utf-8")) if b.is_run
    )
)


def never_run(text: str) -> list[str]:
    """Return the command lines of a text that no page runs, as they are or with more arguments."""
    return sorted(
        line for line in words(text) if not any(f"{run} ".startswith(f"{line} ") for run in RUN)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_run(page: Path) -> None:
    """A command line that a page shows, also within a sentence, is in a block that is run."""
    assert never_run(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("command", sorted(CLI_COMMANDS))
def test_every_example_of_the_help_is_run(command: str) -> None:
    """Each example of --help is on a page, where it is run."""
    below = getattr(CLI_COMMANDS[command], "commands", {}).values()
    assert never_run("\n".join(c.epilog or "" for c in (CLI_COMMANDS[command], *below))) == []


@pytest.mark.parametrize(
    "line", ["autograder grade x", "autograder grade submitted --out elsewhere"]
)
def test_a_command_that_no_page_runs_is_found(line: str) -> None:
    """Another argument makes another command."""
    assert never_run(f"Type `{line}`.") == [line]


@pytest.mark.parametrize(
    "line", ["autograder pack x.py", "pip list", "rm -rf /", "echo pip install x"]
)
def test_only_what_installs_is_left_out(line: str) -> None:
    """A line counts as installing by how it begins."""
    assert not INSTALLING.match(line)


def test_a_block_knows_what_stands_above_and_below_it() -> None:
    """The comments above a block and the output right below it belong to it."""
    notes = "<!-- before: touch a -->\n<!-- exit: 3 -->\n"
    page = f"{notes}```sh\nls\n```\n\n```text\na\n```\nwords\n```sh\npwd\n```\n"
    first, _, last = blocks(page)
    assert (first.before, first.exit, first.shown, first.line) == (("touch a",), 3, "a\n", 4)
    assert (last.before, last.exit, last.shown) == ((), 0, "")


def test_a_failing_command_in_the_middle_ends_its_block(tmp_path: Path) -> None:
    """Of several commands each must succeed, and the folder in which they end is known."""
    (tmp_path / "below").mkdir()
    assert run("cd below\nfalse\ntouch after", tmp_path) == (1, "", tmp_path / "below")


def test_the_lines_of_an_output_keep_their_order() -> None:
    """A line that is printed above the one before it counts as missing."""
    assert first_missing("a\n...\nc\n", "a\nb\nc\n") is None
    assert first_missing("c\na\n", "a\nb\nc\n") == "a"
    assert first_missing("took ... s\n", "took 0.3 s\n") is None


def test_a_block_can_be_a_file_of_the_reader(tmp_path: Path) -> None:
    """A block with a path is written there, one to append is added."""
    page = tmp_path / "page.md"
    first = "<!-- file: below/a.txt -->\n```yaml\na\n```\n"
    second = "<!-- append: below/a.txt -->\n```yaml\nb\n```\n"
    page.write_text(first + second, encoding="utf-8")
    run_page(page, tmp_path)
    assert (tmp_path / "below" / "a.txt").read_text(encoding="utf-8") == "a\nb\n"

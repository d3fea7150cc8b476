"""The pages agree with the code: commands, options, keys of grading.yml, links and paths."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import click
import pytest

from autograder.cli import main
from autograder.config import course, declared_files, leaderboard, pages, rubric
from autograder.model import Limits
from tests.support.command_line import REPOSITORY, commands, examples, parameters

COMMANDS = commands()
ON_EVERY_COMMAND = {"--help", "--verbose", "-v"}  # described once, above the sections
PAGES = [
    REPOSITORY / "CONTRIBUTING.md",
    *sorted(REPOSITORY.glob("README*.md")),
    *sorted((REPOSITORY / "docs").glob("**/*.md")),
]
COMMANDS_PAGE = (REPOSITORY / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
GRADING_PAGE = (REPOSITORY / "docs" / "reference" / "grading-yml.md").read_text(encoding="utf-8")
PACKAGE = REPOSITORY / "autograder"
# A path in backticks: from the repository, or from the package, whose folders it begins with.
FOLDERS = sorted(path.name for path in PACKAGE.iterdir() if path.is_dir())
PATH = re.compile(rf"`((?:autograder|tests|{'|'.join(FOLDERS)})/[\w/.]*)(?:::\w+)?`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
PLACEHOLDER = re.compile(r"\[|\.\.\.|…|<|[A-Z]{4,}")


def section(command: str) -> str:
    """Return the section of docs/reference/commands.md on a command."""
    start, title = COMMANDS_PAGE.find(f"\n## {command}\n"), len(f"\n## {command}\n")
    assert start >= 0, f"docs/reference/commands.md has no section {command!r}"
    return COMMANDS_PAGE[start + title :].split("\n## ")[0]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_and_its_options_are_described(command: str) -> None:
    """The page has a section for each command, with a row for each option and for nothing else."""
    spelled = {
        o for p in parameters(COMMANDS[command]) if isinstance(p, click.Option) for o in p.opts
    }
    assert set(re.findall(r"^\| `(--[a-z0-9-]+)", section(command), re.MULTILINE)) == (
        spelled - ON_EVERY_COMMAND
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_has_an_example_on_its_page(command: str) -> None:
    """Each section shows a line that can be copied."""
    assert [line for line in examples(section(command)) if not PLACEHOLDER.search(line)] != []


def test_what_every_command_takes_is_described_once() -> None:
    """Above the sections the page names the options that are alike for all commands."""
    introduction = COMMANDS_PAGE.split("\n## ")[0]
    assert [option for option in ON_EVERY_COMMAND if f"`{option}`" not in introduction] == []


def test_no_command_is_described_that_is_not_there() -> None:
    """The sections are the commands, completion, and the exit codes."""
    assert set(re.findall(r"^## (.+)$", COMMANDS_PAGE, re.MULTILINE)) == {
        *COMMANDS,
        "Completion",
        "Exit codes",
    }


def test_the_exit_codes_are_those_of_the_help() -> None:
    """The page explains each exit code, as --help does."""
    listed = re.findall(r"^  (\d+)  ", main.epilog or "", re.MULTILINE)
    assert re.findall(r"^\| (\d+) \|", COMMANDS_PAGE, re.MULTILINE) == listed


def keys_read_by(module: ModuleType) -> set[str]:
    """Return the keys of grading.yml that a module reads: the texts in its calls of `fields`."""
    assert module.__file__ is not None
    keys: set[str] = set()
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "fields":
            named = [*node.args, *(word.value for word in node.keywords if word.arg == "optional")]
            for part in (part for value in named for part in ast.walk(value)):
                if isinstance(part, ast.Constant):
                    keys.add(str(part.value))
                elif isinstance(part, ast.Name) and isinstance(
                    constant := getattr(module, part.id, None), tuple
                ):
                    keys |= set(constant)
    return keys


def test_every_key_of_a_course_is_described() -> None:
    """The page of grading.yml has a row for each key that is read, and for no other."""
    read = {field.name for field in fields(Limits)}
    for module in (course, declared_files, leaderboard, pages, rubric):
        read |= keys_read_by(module)
    described = re.findall(r"^\| `(\w+)` \|", GRADING_PAGE, re.MULTILINE)
    assert set(described) == read - {"es", "en"}


# A line with %pip is for Colab, which has its own PyTorch.
INSTALLING_TORCH = re.compile(r"(?<!%)\bpip install\b.*(?:autograder|\.(?:\[|'|$)|\./course)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whoever_installs_gets_no_cuda_unasked(page: Path) -> None:
    """Each line that installs the distribution takes PyTorch by the constraints without CUDA."""
    lines = page.read_text(encoding="utf-8").splitlines()
    installing = [line for line in lines if INSTALLING_TORCH.search(line)]
    assert [line for line in installing if not re.search(r"-c \S*constraints-cpu\.txt", line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    """A link within the repository names what is there."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_the_code_exists(page: Path) -> None:
    """What a page says is in a file of the code, or of the tests, can be found there."""
    paths = PATH.findall(page.read_text(encoding="utf-8"))
    missing = {
        path for path in paths if not any((top / path).exists() for top in (REPOSITORY, PACKAGE))
    }
    assert missing == set()

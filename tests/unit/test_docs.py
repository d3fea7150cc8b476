"""Whether the pages tell the truth about the command line."""

from __future__ import annotations

import re

import click
import pytest

from autograder.cli import main
from tests.support.command_line import REPOSITORY, commands, examples, parameters

COMMANDS = commands()
ON_EVERY_COMMAND = {"--help", "--verbose", "-v"}  # described once, above the sections
PAGES = [*sorted(REPOSITORY.glob("README*.md")), *sorted((REPOSITORY / "docs").glob("**/*.md"))]
COMMANDS_PAGE = (REPOSITORY / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
PLACEHOLDER = re.compile(r"\[|\.\.\.|…|<|[A-Z]{4,}")


def section(command: str) -> str:
    """What docs/reference/commands.md says of a command."""
    start, title = COMMANDS_PAGE.find(f"\n## {command}\n"), len(f"\n## {command}\n")
    assert start >= 0, f"docs/reference/commands.md has no section {command!r}"
    return COMMANDS_PAGE[start + title :].split("\n## ")[0]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_and_its_options_are_described(command: str) -> None:
    """The page of commands has a section for each, with a row for each option and for nothing else."""
    spelled = {
        o for p in parameters(COMMANDS[command]) if isinstance(p, click.Option) for o in p.opts
    }
    assert set(re.findall(r"^\| `(--[a-z-]+)", section(command), re.MULTILINE)) == (
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
    """The sections are the commands, and the exit codes."""
    assert set(re.findall(r"^## (.+)$", COMMANDS_PAGE, re.MULTILINE)) == {
        *COMMANDS,
        "Exit codes",
    }


def test_the_exit_codes_are_those_of_the_help() -> None:
    """The page explains each exit code, as --help does."""
    listed = re.findall(r"^  (\d+)  ", main.epilog or "", re.MULTILINE)
    assert re.findall(r"^\| (\d+) \|", COMMANDS_PAGE, re.MULTILINE) == listed

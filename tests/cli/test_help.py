"""What `--help` says: of every command what it does, examples that work, options with words, exit
codes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from autograder.cli import COMMAND_SECTIONS, COMMAND_SUMMARIES
from autograder.cli.student_command import StudentCommand
from autograder.version import __version__
from tests.support.command_line import autograder, commands, examples, parameters

COMMANDS = commands()
OPTIONS = [
    (name, option)
    for name in COMMANDS
    for option in parameters(COMMANDS[name])
    if isinstance(option, click.Option) and option.name != "help"
]
COMMAND_MODULES = tuple(f"autograder.cli.{name}" for name in COMMANDS)
IN_TWO_LANGUAGES = sorted(
    name for name, command in COMMANDS.items() if isinstance(command, StudentCommand)
)
EXIT_CODES = ("0", "1", "2", "3", "4", "130")


def modules_after(*arguments: str) -> set[str]:
    """Return the modules that a process has loaded when `autograder ARGUMENTS...` is done."""
    script = (
        "import sys, click; from autograder.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: print('MODULES', *sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.partition("MODULES")[2].split())


def exit_codes(text: str) -> list[str]:
    """Return the exit codes that a help text lists."""
    return [
        line.split()[0] for line in text.partition("Exit codes:\n")[2].splitlines() if line.strip()
    ]


@pytest.fixture(scope="module", params=sorted(COMMANDS))
def help_text(request: pytest.FixtureRequest) -> str:
    """Return the help of a command, as it is printed."""
    in_english = ["--lang", "en"] if request.param in IN_TWO_LANGUAGES else []
    ended = autograder(request.param, *in_english, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_a_command_says_what_it_does(help_text: str) -> None:
    """Below the usage stands a sentence."""
    sentence = help_text.split("\n\n")[1].strip()
    assert sentence.endswith(".")


def test_a_command_lists_the_exit_codes(help_text: str) -> None:
    """Every exit code that a script may meet is explained."""
    assert exit_codes(help_text) == list(EXIT_CODES)


def test_a_command_has_examples(help_text: str) -> None:
    """There are lines to copy; tests/system/test_docs_commands.py runs them."""
    assert examples(help_text) != []


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_option_is_explained(name: str, option: click.Option) -> None:
    """Every option of every command has words of its own."""
    assert (option.help or "").endswith((".", ")."))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_is_listed_with_its_own_first_sentence(name: str) -> None:
    """The line of `autograder --help`, shown without importing a command, is the command's."""
    first_sentence = (COMMANDS[name].help or "").split("\n\n")[0].partition(". ")[0]
    assert COMMAND_SUMMARIES[name].removesuffix(".") == first_sentence.removesuffix(".")


def test_the_list_of_commands_imports_none_of_them() -> None:
    """`autograder --help` loads no command, no library but click, and nothing that computes."""
    loaded = modules_after("--help")
    assert [name for name in loaded if name.startswith(COMMAND_MODULES)] == []
    assert loaded & {"torch", "numpy", "rich", "yaml", "jinja2", "fcntl"} == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_a_command_is_quick(name: str) -> None:
    """`autograder COMMAND --help` loads neither torch nor what draws tables."""
    loaded = modules_after(name, "--help")
    assert loaded & {"torch", "numpy", "rich", "jinja2", "nbgrader"} == set()


def test_the_program_lists_its_commands() -> None:
    """`autograder --help` names every command, and the exit codes."""
    ended = autograder("--help")
    assert ended.returncode == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in ended.stdout] == []
    assert exit_codes(ended.stdout) == list(EXIT_CODES)


def test_commands_are_listed_by_who_uses_them() -> None:
    """Students, instructors and maintenance have a section each, of whole sentences."""
    text = autograder("--help").stdout
    places = [text.index(f"\n{title}:\n") for title in COMMAND_SECTIONS]
    assert len(places) == 3
    assert places == sorted(places)
    listed = " ".join(text.split())
    assert [line for line in COMMAND_SUMMARIES.values() if line not in listed] == []


@pytest.mark.parametrize("name", IN_TWO_LANGUAGES)
def test_students_read_the_help_of_their_commands_in_spanish(name: str) -> None:
    """Without a language it is Spanish, with every option, and says how to read it in English."""
    text = autograder(name, "--help").stdout
    assert text.startswith("Uso: ")
    assert f"autograder {name} [OPCIONES]" in text
    assert f"In English: autograder {name} --lang en --help" in text
    english = ("Usage", "Options", "Default:", "Examples", "Exit codes", "Show this")
    assert [word for word in english if word in text] == []
    assert [o for n, o in OPTIONS if n == name and o.opts[0] not in text] == []


def test_the_help_is_in_the_language_of_the_released_folder(tmp_path: Path) -> None:
    """In a folder that was released in English, students read English."""
    (tmp_path / "MANIFEST.json").write_text('{"lang": "en"}')
    assert autograder("check", "--help", folder=tmp_path).stdout.startswith("Usage: ")


def test_the_version_is_printed() -> None:
    """`autograder --version` prints the version."""
    assert autograder("--version").stdout.split()[-1] == __version__


def test_the_installed_command_is_this_program() -> None:
    """The script `autograder` that installation makes does what `python -m autograder` does."""
    script = Path(sys.executable).with_name("autograder")
    ended = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[1:] == autograder("--help").stdout.splitlines()[1:]


@pytest.mark.parametrize(
    "arguments", [("grad", "x"), ("grade", "."), ("verify", "--job", "2", "--x"), ("check",)]
)
def test_a_wrong_command_line_is_explained(arguments: tuple[str, ...]) -> None:
    """An unknown command or option, or a missing one, ends with exit code 2 and a line that names
    it.
    """
    ended = autograder(*arguments)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("Error: ")

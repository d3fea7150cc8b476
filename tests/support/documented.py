"""Pages of documentation as programs: every command of their ```sh blocks is run, in order, as it
is written.

So is a ```python block that has a comment of these above it.

A comment above a block says what the reader does not see. It is one of, or several lines of:

    <!-- before: COMMAND -->   run first: what the reader is told to have, or to write, at this point
    <!-- until: TEXT -->       the command does not end by itself: Ctrl-C once it has printed TEXT
    <!-- exit: N -->           the exit code, where it is not 0
    <!-- file: PATH -->        not run: the reader is to write it into this file
    <!-- append: PATH -->      not run: the reader is to add it at the end of this file

A ```text block right below shows what is printed: each of its lines must be, in this order; `...`
stands for any others, or a part of one. Lines that install something are not run:
tests/system/test_wheel.py stands for them. Nothing else may be left out. $REPOSITORY is this repository,
there is no network, and a page keeps its folder from block to block.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.command_line import REPOSITORY, SECONDS
from tests.support.levels import skip_where_refused
from tests.support.places import CASES

SHELL, PYTHON, SHOWN, ANYTHING = "sh", "python", "text", "..."
OTHER_SHELLS = {
    "bash",
    "shell",
    "console",
    "powershell",
    "bat",
    "zsh",
}  # readers of other systems: they install in them
FENCED = re.compile(
    r"(?P<notes>(?:<!-- .*? -->\n)*)```(?P<language>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NOTE = re.compile(r"<!-- (before|until|exit|file|append): (.*?) -->", re.DOTALL)
INSTALLING = re.compile(
    r"""^\s*(?:
        (?:python[0-9.]*|py(?:\ -[0-9.]+)?)\ -m\ (?:venv|pip\ install)\b
        | pip\ install\b
        | (?:source|\.)\ \S*/activate
        | \S*\\Scripts\\activate
        | (?:sudo\ )?(?:apt|brew|winget)\ install\b
        | Set-ExecutionPolicy\b
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block of a page, with what the comments above it say."""

    language: str
    code: str
    line: int
    before: tuple[str, ...] = ()
    until: str = ""
    exit: int = 0
    file: str = ""  # where it is written, from the page's folder
    append: bool = False  # whether it is added to what the file has
    shown: str = ""  # what stands right below as its output

    @property
    def is_run(self) -> bool:
        """Whether the reader is to type it in a terminal, or in Python after what stands above it."""
        return self.language == SHELL or (self.language == PYTHON and self.before != ())

    @property
    def commands(self) -> str:
        """What is run: the code less what installs."""
        if self.language == PYTHON:
            return f"python -c {shlex.quote(self.code)}"
        return "\n".join(":" if INSTALLING.match(line) else line for line in self.code.splitlines())


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, each with the output that stands below it."""
    found: list[Block] = []
    matches = list(FENCED.finditer(text))
    for match, following in zip(matches, [*matches, None][1:], strict=True):
        notes = NOTE.findall(match["notes"])
        is_below = following is not None and not text[match.end() : following.start()].strip()
        shown = (
            following["code"]
            if following is not None and is_below and following["language"] == SHOWN
            else ""
        )
        found.append(
            Block(
                language=match["language"],
                code=match["code"],
                line=text.count("\n", 0, match.start("code")) + 1,
                before=tuple(what for kind, what in notes if kind == "before"),
                until=next((what for kind, what in notes if kind == "until"), ""),
                exit=next((int(what) for kind, what in notes if kind == "exit"), 0),
                file=next((what for kind, what in notes if kind in ("file", "append")), ""),
                append="append" in dict(notes),
                shown=shown,
            )
        )
    return found


def not_run(page: Path) -> list[str]:
    """The commands of a page that nobody would run: those in other shells that do more than
    install.
    """
    return [
        f"{page.name}:{block.line}: {line}"
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language in OTHER_SHELLS
        for line in block.code.splitlines()
        if line.strip() and not INSTALLING.match(line)
    ]


def run_page(page: Path, folder: Path) -> None:
    """Run every command of a page, beginning in `folder`; AssertionError where one does not do as
    it says.
    """
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.file:
            write_file(folder / block.file, block)
        if not block.is_run:
            continue
        for command in block.before:
            code, output, folder = run(command, folder)
            assert code == 0, f"{page.name}:{block.line}: before: {command}\n{output}"
        code, output, folder = run(block.commands, folder, block.until)
        skip_where_refused(output)
        assert code == block.exit, (
            f"{page.name}:{block.line}: exit code {code}\n{block.code}\n{output}"
        )
        missing = first_missing(block.shown, output)
        assert missing is None, f"{page.name}:{block.line}: not printed: {missing!r}\n{output}"


def write_file(path: Path, block: Block) -> None:
    """Write a block into the file that the page names, or add it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if block.append else "w", encoding="utf-8") as file:
        file.write(block.code)


def run(commands: str, folder: Path, until: str = "") -> tuple[int, str, Path]:
    """Run lines of a shell: the exit code, what was printed, and the folder in which they end."""
    reading, writing = os.pipe()
    script = f"trap 'pwd >&{writing}' EXIT\n{commands}\n"
    process = subprocess.Popen(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=(writing,),
        start_new_session=True,
    )
    os.close(writing)
    output = _read_until(process, until) if until else ""
    output += process.communicate(timeout=SECONDS)[0]
    with open(reading, encoding="utf-8") as pipe:
        return process.returncode, output, Path(pipe.read().strip() or folder)


def _read_until(process: subprocess.Popen[str], text: str) -> str:
    """What is printed up to `text`; then Ctrl-C is pressed."""
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if text in line:
            os.killpg(process.pid, signal.SIGINT)
            break
    return output


def environment() -> dict[str, str]:
    """A reader's: the commands of this interpreter come first, and the terminal is wide enough for
    any line.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    jupyter = str(CASES / "jupyter")
    return {
        **os.environ,
        "PATH": path,
        "COLUMNS": "200",
        "REPOSITORY": str(REPOSITORY),
        "JUPYTER_CONFIG_PATH": jupyter,
        "https_proxy": "http://127.0.0.1:1",
    }


def first_missing(shown: str, output: str) -> str | None:
    """The first line of `shown` that does not stand in the output below the one before it; None
    where all do.
    """
    lines = iter([line.strip() for line in output.splitlines()])
    for wanted in (line.strip() for line in shown.splitlines()):
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split(ANYTHING)))
        if wanted not in ("", ANYTHING) and not any(pattern.fullmatch(line) for line in lines):
            return wanted  # the iterator goes on where it stopped
    return None

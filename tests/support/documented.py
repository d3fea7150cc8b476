"""Pages of documentation as programs: the commands of their ```sh blocks, run in order.

A ```python block is run too if one of these comments is above it. A comment above a block states
what the reader does not see:

    <!-- before: COMMAND -->   run first: what the reader is supposed to have at this point
    <!-- until: TEXT -->       the command does not end by itself: Ctrl-C once it has printed TEXT
    <!-- exit: N -->           the exit code, where it is not 0
    <!-- file: PATH -->        not run: the reader writes it into this file
    <!-- append: PATH -->      not run: the reader adds it at the end of this file

A ```text block right below shows what is printed: each of its lines must be printed, in this
order. `...` stands for any other lines, or for a part of one. Lines that install something are not
run; tests/system/test_wheel.py covers them. Nothing else may be left out. $REPOSITORY is this
repository, there is no network, and a page keeps its folder from block to block.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.command_line import REPOSITORY, SECONDS
from tests.support.levels import skip_where_refused
from tests.support.places import CASES

SHELL, PYTHON, OUTPUT, ANY_TEXT = "sh", "python", "text", "..."
OTHER_SHELLS = {  # readers with other systems install in them
    "bash",
    "shell",
    "console",
    "powershell",
    "bat",
    "zsh",
}
FENCED_BLOCK = re.compile(
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
    """A fenced block of a page, with what the comments above it state."""

    language: str
    code: str
    line: int
    before: tuple[str, ...] = ()
    until: str = ""
    exit: int = 0
    file: str = ""  # where it is written, from the page's folder
    append: bool = False  # whether it is added to what the file has
    shown: str = ""  # the output that the page shows right below

    @property
    def is_run(self) -> bool:
        """Whether the reader types it in a terminal, or in Python after what is above it."""
        return self.language == SHELL or (self.language == PYTHON and self.before != ())

    @property
    def commands(self) -> str:
        """What is run: the code without the lines that install."""
        if self.language == PYTHON:
            return f"python -c {shlex.quote(self.code)}"
        return "\n".join(":" if INSTALLING.match(line) else line for line in self.code.splitlines())


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page, each with the output that is shown below it."""
    matches = list(FENCED_BLOCK.finditer(text))
    found: list[Block] = []
    for match, following in zip(matches, [*matches, None][1:], strict=True):
        line = text.count("\n", 0, match.start("code")) + 1
        found.append(_block(match, line, _output_below(text, match, following)))
    return found


def _output_below(text: str, match: re.Match[str], following: re.Match[str] | None) -> str:
    """Return the code of the next block if it is right below and shows output."""
    if following is None or following["language"] != OUTPUT:
        return ""
    is_right_below = not text[match.end() : following.start()].strip()
    return following["code"] if is_right_below else ""


def _block(match: re.Match[str], line: int, shown: str) -> Block:
    """Return a block with the notes of its comments; of all but `before` one counts."""
    notes = NOTE.findall(match["notes"])
    values = dict(notes)
    return Block(
        language=match["language"],
        code=match["code"],
        line=line,
        before=tuple(value for kind, value in notes if kind == "before"),
        until=values.get("until", ""),
        exit=int(values.get("exit", 0)),
        file=values.get("file", values.get("append", "")),
        append="append" in values,
        shown=shown,
    )


def not_run(page: Path) -> list[str]:
    """Return the commands in other shells that do more than install: no test runs them."""
    return [
        f"{page.name}:{block.line}: {line}"
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language in OTHER_SHELLS
        for line in block.code.splitlines()
        if line.strip() and not INSTALLING.match(line)
    ]


def run_page(page: Path, folder: Path) -> None:
    """Run every command of a page, beginning in `folder`.

    AssertionError if a command does not do what the page says.
    """
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.file:
            _write(folder / block.file, block)
        if block.is_run:
            folder = _run_block(f"{page.name}:{block.line}", block, folder)


def _write(path: Path, block: Block) -> None:
    """Write a block into the file that the page names, or add it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if block.append else "w", encoding="utf-8") as file:
        file.write(block.code)


def _run_block(place: str, block: Block, folder: Path) -> Path:
    """Run a block and what belongs before it, and return the folder in which it ends."""
    for command in block.before:
        code, output, folder = run(command, folder)
        assert code == 0, f"{place}: before: {command}\n{output}"
    code, output, folder = run(block.commands, folder, block.until)
    skip_where_refused(output)
    assert code == block.exit, f"{place}: exit code {code}\n{block.code}\n{output}"
    missing = first_missing(block.shown, output)
    assert missing is None, f"{place}: not printed: {missing!r}\n{output}"
    return folder


def run(commands: str, folder: Path, until: str = "") -> tuple[int, str, Path]:
    """Run lines of a shell; return the exit code, the output, and the folder in which they end."""
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
    """Return what is printed up to `text`, and press Ctrl-C."""
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if text in line:
            os.killpg(process.pid, signal.SIGINT)
            break
    return output


def environment() -> dict[str, str]:
    """Return a reader's environment: this interpreter's commands first, and a wide terminal."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {
        **os.environ,
        "PATH": path,
        "COLUMNS": "200",
        "REPOSITORY": str(REPOSITORY),
        "JUPYTER_CONFIG_PATH": str(CASES / "jupyter"),
        "https_proxy": "http://127.0.0.1:1",
    }


def first_missing(shown: str, output: str) -> str | None:
    """Return the first line of `shown` that is not printed below the one before it; else None."""
    printed = iter([line.strip() for line in output.splitlines()])
    for wanted in (line.strip() for line in shown.splitlines()):
        if wanted not in ("", ANY_TEXT) and not _comes(wanted, printed):
            return wanted
    return None


def _comes(wanted: str, printed: Iterator[str]) -> bool:
    """Read lines until one matches; the next search continues after it."""
    pattern = re.compile(".*".join(re.escape(part) for part in wanted.split(ANY_TEXT)))
    return any(pattern.fullmatch(line) for line in printed)

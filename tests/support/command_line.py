"""The command line as its users meet it: a process with an exit status, two streams and the files
it leaves.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from autograder.cli import COMMAND_SUMMARIES, main
from tests.support import command_server
from tests.support.levels import skip_where_refused
from tests.support.once import once
from tests.support.places import CASES, REPOSITORY

TINY = CASES / "tiny_course"
CLASS = CASES / "submissions" / "class"
SECONDS = 120.0  # the longest that any command may take on a busy machine
OF_THE_RUN = (".index.json", "run.json", "run.log", "seed")  # the files that differ from run to run
SHARED_FOLDER = ".computed"  # what judges share

Ended = subprocess.CompletedProcess[str]


def command(*arguments: object) -> list[str]:
    """Return the words of the command `autograder ARGUMENTS...`, in this very interpreter."""
    return [sys.executable, "-m", "autograder", *map(str, arguments)]


def autograder(
    *arguments: object,
    within: Sequence[str] = (),
    folder: Path = REPOSITORY,
    seconds: float = SECONDS,
) -> Ended:
    """Run `autograder ARGUMENTS...` to its end; `within` is a command that runs it in other
    circumstances.
    """
    if within:
        return subprocess.run(
            [*within, *command(*arguments)],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    ended = command_server.run([str(a) for a in arguments], folder, environment(), seconds)
    skip_where_refused(ended.stderr)
    return ended


def grade(
    submitted: Path,
    out: Path,
    *options: object,
    course: Path = TINY,
    within: Sequence[str] = (),
    seconds: float = SECONDS,
) -> Ended:
    """Run `autograder grade` over a course, the tiny one unless told otherwise."""
    words = ("grade", submitted, "--out", out, "--course", course, *options)
    return autograder(*words, within=within, seconds=seconds)


def environment() -> dict[str, str]:
    """Return the environment of a command: a wide terminal, and a cache folder of the tests'."""
    return {
        **os.environ,
        "COLUMNS": "200",
        "PYTHONPATH": str(REPOSITORY),
        "XDG_CACHE_HOME": str(_scratch() / "cache"),
        "TERM": "xterm",
    }


class Running:
    """A command that is still running: its lines arrive one by one, and signals reach it in
    between.
    """

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            command(*arguments),
            cwd=REPOSITORY,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a group of its own, as a terminal gives it
        )

    def read_until(self, beginning: str) -> None:
        """Wait for a line that begins so; it is printed once what it tells of is on the disk."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith(beginning):
                return
        ended = self.finish()
        skip_where_refused(ended[2])
        raise AssertionError(f"it ended without a line {beginning!r}: {lines} {ended}")

    def read_past(self, *words: str) -> str:
        """Wait for a line that holds all these words, and return it."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if all(word in line for word in words):
                return line
        ended = self.finish()
        skip_where_refused(ended[2])
        raise AssertionError(f"it ended without a line with {words}: {lines} {ended}")

    def press_ctrl_c(self) -> None:
        """Send SIGINT to the whole process group, as a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def finish(self) -> tuple[int, str, str]:
        """Wait for its end: exit status (negative: the signal), the rest of stdout, stderr."""
        out, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, err


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes that a process has started, and of theirs."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = parents.get(pid, [])
    for child in found:  # grows while it is walked
        found += parents.get(child, [])
    return found


@contextmanager
def watched(pids: list[int]) -> Iterator[dict[int, int]]:
    """Yield process ids by handle; a handle stays true when its process's id is used again."""
    handles: dict[int, int] = {}
    for pid in pids:
        try:
            handles[os.pidfd_open(pid)] = pid
        except ProcessLookupError:
            continue
    try:
        yield handles
    finally:
        for handle in handles:
            os.close(handle)


def left_alive(handles: dict[int, int], seconds: float = 20) -> list[int]:
    """Return the ids of the processes alive after `seconds`; wait no longer than needed."""
    alive = dict(handles)
    for handle in handles:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        if poll.poll(seconds * 1000):
            del alive[handle]
    return list(alive.values())


def written(out: Path) -> dict[str, bytes]:
    """Every file below OUT by its path, less hidden ones and what differs from run to run."""
    files = (p for p in sorted(out.rglob("*")) if p.is_file() and not p.name.startswith("."))
    kept = (p for p in files if p.name not in OF_THE_RUN and p.parent != out / SHARED_FOLDER)
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in kept}


def result(out: Path, student: str, assignment: str = "tensors") -> dict[str, Any]:
    """Return the content of a result file."""
    content: dict[str, Any] = json.loads(
        (out / "results" / student / f"{assignment}.json").read_text("utf-8")
    )
    return content


def checks(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the checks and findings of a result file, by id."""
    found = [*content["findings"], *(check for c in content["criteria"] for check in c["checks"])]
    return {check["id"]: check for check in found}


@once
def graded_class(*options: str) -> tuple[Ended, Path]:
    """Grade the tiny course's class once for all tests with these options; none writes into OUT."""
    out = _scratch() / "-".join(["class", *options])
    return grade(CLASS, out, *options), out


@once
def _scratch() -> Path:
    import atexit

    folder = tempfile.mkdtemp(prefix="autograder-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def commands() -> dict[str, click.Command]:
    """Every command and group of the command line, by name."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in COMMAND_SUMMARIES}
    return {name: command for name, command in found.items() if command is not None}


def parameters(command: click.Command) -> list[click.Parameter]:
    """Return the parameters of a command, or of all commands of a group."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return [*command.params, *(p for c in below for p in parameters(c))]


def examples(text: str) -> list[str]:
    """Return the `autograder ...` lines of a help text or a page, and those in backquotes."""
    lines = re.findall(
        r"^ *(?:\$ )?((?:\S*/)?autograder .+)$", text.replace("\\\n", " "), re.MULTILINE
    )
    return [
        re.split(r" (?:\||>|&&|;) ?", line)[0]
        for line in [*lines, *re.findall(r"`(autograder [^`\n]+)`", text)]
    ]

"""What every peer has: a name, and three steps of which the middle one is timed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench.runs import ONE_THREAD

CHECKS_FOLDER = Path(__file__).parent / "checks"
FORMATS = Path(__file__).parent / "formats"
Marks = dict[str, frozenset[str]]  # by submission, the checks that it passed


class Peer(Protocol):
    """A grader that runs the twelve checks."""

    @property
    def name(self) -> str:
        """The peer as the table calls it."""

    @property
    def version(self) -> str:
        """The version of what grades."""

    def prepare(self, files: Sequence[Path], folder: Path) -> None:
        """Arrange submissions in an empty folder, as the peer wants them."""

    def grade(self) -> None:
        """Run the commands that an instructor would run. This is timed."""

    def marks(self) -> Marks:
        """Return what the commands have written about each submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command for one submission, and the folder in which it runs."""

    arguments: Sequence[str | Path]
    folder: Path
    output: Path  # of both streams


class PeerFailed(Exception):
    """A peer has not graded, or not as before."""


def environment(program: Path, home: Path) -> dict[str, str]:
    """Return the variables of a peer's processes: the checks, and none of this user's settings.

    The other programs of the peer's environment are found, as where it is activated. A script finds
    the module in its working folder, too. Each process has one thread of OpenMP: two cost more
    time than they save here.
    """
    hidden = ("JUPYTER", "IPYTHON", "PYTEST", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    path = os.pathsep.join([str(CHECKS_FOLDER), os.curdir])
    programs = os.pathsep.join([str(program.parent), os.environ.get("PATH", os.defpath)])
    return {**kept, **ONE_THREAD, "HOME": str(home), "PATH": programs, "PYTHONPATH": path}


def run_all(commands: Sequence[Command], home: Path, at_a_time: int = 1) -> None:
    """Run commands, so many at a time. Their exit codes differ by peer, and say nothing here."""

    def run(command: Command) -> None:
        variables = environment(Path(command.arguments[0]), home)
        with command.output.open("wb") as output:
            subprocess.run(
                [str(argument) for argument in command.arguments],
                cwd=command.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )

    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(run, commands))

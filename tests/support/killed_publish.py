"""Kills `publish` with SIGKILL at its N-th file operation, for each N until it ends by itself.

`python -m tests.support.killed_publish OUT COURSE FOLDER` prints a line of JSON for each N: what
lay below OUT/published afterwards, and what the same command made of it when it ran again.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from autograder.cli import main
from autograder.cli.publish import publish  # imported once; each attempt is a fork
from autograder.errors import CourseError
from autograder.publishing.manifest import require_unchanged
from autograder.publishing.versions import version_folders

OPERATIONS = {"open", "os.mkdir", "os.chmod", "os.rename", "os.remove", "os.rmdir", "os.truncate"}
BY = ("--author", "Marta Ruiz", "--reason", "Otra vez.")


def attempt(out: Path, course: Path, kill_at: int | None) -> int:
    """Publish OUT in a process of its own; return how it ended, as `os.waitpid` says."""
    pid = os.fork()
    if pid == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if kill_at is not None:
            sys.addaudithook(Killer(out / "published", kill_at))
        main(["publish", str(out), "--course", str(course), "--accept", *BY], standalone_mode=False)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


class Killer:
    """An audit hook that kills its process at the N-th operation below a folder."""

    def __init__(self, folder: Path, kill_at: int) -> None:
        self.folder = str(folder)
        self.left = kill_at

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count the operations that concern the folder."""
        if event in OPERATIONS and str(arguments[0]).startswith(self.folder):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def whole_versions(out: Path) -> list[int]:
    """Return the versions of OUT; a damaged one is negative."""
    found = []
    for number, folder in version_folders(out).items():
        try:
            require_unchanged(folder)
        except CourseError:
            number = -number
        found.append(number)
    return found


def run(source: Path, course: Path, folder: Path) -> None:
    """Kill at each operation, and print what was left."""
    assert publish.name == "publish"
    kill_at, was_killed = 0, True
    while was_killed:
        kill_at += 1
        out = folder / "out"
        shutil.copytree(source, out)
        status = attempt(out, course, kill_at)
        was_killed = os.WIFSIGNALED(status)
        left = whole_versions(out)
        attempt(out, course, None)
        again = whole_versions(out)
        names = sorted(path.name for path in (out / "published").iterdir())
        print(json.dumps({"killed": was_killed, "left": left, "again": again, "names": names}))
        shutil.rmtree(out)


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:4]))

"""The student files of sandboxed/, run in workers.

As a function, or as `python -m tests.support.student_cases LEVEL`.

The first line of a file is `# expect: X`: the word for how it ends, or the literal that its
`attack` answers. A line `# at level B: X` says what differs without namespaces, and is `not held`
where nothing is promised.
"""

from __future__ import annotations

import ast
import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checks.submission import Submission
from autograder.errors import CourseError, StudentError, TimeLimit
from autograder.model import Level, Limits, Outcome
from autograder.sandbox.launch import Preparation, Zygote
from autograder.sandbox.worker import Worker
from tests.support.places import CASES, REPOSITORY

FOLDER = CASES / "sandboxed"
GRADERS = REPOSITORY / "assignments" / "residual_block" / "graders"
HIDDEN = ("torchvision",)
MIB = 1 << 20
LIMITS = Limits(cpu=20, memory=256 * MIB, disk=8 * MIB, answer=MIB, output=4096, open_files=64)
NOT_HELD = "not held"
MINE = "what the user who grades keeps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One student file, and how it must end: an outcome, or the answer of its `attack`."""

    name: str
    source: bytes
    expected: dict[str, Any]  # by level; no entry where nothing is promised

    @property
    def seconds(self) -> float:
        """How long one of its answers is waited for: not long where it never comes."""
        return 0.4 if Outcome.TIMEOUT in self.expected.values() else 20.0


def cases() -> Iterator[Case]:
    """Every file of the folder."""
    for path in sorted(FOLDER.glob("*.py")):
        first, second, *_ = path.read_text(encoding="utf-8").split("\n")
        expected = {"A": _expectation(path, first, "# expect: ")}
        expected["B"] = (
            _expectation(path, second, "# at level B: ")
            if second.startswith("#")
            else expected["A"]
        )
        held = {level: end for level, end in expected.items() if end != NOT_HELD}
        yield Case(name=path.stem, source=path.read_bytes(), expected=held)


def _expectation(path: Path, line: str, start: str) -> Any:
    assert line.startswith(start), f"{path}: expected a line `{start}...`, got {line!r}"
    words = line.removeprefix(start)
    if words in [outcome.value for outcome in Outcome]:
        return Outcome(words)
    return words if words == NOT_HELD else ast.literal_eval(words)


def end_of(case: Case, zygote: Zygote, mine: Path) -> Any:
    """How one case ends in a fresh worker: an outcome, or what its `attack` answered."""
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, case.seconds, TimeLimit.CHECK))
    host = {
        "grader": str(next(GRADERS.glob("test_*.py"))),
        "mine": str(mine),
        "judge": os.getpid(),
        "disk": LIMITS.disk,
        "abstract": f"autograder-{os.getpid()}",
    }
    service = socket.socket(socket.AF_UNIX)
    service.bind("\0" + str(host["abstract"]))
    service.listen()
    try:
        student.load("homework", "homework.py", case.source)
        return student.call("attack", host)
    except StudentError as error:
        return error.outcome
    except CourseError as error:
        return f"blamed on the course: {error}"
    finally:
        assert len(worker.take_output()) <= LIMITS.output
        worker.close()
        service.close()


def run_all(level: Level, folder: Path) -> dict[str, Any]:
    """How every case that holds at `level` ends; `mine` and `left` say what became of the user's
    own files, `workers` as whom student code runs.
    """
    mine = folder / "mine"
    mine.write_text(MINE, encoding="utf-8")
    before = mine.stat()
    with Zygote(level, Preparation(hidden=HIDDEN)) as zygote:
        ends = {case.name: end_of(case, zygote, mine) for case in cases() if level in case.expected}
        workers = zygote.uid
    now = mine.stat()
    touched = (before.st_mode, before.st_mtime, before.st_ino) != (
        now.st_mode,
        now.st_mtime,
        now.st_ino,
    )
    return {
        "ends": {
            name: end.value if isinstance(end, Outcome) else [end] for name, end in ends.items()
        },
        "mine": "touched" if touched or mine.read_text(encoding="utf-8") != MINE else "untouched",
        "left": sorted(path.name for path in folder.iterdir()),
        "uid": os.getuid(),
        "workers": workers,
    }


def main(level: Level) -> None:
    """Print how every case ends, as JSON; workers' folders are made in a folder that must be empty
    afterwards.
    """
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        print(json.dumps(run_all(level, Path(folder))))


if __name__ == "__main__":
    main("B" if sys.argv[1] == "B" else "A")

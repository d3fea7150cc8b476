"""The rounds of `make bench-peers`: every peer once in each, and the same marks in all of them."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from tests.bench.machine import Machine, this_machine
from tests.bench.peers.classes import ForkServer, nbgrader
from tests.bench.peers.environments import CannotInstall
from tests.bench.peers.peer import Marks, Peer, PeerFailed
from tests.bench.peers.processes import (
    check50,
    check_names,
    fresh_pytest,
    gradescope_utils,
    otter_run,
)
from tests.bench.runs import Graded, grade
from tests.bench.submissions import BATCH, make_class, write_submissions
from tests.bench.timing import Took, timed

JOBS = 2
OURS = "autograder grade, full sandbox, 2 jobs"
MAKERS: dict[str, Callable[[], Peer]] = {
    "pytest2": lambda: fresh_pytest(2),
    "pytest1": lambda: fresh_pytest(1),
    "gradescope": gradescope_utils,
    "check50": check50,
    "otter": otter_run,
    "nbgrader": nbgrader,
    "fork": ForkServer,
}


class Row(TypedDict):
    """What was measured of a peer, or of ours over a number of submissions."""

    name: str
    version: str
    checks: int
    submissions: int
    seconds: list[float]  # per submission, of each round
    cpu: list[float]  # seconds per submission, of each round


class Comparison(TypedDict):
    """All that `make bench-peers` measures, as it is written to a file."""

    machine: Machine
    ours: list[Row]
    peers: list[Row]
    left_out: dict[str, str]  # by peer, why
    marks: dict[str, int]  # by submission, the points that every peer gave


def compare(rounds: int, large: int, chosen: Sequence[str], keep: Path | None = None) -> Comparison:
    """Grade the same submissions by ours and by the chosen peers, in so many rounds.

    What the peers write stays in the folder `keep`. PeerFailed where one of them gives other marks
    than another, or than in another round.
    """
    machine = this_machine()
    peers, left_out = installed(chosen)
    ours: dict[int, list[Graded]] = {BATCH: [], large: []}
    took: dict[str, list[Took]] = {key: [] for key in peers}
    agreed: Marks = {}
    with tempfile.TemporaryDirectory() as scratch:
        files = write_submissions(Path(scratch) / "files")
        classes = {
            size: make_class(files, Path(scratch, str(size)), size // BATCH) for size in ours
        }
        for file in files:
            file.write_text(without_main(file.read_text(encoding="utf-8")), encoding="utf-8")
        for number in range(1, rounds + 1):
            for size, submitted in classes.items():
                print(f"round {number} of {rounds}: {OURS}, {size} submissions", flush=True)
                ours[size].append(grade(submitted, JOBS))
                require_same(OURS, ours[size][-1].passed, ours[size][0].passed)
            for key, peer in peers.items():
                print(f"round {number} of {rounds}: {peer.name}", flush=True)
                folder = Path(keep or scratch).absolute() / f"round{number}" / key
                cost, marks = graded_by(peer, files, folder)
                took[key].append(cost)
                agreed = agreed or marks
                require_same(peer.name, marks, agreed)
    return Comparison(
        machine=machine,
        ours=[
            row(OURS, "", graded[0].checks, size, [one.took for one in graded])
            for size, graded in ours.items()
        ],
        peers=[
            row(peer.name, peer.version, len(check_names()), BATCH, took[key])
            for key, peer in peers.items()
        ],
        left_out=left_out,
        marks={name: len(passed) for name, passed in sorted(agreed.items())},
    )


def graded_by(peer: Peer, files: Sequence[Path], folder: Path) -> tuple[Took, Marks]:
    """Return what a peer's commands cost, and what they say of each submission."""
    folder.mkdir(parents=True)
    peer.prepare(files, folder)
    return timed(peer.grade), peer.marks()


def installed(chosen: Sequence[str]) -> tuple[dict[str, Peer], dict[str, str]]:
    """Return the chosen peers that can be installed here, and why the others cannot."""
    peers: dict[str, Peer] = {}
    left_out: dict[str, str] = {}
    for name in chosen:
        try:
            peers[name] = MAKERS[name]()
        except CannotInstall as reason:
            left_out[name] = str(reason)
            print(f"{name} is left out: {reason}", flush=True)
    return peers, left_out


def require_same(name: str, marks: Marks, expected: Marks) -> None:
    """Raise PeerFailed where any submission passes other checks than it should."""
    for student in sorted(marks.keys() | expected.keys()):
        got, usual = marks.get(student), expected.get(student)
        if got is None or usual is None:
            raise PeerFailed(f"{name}: {student} was graded by one, and not by another")
        if got != usual:
            raise PeerFailed(
                f"{name}: {student}: passed besides: {sorted(got - usual)}, "
                f"and not: {sorted(usual - got)}"
            )


def row(name: str, version: str, checks: int, submissions: int, took: Sequence[Took]) -> Row:
    """Return what was measured, per submission."""
    return Row(
        name=name,
        version=version,
        checks=checks,
        submissions=submissions,
        seconds=[round(one.seconds / submissions, 4) for one in took],
        cpu=[round(one.cpu / submissions, 4) for one in took],
    )


def without_main(source: str) -> str:
    """Return a source without what it does as a program, which a notebook would run, too."""
    lines = source.splitlines(keepends=True)
    for statement in reversed(ast.parse(source).body):
        if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
            del lines[statement.lineno - 1 : statement.end_lineno]
    return "".join(lines)

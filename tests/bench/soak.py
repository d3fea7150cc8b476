"""2,000 submissions in a row through one zygote and one judge: `make soak`; an argument sets
another number.

Prints memory and descriptors of the long-lived processes at intervals, and fails where they grow
beyond the bounds once everything is warm. Among the submissions some crash, raise, forge answers,
print a flood or never end.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.config.course import load_course
from autograder.grading.graded import Graded
from autograder.grading.pool import grade_all
from autograder.grading.workers.zygotes import starting_zygotes
from autograder.handin.intake import HandIn
from autograder.model import Run
from tests.support.places import CASES

SUBMISSIONS = 2000
INTERVAL = 200  # submissions between two looks
WARM = 200  # submissions after which nothing should grow any more
RARE = {
    "endless": 100,
    "hungry": 20,
}  # how many submissions come to one of these; of the others, one after the other
MIB = 1 << 20
GROWTH = {
    "rss": 16 * MIB,
    "descriptors": 32,
}  # at most; PSS, and descriptors of workers, come and go with these


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a process uses."""

    rss: int  # bytes
    pss: int  # bytes, shared pages divided by their users
    descriptors: int


def use_of(pid: int) -> Use:
    """Return the memory and the descriptors that a process uses now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split()[0]: int(line.split()[1]) << 10 for line in lines}
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Use(rss=sizes["Rss:"], pss=sizes["Pss:"], descriptors=descriptors)


def children(pid: int) -> list[int]:
    """Return the ids of the processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += [int(stat.parent.name)] if parent == pid else []
    return found


def sources() -> Iterator[str]:
    """Submissions without end, each other than all before."""
    files = {
        path.parent.parent.name: path
        for path in sorted((CASES / "submissions/class").glob("*/*/tensors.py"))
    }
    usual = sorted(files.keys() - RARE.keys())
    number = 0
    while True:
        number += 1
        rare = next((name for name, once in RARE.items() if number % once == 0), None)
        name = rare or usual[number % len(usual)]
        yield f"{files[name].read_text()}\n# submission {number}\n"


def hand_in(folder: Path, count: int) -> list[HandIn]:
    """So many submissions, written below a folder."""
    hand_ins = []
    for number, source in zip(range(count), sources(), strict=False):
        path = folder / f"s{number:05}" / "tensors.py"
        path.parent.mkdir(parents=True)
        path.write_text(source)
        hand_ins.append(HandIn(student=path.parent.name, assignment="tensors", path=path.parent))
    return hand_ins


def look(zygote: int) -> dict[str, tuple[int, Use]]:
    """Return the id and the use of each long-lived process, by name."""
    run = os.getpid()
    inner = children(zygote)  # at level A the one that forks is its child
    judge = next(pid for pid in children(run) if pid != zygote)
    pids = {"run": run, "judge": judge, "zygote": inner[0] if inner else zygote}
    return {name: (pid, use_of(pid)) for name, pid in pids.items()}


def growth(looks: list[tuple[int, dict[str, tuple[int, Use]]]]) -> Iterator[str]:
    """Yield a line for each growth beyond its bound since WARM, and for each replaced process."""
    warm, last = next(seen for count, seen in looks if count >= WARM), looks[-1][1]
    for name, (pid, use) in last.items():
        if pid != warm[name][0]:
            yield f"{name}: another process than at the start"
        for what, most in GROWTH.items():
            more = getattr(use, what) - getattr(warm[name][1], what)
            if more > most:
                yield f"{name}: {what} grew by {more}, bound {most}"


def main(count: int) -> None:
    """Grade `count` submissions; exit code 1 where a process grew."""
    course = load_course(CASES / "tiny_course")
    assignment = course.assignment("tensors")
    looks: list[tuple[int, dict[str, tuple[int, Use]]]] = []
    done: list[str] = []
    started = time.monotonic()
    print(f"{'done':>5} {'process':>8} {'RSS MiB':>8} {'PSS MiB':>8} {'descriptors':>11} {'s':>6}")
    with tempfile.TemporaryDirectory() as name, starting_zygotes([assignment], 1) as zygotes:
        zygote = zygotes[assignment.id]

        def note(graded: Graded) -> None:
            done.append(graded.sheet.status)
            if len(done) % INTERVAL and len(done) != 1:
                return
            looks.append((len(done), look(zygote.process.pid)))
            for process, (_, use) in looks[-1][1].items():
                sizes = f"{use.rss / MIB:8.1f} {use.pss / MIB:8.1f} {use.descriptors:11}"
                print(
                    f"{len(done):5} {process:>8} {sizes} {time.monotonic() - started:6.0f}",
                    flush=True,
                )

        hand_ins = hand_in(Path(name) / "class", count)
        grade_all(course, assignment, hand_ins, Run(out=Path(name) / "out", jobs=1), zygote, note)
    grown = [*growth(looks), *(["a submission needs review"] if "needs_review" in done else [])]
    print("\n".join(grown) or f"{len(done)} submissions: no process grew beyond its bound")
    sys.exit(bool(grown))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS)

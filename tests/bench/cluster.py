"""`make bench-cluster`: a made class of any size through `grade --cluster local:N`.

    python -m tests.bench.cluster --count 10000 --work /var/tmp/bench-cluster

The class is made by varying the sample class: each hand-in is that of a real student with a comment
of its own, so that no two are the same and each is graded. Printed are seconds over the number of
submissions, and the memory of the head (which holds the scheduler), of the workers of Dask and of
the nodes with their zygotes and judges; `figures.json` in `--work` has them too. A run that was
stopped goes on with the same command: the class and the results stay, and so do the points of the
earlier runs in `figures.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from tests.support.command_line import environment
from tests.support.places import REPOSITORY

ASSIGNMENT = "residual_block"
COUNT = 60
NODES = 2
POINTS = 20  # of one run: memory is looked at so often
SUFFIXES = (".py", ".yml")  # of what a comment of its own varies


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a run was at a moment."""

    graded: int  # in this run
    seconds: float  # since its first result
    head_cpu: float  # seconds of CPU that the head has used since the first result
    head_mib: float  # PSS, in MiB
    workers_mib: float
    nodes_mib: float


def main() -> None:
    """Make the class, grade it, and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="submissions")
    parser.add_argument("--assignment", default=ASSIGNMENT, help="of the sample class")
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--jobs", type=int, default=NODES, help="submissions at a time, together")
    parser.add_argument("--rounds", type=int, default=1, help="medians of several need no --work")
    parser.add_argument("--work", type=Path, help="the folder of class, results and figures")
    options = parser.parse_args()
    runs = []
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory() as temporary:
            work = options.work or Path(temporary)
            make_class(work / "submitted", options.assignment, options.count)
            runs.append(measure(work, options.nodes, options.jobs))
        print(f"round {number + 1} of {options.rounds}: {words_of(runs[-1])}", flush=True)
    report(runs, options.count)


def make_class(submitted: Path, assignment: str, count: int) -> None:
    """Write so many hand-ins for an assignment; those that are there stay."""
    sources = sorted(_sources(assignment))
    for number in range(count):
        source, student = sources[number % len(sources)], f"student_{number:05}"
        target = submitted / student / assignment / source.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            comment = f"\n# {student}\n".encode()
            target.write_bytes(source.read_bytes().rstrip() + comment)


def _sources(assignment: str) -> Iterator[Path]:
    """Yield the files of the sample class that can be varied by a comment."""
    folder = REPOSITORY / "examples" / "submitted"
    for path in folder.glob(f"*/{assignment}/*"):
        if path.suffix in SUFFIXES:
            yield path


def measure(work: Path, nodes: int, jobs: int) -> dict[str, object]:
    """Grade the class, and return the figures; those of stopped runs before are in the file."""
    words = ("grade", work / "submitted", "--out", work / "out", "--cluster", f"local:{nodes}")
    line = [sys.executable, "-m", "autograder", *map(str, words), "--jobs", str(jobs)]
    file = work / "figures.jsonl"
    began = time.monotonic()
    run = subprocess.Popen(
        line, cwd=REPOSITORY, env=environment(), stdout=subprocess.PIPE, text=True
    )
    points = [point for point in _points(run) if _noted(file, point)]
    printed = time.monotonic()
    status = run.wait()
    figures: dict[str, object] = {
        "status": status,
        "seconds": round(time.monotonic() - began, 1),
        "pages": round(time.monotonic() - printed, 1),
        "points": [asdict(point) for point in points],
    }
    (work / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    return figures


def _points(run: subprocess.Popen[str]) -> Iterator[Point]:
    """Yield where a run is, a few times, and at its last result."""
    assert run.stdout is not None
    first, graded, every, cpu_before = 0.0, 0, 0, 0.0
    for line in run.stdout:
        if not line.startswith("[") or line.rstrip().endswith("(as before)"):
            continue
        number, total = map(int, line[1:].partition("]")[0].split("/"))
        if not first:
            first, cpu_before = time.monotonic(), cpu_of(run.pid)
        every = every or max(1, (total - number) // POINTS)
        graded += 1
        if graded % every == 0 or number == total:
            memory = memory_of(run.pid)
            seconds = round(time.monotonic() - first, 2)
            head_cpu = round(cpu_of(run.pid) - cpu_before, 2)
            yield Point(graded=graded, seconds=seconds, head_cpu=head_cpu, **memory)


def _noted(file: Path, point: Point) -> bool:
    """Append a point to the file of all runs; true, so that it can stand in a condition."""
    with file.open("a") as noted:
        noted.write(json.dumps(asdict(point)) + "\n")
    return True


def memory_of(head: int) -> dict[str, float]:
    """Return the PSS of a run's processes, in MiB: its own, Dask's workers, and the nodes."""
    found = {"head_mib": 0, "workers_mib": 0, "nodes_mib": 0}
    of_the_run = psutil.Process(head)
    for process in (of_the_run, *of_the_run.children(recursive=True)):
        try:
            line, size = " ".join(process.cmdline()), process.memory_full_info().pss
        except psutil.Error:  # it has ended
            continue
        part = "workers_mib" if "multiprocessing" in line else "nodes_mib"
        found["head_mib" if process == of_the_run else part] += size
    return {name: round(size / 2**20, 1) for name, size in found.items()}


def cpu_of(process: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def words_of(figures: dict[str, object]) -> str:
    """Return a run's figures as a line."""
    points = [Point(**each) for each in figures["points"]]  # type: ignore[attr-defined]
    if len(points) < 2:
        return f"{figures['seconds']} s"
    return (
        f"{points[-1].graded} graded, {rate_of(points):.3f} s each, {figures['seconds']} s in all"
    )


def rate_of(points: list[Point]) -> float:
    """Return seconds per submission between the first and the last point."""
    graded = points[-1].graded - points[0].graded
    return (points[-1].seconds - points[0].seconds) / max(graded, 1)


def report(runs: list[dict[str, object]], count: int) -> None:
    """Print the table of the last run, and the medians of all."""
    points = [Point(**each) for each in runs[-1]["points"]]  # type: ignore[attr-defined]
    print(f"{'graded':>8} {'s':>8} {'s each':>7} {'head MiB':>9} {'workers':>8} {'nodes':>7}")
    before = points[0] if points else None
    for point in points:
        assert before is not None
        each = rate_of([before, point]) if point is not before else float("nan")
        memory = f"{point.head_mib:9.0f} {point.workers_mib:8.0f} {point.nodes_mib:7.0f}"
        print(f"{point.graded:8} {point.seconds:8.1f} {each:7.3f} {memory}")
        before = point
    every = [[Point(**each) for each in run["points"]] for run in runs]  # type: ignore[attr-defined]
    rates = [rate_of(each) for each in every if len(each) > 1]
    if not rates:
        print("nothing was left to grade")
        return
    noise = max(rates) / min(rates) - 1 if min(rates) > 0 else 0.0
    if points:
        head = 1e3 * points[-1].head_cpu / max(points[-1].graded - 1, 1)
        print(f"CPU of the head: {head:.1f} ms a submission, with what Dask does in each second")
    print(
        f"{count} submissions: {statistics.median(rates):.3f} s each (median of {len(rates)} runs, "
        f"{noise:.0%} between the fastest and the slowest); {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    main()

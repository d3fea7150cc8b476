"""`make bench`: submissions through the harness with its full sandbox, and through a fresh pytest
process each.

Both run the same checks on the same files. Everything is measured in one run, in turn, so that a
noisy machine is noisy for all; a ratio is taken within a round, and the median of the rounds
counts. "With start" is all from the start of the command to its end; "each further" is what a
submission costs once the harness is warm: the difference between a large class and one of 20.
A large class has 60 submissions, or `SUBMISSIONS=200`. Memory is defined in `tests/bench/slots.py`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import TypedDict

from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from tests.bench.machine import Machine, described, load_sentence, this_machine
from tests.bench.readme import write_block
from tests.bench.runs import Graded, fresh_pytest, grade
from tests.bench.slots import Memory, peak_memory
from tests.bench.submissions import BATCH, make_class, write_submissions
from tests.bench.timing import counted, ratio_of, spread_of
from tests.support.places import REPOSITORY

RESULT = REPOSITORY / "build" / "bench" / "bench.json"
KEPT = REPOSITORY / "tests" / "bench" / "results" / "bench.json"  # of which the README is made
WORKERS = 40
JOBS = 2
MEASURED = ("start", "large", "further", "one_job", "pytest_two", "pytest_one")


class Figures(TypedDict):
    """All that `make bench` measures, as it is written to a file."""

    machine: Machine
    checks: int
    large: int  # submissions of the large class
    seconds: dict[str, list[float]]  # per submission, of each round
    worker_ms: dict[str, float]
    memory_mib: dict[str, float]


def measure(rounds: int, large: int) -> Figures:
    """Measure everything in so many rounds."""
    machine = this_machine()
    seconds: dict[str, list[float]] = {name: [] for name in MEASURED}
    with tempfile.TemporaryDirectory() as folder:
        files = write_submissions(Path(folder) / "files")
        small_class = make_class(files, Path(folder) / "small", 1)
        large_class = make_class(files, Path(folder) / "large", large // BATCH)
        for number in range(rounds):
            print(f"round {number + 1} of {rounds} ...", flush=True)
            small = grade(small_class, JOBS)
            pytest_two = fresh_pytest(files, 2).seconds
            whole = grade(large_class, JOBS).took.seconds
            one_job = grade(small_class, 1).took.seconds
            pytest_one = fresh_pytest(files, 1).seconds
            start = small.took.seconds
            seconds["start"].append(start / BATCH)
            seconds["large"].append(whole / large)
            seconds["further"].append((whole - start) / (large - BATCH))
            seconds["one_job"].append(one_job / BATCH)
            seconds["pytest_two"].append(pytest_two / BATCH)
            seconds["pytest_one"].append(pytest_one / BATCH)
        memory = peak_memory(lambda: grade(small_class, JOBS))
    return _figures(machine, small, large, seconds, memory)


def _figures(
    machine: Machine, small: Graded, large: int, seconds: dict[str, list[float]], memory: Memory
) -> Figures:
    ready, gone = worker_times()
    return Figures(
        machine=machine,
        checks=small.checks,
        large=large,
        seconds={name: [round(value, 4) for value in values] for name, values in seconds.items()},
        worker_ms={"ready": round(ready, 1), "gone": round(gone, 1)},
        memory_mib={
            "slots": memory.slots,
            "private_per_slot": round(memory.private_per_slot, 1),
            "proportional": round(memory.proportional, 1),
        },
    )


def worker_times() -> tuple[float, float]:
    """Return medians in milliseconds: until a worker is confined and listens, and until it is gone.

    It is gone when none of its processes is left.
    """
    ready, gone = [], []
    with Zygote("A") as zygote:
        for _ in range(WORKERS):
            started = time.monotonic()
            worker = Worker(zygote, Limits(), seed=0)
            worker.wait_until_ready()
            ready.append(time.monotonic() - started)
            worker.close()
            gone.append(time.monotonic() - started)
    return 1e3 * statistics.median(ready), 1e3 * statistics.median(gone)


def names(large: int) -> dict[str, str]:
    """Return what each measured figure is called."""
    return {
        "start": f"autograder, full sandbox, {JOBS} jobs, {BATCH} with start",
        "large": f"autograder, full sandbox, {JOBS} jobs, {large} with start",
        "further": f"autograder, full sandbox, {JOBS} jobs, each further",
        "one_job": f"autograder, full sandbox, 1 job, {BATCH} with start",
        "pytest_two": "fresh pytest, 2 at a time, one thread each",
        "pytest_one": "fresh pytest, 1 at a time",
    }


def table(figures: Figures) -> str:
    """Return the figures as a table of text."""
    seconds = figures["seconds"]
    rounds = len(seconds["start"])
    lines = [described(figures["machine"])]
    title = f"seconds per submission, {figures['checks']} checks, median of rounds: {rounds}"
    lines.append(f"{title:58} {'seconds':>22} {'faster than pytest, 2 at a time':>33}")
    for key, name in names(figures["large"]).items():
        ratio = ratio_of(seconds["pytest_two"], seconds[key]).text(1)
        lines.append(f"{name:58} {spread_of(seconds[key]).text(3):>22} {ratio:>33}")
    worker, memory = figures["worker_ms"], figures["memory_mib"]
    lines += [
        f"a worker: {worker['ready']} ms to listen, {worker['gone']} ms to be completely gone",
        f"peak memory: {memory['private_per_slot']:.0f} MiB private per slot "
        f"({memory['slots']:.0f} slots), {memory['proportional']:.0f} MiB PSS of all processes",
    ]
    return "\n".join(lines)


def block(figures: Figures) -> str:
    """Return the figures as they stand in the README."""
    seconds, machine = figures["seconds"], figures["machine"]
    rounds = len(seconds["start"])
    lines = [
        f"`make bench`, {machine['date']}, on {machine['cores']} cores ({machine['cpu']}), without "
        f"GPU: the same {figures['checks']} checks on",
        f"the same submissions. {counted(rounds)}. {load_sentence(machine)}",
        "",
        "| | seconds per submission | times as fast as pytest, 2 at a time |",
        "| --- | --- | --- |",
    ]
    for key, name in names(figures["large"]).items():
        ratio = ratio_of(seconds["pytest_two"], seconds[key]).text(1)
        lines.append(f"| {name} | {spread_of(seconds[key]).text(3)} | {ratio} |")
    worker, memory = figures["worker_ms"], figures["memory_mib"]
    lines += [
        "",
        f"A worker is ready, fully confined, after {worker['ready']} ms, and completely gone after "
        f"{worker['gone']} ms. Each job has",
        f"{memory['private_per_slot']:.0f} MiB of its own at its peak, and the whole run "
        f"{memory['proportional']:.0f} MiB.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=60, help="of the large class")
    parser.add_argument("--json", type=Path, default=RESULT, help="where the figures are written")
    parser.add_argument("--readme", action="store_true", help="write the README's table, too")
    options = parser.parse_args()
    if options.submissions % BATCH or options.submissions <= BATCH:
        parser.error(f"--submissions {options.submissions}: expected 40, 60 or more, in twenties")
    figures = measure(options.rounds, options.submissions)
    print(table(figures))
    for file in (options.json, KEPT) if options.readme else (options.json,):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(f"written: {file}")
    if options.readme:
        write_block("bench", block(figures))


if __name__ == "__main__":
    main()

"""`make bench`: 20 submissions through the harness with its full sandbox, and through a fresh
pytest process each.

Everything is measured in one run, in turn, so that a noisy machine is noisy for all; medians of the
rounds count. Both run the same checks on the same files. "all" includes the start of every process;
"steady" is what each further submission costs once the harness is warm: the difference between a
batch of 60 and one of 20, over 40.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.config.course import load_course
from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from autograder.verification.cases import whole_source

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "residual_block"
FOLDER = ROOT / "assignments" / ASSIGNMENT
BATCH = 20
WORKERS = 40
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def write_submissions(folder: Path) -> list[Path]:
    """Write twenty answers: the solution, the stub, as many right ones as wrong ones."""
    assignment = load_course(ROOT).assignment(ASSIGNMENT)
    right = sorted((FOLDER / "right").glob("*.py"))[:9]
    wrong = sorted((FOLDER / "wrong").glob("*.py"))
    spread = wrong[:: len(wrong) // 9][:9]
    solution, stub = assignment.solution / f"{ASSIGNMENT}.py", FOLDER / f"{ASSIGNMENT}.py"
    folder.mkdir()
    files = []
    for number, path in enumerate([solution, stub, *right, *spread]):
        files.append(folder / f"{number:02}.py")
        files[-1].write_text(whole_source(path, assignment), encoding="utf-8")
    return files


def make_class(files: list[Path], folder: Path, copies: int) -> Path:
    """Make a folder of `copies` x 20 students, and return it."""
    for copy in range(copies):
        for i, file in enumerate(files):
            target = folder / f"student{copy}_{i:02}" / ASSIGNMENT
            target.mkdir(parents=True)
            shutil.copy(file, target / f"{ASSIGNMENT}.py")
    return folder


def harness(submitted: Path, jobs: int) -> float:
    """Seconds of one whole `autograder grade`, from its start to its end."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            str(submitted),
            "--out",
            out,
            "--jobs",
            str(jobs),
        ]
        started = time.monotonic()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - started


def fresh_pytest(files: list[Path], processes: int) -> float:
    """Seconds for the twenty submissions, each in a pytest process of its own, `processes` at a
    time.
    """

    def one(file: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "autograder.checks.pytest_plugin",
        ]
        command += [
            "-c",
            os.devnull,
            "--rootdir",
            str(FOLDER),
            "--import-mode=importlib",
            str(FOLDER / "graders"),
        ]
        subprocess.run(
            [*command, "--submission", str(file)],
            env={**os.environ, **(ONE_THREAD if processes > 1 else {})},
            stdout=subprocess.DEVNULL,
        )

    started = time.monotonic()
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(one, files))
    return time.monotonic() - started


def worker_times() -> tuple[float, float]:
    """Medians, in milliseconds: until a worker is confined and listens; until it is completely gone
    again.
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


def peak_memory(work: Callable[[], object]) -> int:
    """Return the peak PSS, in bytes, of all descendants of this process while `work` runs."""
    peak, finished = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not finished.wait(0.05):
            peak = max(peak, sum(map(_pss, _descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        finished.set()
        watcher.join()
    return peak


def _descendants(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
            except OSError:
                continue
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        files = write_submissions(Path(folder) / "files")
        small = make_class(files, Path(folder) / "20", 1)
        large = make_class(files, Path(folder) / "60", 3)
        measures: dict[str, list[float]] = {
            name: [] for name in ("two", "steady", "one", "pytest2", "pytest1")
        }
        for number in range(rounds):
            print(f"round {number + 1} of {rounds} ...", flush=True)
            measures["two"].append(harness(small, 2) / BATCH)
            measures["pytest2"].append(fresh_pytest(files, 2) / BATCH)
            measures["steady"].append(
                (harness(large, 2) - measures["two"][-1] * BATCH) / (2 * BATCH)
            )
            measures["one"].append(harness(small, 1) / BATCH)
            measures["pytest1"].append(fresh_pytest(files, 1) / BATCH)
        memory = peak_memory(lambda: harness(small, 2))
    report(
        {name: statistics.median(values) for name, values in measures.items()},
        worker_times(),
        memory,
    )


def report(seconds: dict[str, float], worker: tuple[float, float], memory: int) -> None:
    """Print the figures."""
    two, one, steady = seconds["two"], seconds["one"], seconds["steady"]
    pytest2, pytest1 = seconds["pytest2"], seconds["pytest1"]
    print(f"{'seconds per submission, ' + str(BATCH) + ' submissions':52} median")
    print(f"{'autograder, full sandbox, 2 jobs, all':52} {two:.3f}")
    print(f"{'autograder, full sandbox, 2 jobs, steady':52} {steady:.3f}")
    print(f"{'autograder, full sandbox, 1 job, all':52} {one:.3f}")
    print(f"{'fresh pytest, 2 at a time, one thread each':52} {pytest2:.3f}")
    print(f"{'fresh pytest, 1 at a time':52} {pytest1:.3f}")
    print(f"ratio to pytest 2 at a time: {pytest2 / two:.1f} all, {pytest2 / steady:.1f} steady")
    print(f"ratio to pytest 1 at a time: {pytest1 / two:.1f} all, {pytest1 / steady:.1f} steady")
    print(f"a worker: {worker[0]:.1f} ms to listen, {worker[1]:.1f} ms to be completely gone again")
    print(
        f"peak memory: {memory / 2**20:.0f} MiB in all, {memory / 2 / 2**20:.0f} MiB "
        f"per slot (2 slots)"
    )


if __name__ == "__main__":
    main()

"""One run of what `make bench` compares: `autograder grade`, and a fresh pytest process each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.bench.submissions import ASSIGNMENT, FOLDER
from tests.bench.timing import Took, timed
from tests.support.places import REPOSITORY

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A run of `autograder grade`."""

    took: Took
    passed: dict[str, frozenset[str]]  # the checks that each student's hand-in passed
    checks: int  # of the assignment


def grade(submitted: Path, jobs: int) -> Graded:
    """Grade a folder with the full sandbox, from the start of the command to its end."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "autograder", "grade", str(submitted), "--out", out]
        command += ["--jobs", str(jobs)]
        took = timed(
            lambda: subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        )
        outcomes = {
            file.parent.name: outcomes_of(json.loads(file.read_text(encoding="utf-8")))
            for file in sorted(Path(out, "results").glob(f"*/{ASSIGNMENT}.json"))
        }
    passed = {
        student: frozenset(check for check, outcome in found.items() if outcome == "passed")
        for student, found in outcomes.items()
    }
    return Graded(took=took, passed=passed, checks=max(map(len, outcomes.values())))


def outcomes_of(sheet: Mapping[str, list[dict[str, list[dict[str, str]]]]]) -> dict[str, str]:
    """Return how each check of a result file ended."""
    return {
        check["id"]: check["outcome"]
        for criterion in sheet["criteria"]
        for check in criterion["checks"]
    }


def fresh_pytest(files: Sequence[Path], processes: int) -> Took:
    """Run the same checks on each file in a pytest process of its own, `processes` at a time.

    Two at a time have one thread each, which is faster than two of OpenMP on two cores.
    """
    environment = {**os.environ, **(ONE_THREAD if processes > 1 else {})}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "autograder.checks.pytest_plugin", "-c", os.devnull]
    command += ["--rootdir", str(FOLDER), "--import-mode=importlib", str(FOLDER / "graders")]

    def one(file: Path) -> None:
        subprocess.run(
            [*command, "--submission", str(file)], env=environment, stdout=subprocess.DEVNULL
        )

    def work() -> None:
        with ThreadPoolExecutor(processes) as pool:
            list(pool.map(one, files))

    return timed(work)

"""`make repeat`: the sample class graded again and again; other seeds, threads and hash seeds, the
same marks.

Every repetition starts from nothing: new inputs for every check (seed), one or two threads per
worker, another order of the judge's own sets (PYTHONHASHSEED). The table of scores must be the same
to the byte.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUBMITTED = ROOT / "examples" / "submitted"


def scores(seed: int, threads: int, hash_seed: int) -> list[dict[str, str]]:
    """Return the table of scores of one repetition."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "autograder", "grade", str(SUBMITTED), "--out", out]
        command += [
            "--data",
            str(ROOT / "examples" / "data"),
            "--seed",
            str(seed),
            "--threads",
            str(threads),
        ]
        environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if ended.returncode not in (0, 1):  # 1: a hand-in that nobody could use, which is listed
            sys.exit(f"seed {seed}: exit code {ended.returncode}\n{ended.stderr}")
        with (Path(out) / "scores.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def differences(first: list[dict[str, str]], other: list[dict[str, str]]) -> list[str]:
    """Every mark that is not the same, in words."""
    return [
        f"{row['student']}: {column}: {row[column]} and {again.get(column)}"
        for row, again in zip(first, other, strict=True)
        for column in row
        if row[column] != again.get(column)
    ]


def main() -> None:
    """Repeat, compare, say what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    found = 0
    first: list[dict[str, str]] = []
    for number in range(times):
        started = time.monotonic()
        table = scores(seed=1000 + 37 * number, threads=1 + number % 2, hash_seed=number)
        first = first or table
        other = differences(first, table)
        found += len(other)
        seconds = time.monotonic() - started
        summary = f"{number + 1} of {times}: {len(other)} marks differ ({seconds:.0f} s)"
        print(summary, *other, sep="\n  ", flush=True)
    print(f"{times} repetitions, {len(first)} students: {found} marks differ")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()

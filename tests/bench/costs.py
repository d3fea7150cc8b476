"""`make costs`: what each assignment of the sample class costs per submission, one at a time, full
sandbox.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def seconds() -> dict[str, list[float]]:
    """By assignment, how long each submission took, from its first worker to its sheet."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            str(ROOT / "examples" / "submitted"),
            "--out",
            out,
        ]
        command += ["--data", str(ROOT / "examples" / "data"), "--jobs", "1"]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        record = json.loads((Path(out) / "run.json").read_text(encoding="utf-8"))
    found: dict[str, list[float]] = {}
    for name, took in record["seconds"].items():
        found.setdefault(name.partition("/")[2], []).append(took)
    return found


def main() -> None:
    """Measure and print."""
    print(f"{'assignment':20} {'n':>3} {'median':>8} {'most':>8}   seconds per submission")
    for assignment, took in seconds().items():
        print(f"{assignment:20} {len(took):3} {statistics.median(took):8.2f} {max(took):8.2f}")


if __name__ == "__main__":
    main()

"""`python -m tests.bench.flowers [KIND ...]`: honest hand-ins of many kinds, graded; what each
lost.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from autograder.config.course import load_course
from autograder.measuring.data.synthetic import make_flowers
from autograder.verification.artifacts import load_make
from tests.support.command_line import REPOSITORY, autograder
from tests.support.flower_kinds import KINDS, Kind

ASSIGNMENT = "flower_classifier"
SOLUTION = REPOSITORY / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.py"
SECONDS = 7200.0


def hand_in(name: str, kind: Kind, folder: Path, data: Path) -> None:
    """Make one student's folder."""
    make = load_make(load_course(REPOSITORY).assignment(ASSIGNMENT))
    root = folder / name / ASSIGNMENT
    root.mkdir(parents=True)
    code = root / SOLUTION.name
    code.write_text(kind.code(SOLUTION.read_text(encoding="utf-8")), encoding="utf-8")
    for file, content in kind.files(make(code, kind.recipe, data, 0)).items():
        (root / file).write_bytes(content)


def main(names: list[str]) -> int:
    """Grade and print; the exit status is the number of kinds that did not end as they must."""
    chosen = {name: KINDS[name] for name in names or KINDS}
    with tempfile.TemporaryDirectory() as scratch:
        data = make_flowers(Path(scratch) / "data")
        for name, kind in chosen.items():
            hand_in(name, kind, Path(scratch) / "submitted", data)
        started = time.monotonic()
        only = ("--assignment", ASSIGNMENT, "--data", data, "--lang", "en")
        out = Path(scratch) / "out"
        ended = autograder(
            "grade", Path(scratch) / "submitted", "--out", out, *only, seconds=SECONDS
        )
        print(ended.stderr[-2000:], f"{len(chosen)} hand-ins in {time.monotonic() - started:.0f} s")
        results = {
            name: json.loads((out / "results" / name / f"{ASSIGNMENT}.json").read_text())
            for name in chosen
        }
        took = json.loads((out / "run.json").read_text())["seconds"]
    return sum(not told(name, KINDS[name], results[name], took) for name in chosen)


def told(name: str, kind: Kind, content: dict[str, object], took: dict[str, float]) -> bool:
    """Print a row; whether it is as it must be."""
    criteria: list[dict[str, object]] = content["criteria"]  # type: ignore[assignment]
    adjustments: list[dict[str, str]] = content["adjustments"]  # type: ignore[assignment]
    lost = {str(c["id"]) for c in criteria if c["state"] == "auto" and c["earned"] != c["possible"]}
    adjusted = {a["id"] for a in adjustments}
    is_right = (lost, adjusted) == (kind.loses, kind.adjusts)
    words = ", ".join(sorted(lost | adjusted)) or "nothing"
    print(
        f"{'as it must' if is_right else 'NOT RIGHT':11} "
        f"{took[f'{name}/{ASSIGNMENT}']:6.1f} s  {name:20} {words}"
    )
    if not is_right:
        checks = [check for c in criteria for check in c["checks"]]  # type: ignore[attr-defined]
        print(
            *(
                f"    {c['id']}: {c['outcome']}: {c['message']} {c.get('evidence', '')}"
                for c in checks
                if c["outcome"] not in ("passed", "manual")
            ),
            sep="\n",
        )
    return is_right


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

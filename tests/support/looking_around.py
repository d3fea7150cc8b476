"""What a worker of this installation finds of a word: `python looking_around.py LEVEL WORD SINCE
NAMES...`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from autograder.checks.submission import Submission
from autograder.errors import TimeLimit
from autograder.model import SANDBOX_LEVELS, Level, Limits
from autograder.sandbox.launch import Preparation, Zygote
from autograder.sandbox.worker import Worker

STUDENT = Path(__file__).resolve().parents[1] / "cases" / "sandboxed" / "walk" / "everything.py"


def look_around(level: Level, word: str, since: float, names: list[str]) -> dict[str, Any]:
    """Return what the student's code in `walk/everything.py` finds at `level`."""
    with Zygote(level, Preparation(hidden=("torchvision",))) as zygote:
        worker = Worker(zygote, Limits(cpu=60, open_files=64), seed=1)
        student = Submission(lambda request: worker.ask(request, 60.0, TimeLimit.CHECK))
        student.load("homework", "homework.py", STUDENT.read_bytes())
        found: dict[str, Any] = student.call("attack", word, names, since)
        worker.close()
    return found


if __name__ == "__main__":
    wanted, word, since, *names = sys.argv[1:]
    level = next(level for level in SANDBOX_LEVELS if level == wanted)
    print(json.dumps(look_around(level, word, float(since), names)))

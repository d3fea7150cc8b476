"""Seconds for 1,000 submissions into a gradebook: new, as before, and with other scores; arguments:
number, URL.

    python -m tests.bench.gradebook 1000 postgresql://grader@localhost/empty

Without a URL it is a file of SQLite. The sheets are made, each with the twelve criteria of the
project.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace

from autograder.config.course import load_course
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.gradebook.sync import sync
from autograder.model import CheckResult, Outcome, Score, ScoreSheet
from tests.support.examples_of_final_grades import sheet
from tests.support.places import REPOSITORY

COURSE = load_course(REPOSITORY)
PROJECT = COURSE.assignment("flower_classifier")
CHECKS = 4  # of each criterion


def main() -> None:
    """Three syncs, a line each."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/gradebook.db"
        sheets = [_sheet(f"student_{n:05}") for n in range(number)]
        changed = [
            replace(s, scores=tuple(replace(x, earned=x.possible / 2) for x in s.scores))
            for s in sheets
        ]
        for title, batch in (("new", sheets), ("as before", sheets), ("other scores", changed)):
            began, cpu = time.perf_counter(), time.process_time()
            sync(COURSE, batch, {}, Ledger(), [], url=url, course_id=COURSE.id, note=lambda _: None)
            seconds = time.perf_counter() - began
            print(
                f"{title:>12}: {seconds:6.1f} s, {time.process_time() - cpu:6.1f} s of CPU",
                flush=True,
            )


def _sheet(student: str) -> ScoreSheet:
    scores = []
    for criterion in PROJECT.criteria:
        check = CheckResult(
            id="test_it",
            criterion=criterion.id,
            outcome=Outcome.FAILED,
            expects=criterion.earns.es,
            message="El resultado no es el esperado.",
        )
        points = criterion.points
        made = Score(
            criterion=criterion.id,
            earned=points,
            possible=points,
            state="auto",
            checks=(check,) * CHECKS,
        )
        scores.append(made)
    return sheet(student, PROJECT.id, *scores)


if __name__ == "__main__":
    main()

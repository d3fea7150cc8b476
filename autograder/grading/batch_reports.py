"""What a batch writes beside the result files: final grades, pages, the table and run.json."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from autograder.grading.attempts import record_attempts
from autograder.grading.batch_summary import BatchSummary
from autograder.grading.cache.earlier_results import RUN_METADATA_FILE
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, write_ledger
from autograder.model import Course, Decisions, Run, format_seed
from autograder.report import (
    class_page,
    final_grade_json,
    find_identical_work,
    scores_csv,
    student_page,
)
from autograder.report.neighbors import neighbors_by_student
from autograder.report.student.class_place import class_place
from autograder.results import write
from autograder.scoring.overrides import MARKS_FILE, write_marks

PAGES_PER_STUDENT = 2  # the student's own and the one for staff


def write_reports(
    course: Course,
    run: Run,
    summary: BatchSummary,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    on_page: Callable[[int, int], None] | None = None,
) -> None:
    """Write OUT but for its result files, from the final grades of the summary.

    `on_page` is called with the number of students' pages that are written, and that of all.
    """
    assert run.out is not None
    out = run.out
    _write_students(course, run, summary, collected, on_page)
    write(out / "scores.csv", scores_csv(course, summary.final_grades))
    teams = collected.team_by_hand_in()
    write(out / "index.html", class_page(course, summary.final_grades, run.lang, teams))
    write(out / RUN_METADATA_FILE, _run_metadata(run, summary))
    # Copies of what the reports were made with, for a later run over one student alone.
    _write_copy(out / MARKS_FILE, lambda file: write_marks(file, decided), is_present=bool(decided))
    _write_copy(
        out / LEDGER_FILE,
        lambda file: write_ledger(file, collected),
        is_present=collected != Ledger(),
    )


def _write_students(
    course: Course,
    run: Run,
    summary: BatchSummary,
    collected: Ledger,
    on_page: Callable[[int, int], None] | None,
) -> None:
    """Write the final grade of every student, the page of the student and the one for staff."""
    assert run.out is not None
    groups = find_identical_work(summary.final_grades, collected.team_by_hand_in())
    neighbors = neighbors_by_student([each.student for each in summary.final_grades])
    total = PAGES_PER_STUDENT * len(summary.final_grades)
    for number, final_grade in enumerate(summary.final_grades, start=1):
        name = final_grade.student
        write(run.out / "final_grades" / f"{name}.json", final_grade_json(course, final_grade))
        attempts = record_attempts(run.out, final_grade, collected)
        place = None if summary.is_partial else class_place(final_grade, summary.final_grades)
        own_page = student_page(
            course, final_grade, run.lang, "student", attempts=attempts, place=place
        )
        write(run.out / "reports" / f"{name}.html", own_page)
        staff_page = student_page(
            course,
            final_grade,
            run.lang,
            "staff",
            groups,
            attempts=attempts,
            neighbors=neighbors[name],
        )
        write(run.out / "staff" / f"{name}.html", staff_page)
        if on_page is not None:
            on_page(PAGES_PER_STUDENT * number, total)


def _write_copy(file: Path, write_file: Callable[[Path], None], *, is_present: bool) -> None:
    """Write a copy where there is something to copy; otherwise remove an older one."""
    if is_present:
        write_file(file)
    else:
        file.unlink(missing_ok=True)


def _run_metadata(run: Run, summary: BatchSummary) -> str:
    """Return run.json: clock and host, which the result files must not hold."""
    graded = {}
    for one in summary.graded:
        if not one.reused:
            graded[f"{one.sheet.student}/{one.sheet.assignment}"] = one
    metadata = {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "host": {"kernel": platform.release(), "machine": platform.machine(), "uid": os.getuid()},
        "lang": run.lang,
        "sandbox": summary.level,
        "seed": format_seed(run.seed),
        "jobs": run.jobs,
        "seconds": {name: round(one.seconds, 3) for name, one in sorted(graded.items())},
        "lengthened": {
            name: dict(one.lengthened) for name, one in sorted(graded.items()) if one.lengthened
        },
    }
    return json.dumps(metadata, indent=2) + "\n"

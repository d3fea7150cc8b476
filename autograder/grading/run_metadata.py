"""OUT/run.json: when and where the last run ended, and how long everything took."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from autograder.grading.cache.earlier_results import check_seconds_of, noted_folders, seconds_of
from autograder.grading.graded import Graded
from autograder.model import Run, format_seed

if TYPE_CHECKING:
    from autograder.grading.batch_summary import BatchSummary


def run_metadata(run: Run, summary: BatchSummary) -> str:
    """Return run.json: clock and host, which the result files must not hold."""
    graded = {}
    for one in summary.graded:
        if not one.reused:
            graded[f"{one.sheet.student}/{one.sheet.assignment}"] = one
    metadata = {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "host": {"kernel": platform.release(), "machine": platform.machine(), "uid": os.getuid()},
        "lang": run.lang,
        **_class_folders(run),
        "sandbox": summary.level,
        "seed": format_seed(run.seed),
        "jobs": run.jobs,
        "seconds": _seconds(run, summary),
        "lengthened": {
            name: dict(one.lengthened) for name, one in sorted(graded.items()) if one.lengthened
        },
        # The criteria whose graders alone had changed, so that nothing else was graded again.
        "graded_again": {
            name: {"criteria": sorted(one.graded_again), "causes": list(one.causes)}
            for name, one in sorted(graded.items())
            if one.graded_again
        },
        "check_seconds": _check_seconds(run, graded.values()),
    }
    return json.dumps(metadata, indent=2) + "\n"


def _class_folders(run: Run) -> dict[str, str]:
    """Return where the class and its marks lie; for one student alone what an earlier run noted."""
    assert run.out is not None
    known = noted_folders(run.out)
    for name, folder in (("submitted", run.submitted), ("marks", run.marks)):
        if folder is not None:
            known[name] = os.fsdecode(folder)
    return known


def _seconds(run: Run, summary: BatchSummary) -> dict[str, float]:
    """Return how long each hand-in took: in this run, or where its result stood in an earlier one.

    A hand-in is named by its student and assignment.
    """
    assert run.out is not None
    noted = seconds_of(run.out)
    found = {}
    for one in summary.graded:
        name = f"{one.sheet.student}/{one.sheet.assignment}"
        if not one.reused:
            found[name] = round(one.seconds, 3)
        elif name in noted:
            found[name] = noted[name]
    return dict(sorted(found.items()))


def _check_seconds(run: Run, graded: Iterable[Graded]) -> dict[str, dict[str, list[float]]]:
    """Return by assignment and check how often it ran, and its seconds: all, and at most.

    What earlier runs into OUT noted is counted, too.
    """
    assert run.out is not None
    noted = check_seconds_of(run.out)
    for one in graded:
        checks = noted.setdefault(one.sheet.assignment, {})
        for check, seconds in one.check_seconds.items():
            times, total, most = checks.get(check, (0.0, 0.0, 0.0))
            checks[check] = (times + 1, total + seconds, max(most, seconds))
    return {
        assignment: {
            check: [int(times), round(total, 3), round(most, 3)]
            for check, (times, total, most) in sorted(checks.items())
        }
        for assignment, checks in sorted(noted.items())
    }

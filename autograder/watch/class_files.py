"""What a watch does to the class's folders: sources are collected, results and pages written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.api.grade import read_batch
from autograder.grading.batch import report_batch
from autograder.grading.graded import Graded
from autograder.handin.collect.collect import collect
from autograder.handin.collect.lateness import unsettled
from autograder.handin.collect.ledger import LEDGER_FILE, read_ledger
from autograder.handin.collect.options import CollectOptions
from autograder.handin.collect.report import CollectReport
from autograder.handin.collect.store import lock_store
from autograder.model import Course, Level
from autograder.watch.settings import WatchSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassWritten:
    """What was written for the class."""

    seconds: float
    students: int
    unusable: tuple[str, ...]  # result files that cannot be used, one line each
    settled: tuple[str, ...] = ()  # what another attempt that counts now has changed


def collect_sources(
    course: Course, settings: WatchSettings, sources: Sequence[Path], source_type: str | None
) -> CollectReport:
    """Collect sources into the folder of hand-ins, as `collect` does."""
    options = CollectOptions(
        sources=tuple(sources),
        source_type=source_type,
        roster=settings.roster,
        teams=settings.teams,
    )
    with lock_store(settings.submitted) as store:
        return collect(course, options, settings.submitted, store)[1]


def write_class_files(
    course: Course, settings: WatchSettings, graded: Sequence[Graded], level: Level | None
) -> ClassWritten:
    """Put new results into OUT, and write final grades and pages over all that stand.

    OutputBusy where another command writes into OUT.
    """
    started = time.monotonic()
    settled = _settle(course, settings)
    batch = read_batch(course, settings.submitted, settings.options, settings.assignments)

    def take_in() -> Sequence[Graded]:
        _take_in(settings)
        return graded

    summary = report_batch(
        course,
        batch.listing.hand_ins,
        batch.run,
        batch.decided,
        batch.collected,
        batch.handed_in,
        take_in=take_in,
        level=level,
    )
    return ClassWritten(
        seconds=time.monotonic() - started,
        students=len(summary.final_grades),
        unusable=tuple(summary.unusable),
        settled=settled,
    )


def _take_in(settings: WatchSettings) -> None:
    """Move results that were graded, by this watch or by one that was killed, into OUT."""
    for path in sorted((settings.staging / "results").glob("*/*.json")):
        if not path.name.startswith("."):
            target = settings.out / "results" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def _settle(course: Course, settings: WatchSettings) -> tuple[str, ...]:
    """Take the attempts that count by new deadlines and extensions; return what that changes."""
    ledger_file = settings.submitted / LEDGER_FILE
    if not ledger_file.exists():
        return ()
    known = tuple(assignment.id for assignment in course.assignments)
    if not unsettled(read_ledger(ledger_file, known), course):
        return ()
    report = collect_sources(course, settings, (), None)
    return (*report.actions, *report.unresolved)

"""The results in OUT: each that can be read counts, and says whether present graders made it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.cache.invalidation import changes
from autograder.model import Assignment, Basis, Course, Lang, Rubric, ScoreSheet
from autograder.results import ResultError, read_result
from autograder.scoring.stages import undecided_score

ReadResult: TypeAlias = Callable[[Path, Lang], ScoreSheet]

# Of the last run into OUT: clock, host and language, which no result file holds.
RUN_METADATA_FILE = "run.json"


def sheets_in(
    course: Course,
    out: Path,
    lang: Lang,
    unusable: list[str],
    why: Counter[str] | None = None,
    read: ReadResult = read_result,
) -> Iterator[ScoreSheet]:
    """Yield the sheets below `out`, those of earlier graders fitted to the present rubric.

    A line for each file that cannot be used is appended to `unusable`; `why` counts what changed
    since the earlier sheets were made.
    """
    bases = present_bases(course)
    for path in result_files(out):
        sheet = sheet_at(path, course, bases, lang, unusable, why, read)
        if sheet is not None:
            yield sheet


def result_files(out: Path) -> list[Path]:
    """Return the result files below `out`, in the order of students."""
    return sorted((out / "results").glob("*/*.json"))


def present_bases(course: Course) -> dict[str, Basis]:
    """Return by assignment what its results depend on now."""
    return {assignment.id: basis_of(course, assignment) for assignment in course.assignments}


def sheet_at(
    path: Path,
    course: Course,
    bases: Mapping[str, Basis],
    lang: Lang,
    unusable: list[str],
    why: Counter[str] | None = None,
    read: ReadResult = read_result,
) -> ScoreSheet | None:
    """Return the sheet in a result file; None, and a line in `unusable`, if it cannot be used."""
    try:
        sheet = read(path, lang)
    except (ResultError, OSError) as error:
        unusable.append(f"{path}: {error}; grade it again")
        return None
    if (sheet.student, sheet.assignment) != (path.parent.name, path.stem):
        unusable.append(f"{path}: belongs to {sheet.student}, {sheet.assignment}; put it back")
        return None
    if sheet.assignment not in bases:
        unusable.append(f"{path}: the course has no such assignment any more; remove it")
        return None
    if sheet.basis == bases[sheet.assignment]:
        return sheet
    if why is not None:
        why.update(changes(sheet.basis, bases[sheet.assignment], sheet.assignment))
    return _fitted_to_rubric(sheet, course.assignment(sheet.assignment), course.rubric)


def language_of(out: Path) -> Lang:
    """Return the language of the reports that the last run wrote."""
    return "en" if metadata_of(out).get("lang") == "en" else "es"


def finished_at(out: Path) -> str:
    """Return when the last run ended, as ISO 8601; empty where it noted nothing."""
    try:
        return datetime.fromisoformat(str(metadata_of(out).get("finished"))).isoformat()
    except ValueError:
        return ""


def noted_folders(out: Path) -> dict[str, str]:
    """Return where the class (`submitted`) and its `marks` lie, as far as a run noted it."""
    metadata = metadata_of(out)
    noted = {name: metadata.get(name) for name in ("submitted", "marks")}
    return {name: path for name, path in noted.items() if isinstance(path, str)}


def seconds_of(out: Path) -> dict[str, float]:
    """Return how long hand-ins took, by "student/assignment", as far as a run noted it."""
    noted: Any = metadata_of(out).get("seconds", {})
    try:
        return {str(name): float(seconds) for name, seconds in noted.items()}
    except (TypeError, ValueError, AttributeError):
        return {}


def check_seconds_of(out: Path) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Return by assignment and check how often it ran, and its seconds: all, and at most."""
    found: dict[str, dict[str, tuple[float, float, float]]] = {}
    try:
        noted: Any = metadata_of(out).get("check_seconds", {})
        for assignment, checks in noted.items():
            for check, (times, total, most) in checks.items():
                entry = (float(times), float(total), float(most))
                found.setdefault(assignment, {})[check] = entry
    except (TypeError, ValueError, AttributeError):
        return {}
    return found


def metadata_of(out: Path) -> dict[str, object]:
    """Return what the last run noted of itself; nothing where it cannot be read."""
    try:
        found = json.loads((out / RUN_METADATA_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def waiting_sheets(
    course: Course, handed_in: Mapping[str, Collection[str]], sheets: Sequence[ScoreSheet]
) -> Iterator[ScoreSheet]:
    """Yield an undecided sheet for each gradable hand-in that has none among `sheets`."""
    present = {(sheet.student, sheet.assignment) for sheet in sheets}
    lang: Lang = sheets[0].lang if sheets else "es"
    for student in sorted(handed_in):
        for assignment in course.assignments:
            is_handed_in = assignment.id in handed_in[student]
            is_graded = (student, assignment.id) in present
            if is_handed_in and assignment.is_gradable and not is_graded:
                yield _undecided_sheet(course, student, assignment, lang)


def _undecided_sheet(
    course: Course, student: str, assignment: Assignment, lang: Lang
) -> ScoreSheet:
    """Return a sheet on which nothing is graded yet."""
    return ScoreSheet(
        student=student,
        assignment=assignment.id,
        status="graded",
        scores=tuple(undecided_score(criterion) for criterion in assignment.criteria),
        findings=(),
        seed=0,
        lang=lang,
        submission_digest="",
        basis=basis_of(course, assignment),
        confinement=None,
    )


def _fitted_to_rubric(sheet: ScoreSheet, assignment: Assignment, rubric: Rubric) -> ScoreSheet:
    """Return an earlier sheet as the present rubric counts it.

    A criterion that was worth other points is undecided; adjustments that are gone are left out.
    """
    scores = {score.criterion: score for score in sheet.scores}
    fitted = []
    for criterion in assignment.criteria:
        score = scores.get(criterion.id)
        if score is None or score.possible != criterion.points:
            score = undecided_score(criterion)
        fitted.append(score)
    known = {bonus.id for bonus in rubric.bonuses} | {penalty.id for penalty in rubric.penalties}
    return replace(
        sheet,
        scores=tuple(fitted),
        adjustments=tuple(a for a in sheet.adjustments if a.id in known),
        is_earlier=True,
    )

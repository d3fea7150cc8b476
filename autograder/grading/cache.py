"""Results in OUT: every one that can be read counts, and says whether the present graders made it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.grading.fingerprint import basis_of
from autograder.grading.invalidation import changes
from autograder.model import Assignment, Course, Lang, Rubric, Score, ScoreSheet
from autograder.results import ResultError, read_result

RECORD = (
    "run.json"  # of the last run into OUT: clock, host and language, which no result file holds
)


def sheets_in(
    course: Course, out: Path, lang: Lang, unusable: list[str], why: Counter[str] | None = None
) -> Iterator[ScoreSheet]:
    """The sheets below `out`; one that other graders made says so, and holds what still fits the
    rubric.

    What cannot be read is named in `unusable`; `why` counts what changed since the earlier ones
    were made.
    """
    known = {a.id: a for a in course.assignments}
    bases = {a.id: basis_of(course, a) for a in course.assignments}
    for path in sorted((out / "results").glob("*/*.json")):
        try:
            sheet = read_result(path, lang)
        except (ResultError, OSError) as error:
            unusable.append(f"{path}: {error}; grade it again")
            continue
        if (sheet.student, sheet.assignment) != (path.parent.name, path.stem):
            unusable.append(f"{path}: belongs to {sheet.student}, {sheet.assignment}; put it back")
        elif sheet.assignment not in known:
            unusable.append(f"{path}: the course has no such assignment any more; remove it")
        elif sheet.basis == bases[sheet.assignment]:
            yield sheet
        else:
            if why is not None:
                why.update(changes(sheet.basis, bases[sheet.assignment], sheet.assignment))
            yield _fitted(sheet, known[sheet.assignment], course.rubric)


def language_of(out: Path) -> Lang:
    """The language of the reports that the last run wrote."""
    try:
        lang = json.loads((out / RECORD).read_bytes())["lang"]
    except (OSError, ValueError, KeyError, TypeError):
        return "es"
    return "en" if lang == "en" else "es"


def waiting_sheets(
    course: Course, handed_in: Mapping[str, Collection[str]], sheets: Sequence[ScoreSheet]
) -> Iterator[ScoreSheet]:
    """An undecided sheet for each hand-in that graders exist for and that has none among `sheets`."""
    there = {(sheet.student, sheet.assignment) for sheet in sheets}
    lang: Lang = sheets[0].lang if sheets else "es"
    for student in sorted(handed_in):
        for assignment in course.assignments:
            is_new = assignment.id in handed_in[student] and (student, assignment.id) not in there
            if is_new and assignment.is_gradable:
                yield ScoreSheet(
                    student=student,
                    assignment=assignment.id,
                    status="graded",
                    scores=tuple(
                        Score(criterion=c.id, earned=None, possible=c.points, state="not_graded")
                        for c in assignment.criteria
                    ),
                    findings=(),
                    seed=0,
                    lang=lang,
                    submission_digest="",
                    basis=basis_of(course, assignment),
                    confinement=None,
                )


def _fitted(sheet: ScoreSheet, assignment: Assignment, rubric: Rubric) -> ScoreSheet:
    """An earlier sheet as the present rubric can count it: what was worth other points is not
    decided.
    """
    scores = {score.criterion: score for score in sheet.scores}
    entries = {b.id for b in rubric.bonuses} | {p.id for p in rubric.penalties}
    fitted = []
    for criterion in assignment.criteria:
        score = scores.get(criterion.id)
        if score is None or score.possible != criterion.points:
            score = Score(
                criterion=criterion.id, earned=None, possible=criterion.points, state="not_graded"
            )
        fitted.append(score)
    return replace(
        sheet,
        scores=tuple(fitted),
        adjustments=tuple(a for a in sheet.adjustments if a.id in entries),
        is_earlier=True,
    )

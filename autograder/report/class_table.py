"""The table of a class: its columns of points, and a map of what each student earned where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from autograder.model import Assignment, Category, Course, Criterion, Lang, Score, Stage
from autograder.report.class_summary import StudentRow
from autograder.report.section import condition
from autograder.scoring.criteria import format_points

# What a cell without points shows, by a word of the labels' `sign`.
SIGNS = {
    "manual": "?",
    "review": "!",
    "handed_in": "…",
    "not_due": "·",
    "unknown": "~",
    "absent": "–",
}
TENTHS = 10  # a cell shows one decimal; the student's page shows two


class Cell(NamedTuple):
    """A cell of the map."""

    kind: str  # a class of class.css: q0 to q4 by the share that was earned, or a word of `SIGNS`
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGroup:
    """The columns of one assignment: its criteria, and before them their sum."""

    assignment: Assignment | None  # None: criteria that belong to no assignment
    criteria: tuple[Criterion, ...]
    has_sum: bool  # False: another column shows the same points


def column_groups(course: Course) -> list[ColumnGroup]:
    """Return the columns of every assignment, in the course's order."""
    shown = [{c.id for c in category.criteria} for category in course.rubric.categories]
    groups = []
    left = dict(course.rubric.criteria)
    for assignment in course.assignments:
        ids = {c.id for c in assignment.criteria}
        has_sum = len(ids) > 1 and ids not in shown
        groups.append(
            ColumnGroup(assignment=assignment, criteria=assignment.criteria, has_sum=has_sum)
        )
        for criterion_id in ids:
            left.pop(criterion_id, None)
    if left:
        others = ColumnGroup(assignment=None, criteria=tuple(left.values()), has_sum=False)
        groups.append(others)
    return groups


def columns_of_categories(course: Course) -> list[Category]:
    """Return the categories that have a column: all, unless the total shows the same points."""
    rubric = course.rubric
    is_total = len(rubric.categories) == 1 and not rubric.bonuses and not rubric.penalties
    return [] if is_total else list(rubric.categories)


def class_cells(
    rows: Sequence[StudentRow], groups: Sequence[ColumnGroup], lang: Lang
) -> Iterator[list[list[Cell]]]:
    """Yield for each row, and each group of columns, the cells of its criteria."""
    for row in rows:
        scores = {s.criterion: s for c in row.final_grade.categories for s in c.scores}
        stages = row.final_grade.stages
        cells = []
        for group in groups:
            stage = stages.get(group.assignment.id) if group.assignment else None
            cells.append([_cell(scores[c.id], stage, lang) for c in group.criteria])
        yield cells


def _cell(score: Score, stage: Stage | None, lang: Lang) -> Cell:
    """Return the cell of a score: its points, or a sign for why it has none."""
    if score.earned is None:
        word = condition(score)
        if word == "not_graded":
            word = stage if stage in SIGNS else "handed_in"
        return Cell(word, SIGNS[word])
    if stage == "absent" and not score.earned and score.mark is None:
        return Cell("absent", SIGNS["absent"])
    return _cell_of_points(score.earned, score.possible, lang)


@lru_cache(maxsize=4096)
def _cell_of_points(earned: Fraction, possible: Fraction, lang: Lang) -> Cell:
    """Return a cell of points; only all points are in the highest of five classes."""
    quarters = 4 if earned >= possible else int(earned * 4 / possible)
    if quarters == 0 and earned > 0:
        quarters = 1
    tenths = earned * TENTHS
    rounded = Fraction(int(tenths * 2 + 1) // 2, TENTHS)
    if rounded >= possible > earned:  # what is not full does not read as full
        rounded = Fraction(int(tenths), TENTHS)
    return Cell(f"q{quarters}", format_points(rounded, lang))

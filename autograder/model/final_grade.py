"""The final grade of a student, and what people decide about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Literal

from autograder.model.course import Category, Text
from autograder.model.sheet import Adjustment, Appeal, Mark, Score, ScoreSheet

GradeVerdict = Literal["passed", "failed", "pending"]
# How far a student's assignment is.
Stage = Literal["graded", "handed_in", "absent", "not_due", "unknown"]


class MinimumState(Enum):
    """Whether a category reaches its minimum; the values are those of the final grade's file."""

    MET = True
    MISSED = False
    OPEN = None  # what is undecided may still reach it


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTotal:
    """A category's points against its minimum."""

    category: Category
    scores: tuple[Score, ...]  # one per criterion, in the rubric's order
    earned: Fraction
    waiting: Fraction  # points that are not decided yet (manual, not graded, needs review)
    minimum_state: MinimumState


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """What lateness means for a student: penalties, and hand-ins that are refused."""

    adjustments: tuple[Adjustment, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)  # by assignment: why it is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What a student has handed in, graded or not, and which assignments are not due yet."""

    handed_in: frozenset[str] = frozenset()
    not_due: frozenset[str] = frozenset()
    is_known: bool = True  # False: only one file or folder was looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A person's decision that a bonus or penalty of the harness does not apply."""

    id: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What people decided about a student, over what the harness found."""

    marks: tuple[Mark, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    appeals: tuple[Appeal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentLine:
    """A bonus or penalty as the report shows it, whether it applied or not."""

    id: str
    title: Text
    applied: bool
    points: Fraction  # what it changed; zero where it did not apply
    reason: str = ""
    author: str = ""
    waiver: Waiver | None = None  # why it did not apply, although the harness found reason to


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalGrade:
    """The result of a student over the whole rubric."""

    student: str
    sheets: tuple[ScoreSheet, ...]
    categories: tuple[CategoryTotal, ...]
    adjustments: tuple[AdjustmentLine, ...]
    total: Fraction  # decided points, bonuses and penalties included, within 0..rubric total
    waiting: Fraction
    verdict: GradeVerdict
    reasons: tuple[Text, ...]  # why, in words
    stages: Mapping[str, Stage] = field(default_factory=dict)  # by assignment

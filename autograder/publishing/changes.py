"""What changes between two states of a class's grades: points, thresholds, checks and causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Literal

Presence = Literal["both", "new", "gone"]  # in which of the two states a student has a grade
Direction = Literal["up", "down", "open"]  # open: a level that is not decided yet
ThresholdKind = Literal["verdict", "pass_mark", "minimum", "level", "project_level"]


class CauseKind(StrEnum):
    """Why something changed; labels.yml says each in words."""

    CODE = "code"  # another hand-in
    FIRST_HAND_IN = "first_hand_in"
    NO_HAND_IN = "no_hand_in"  # there was one before
    GRADERS = "graders"  # a file of them
    RULES = "rules"  # what grading.yml says of the assignment
    RUBRIC = "rubric"  # what grading.yml says of the rubric
    DATA = "data"
    HARNESS = "harness"
    PYTHON = "python"
    PACKAGE = "package"
    PACKAGES = "packages"  # those beyond the ones that are named
    SANDBOX = "sandbox"
    SEED = "seed"
    REPEATED = "repeated"  # a fault of ours was repeated, or the result is another for no reason
    MARK = "mark"
    MARK_GONE = "mark_gone"
    WAIVER = "waiver"
    WAIVER_GONE = "waiver_gone"
    APPEAL = "appeal"
    ANSWER = "answer"
    DECIDED_ADJUSTMENT = "decided_adjustment"  # a bonus or penalty that a person set
    DECIDED_ADJUSTMENT_GONE = "decided_adjustment_gone"
    FOUND_ADJUSTMENT = "found_adjustment"  # one that the graders found
    FOUND_ADJUSTMENT_GONE = "found_adjustment_gone"
    LATE = "late"  # the penalty for lateness
    LATE_GONE = "late_gone"
    REFUSED = "refused"  # a hand-in that is too late to count
    ACCEPTED = "accepted"  # one that was too late before
    STAGE = "stage"  # how far an assignment is, such as "not due yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason of a change; `values` fill its sentence."""

    kind: CauseKind
    assignment: str = ""  # empty: it concerns no single assignment
    criterion: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """A check that ended otherwise; None: it was not there."""

    id: str
    before: str | None  # a value of `autograder.model.Outcome`
    after: str | None
    credit_before: Fraction | None = None
    credit_after: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionChange:
    """A criterion whose points or checks are others; points are None while undecided."""

    id: str
    assignment: str  # empty: no assignment decides it
    before: Fraction | None
    after: Fraction | None
    checks: tuple[CheckChange, ...] = ()

    @property
    def difference(self) -> Fraction:
        """The points that it changes of what is decided."""
        return (self.after or Fraction(0)) - (self.before or Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentChange:
    """A bonus or penalty that changes other points than before."""

    id: str
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A threshold that a student crosses."""

    kind: ThresholdKind
    name: str = ""  # the category's id, of a minimum or a level
    before: str
    after: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """What changes for one student."""

    student: str
    presence: Presence
    total_before: Fraction
    total_after: Fraction
    waiting_before: Fraction = Fraction(0)
    waiting_after: Fraction = Fraction(0)
    verdict_before: str = ""  # empty: the student is new
    verdict_after: str = ""
    criteria: tuple[CriterionChange, ...] = ()
    adjustments: tuple[AdjustmentChange, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    causes: tuple[Cause, ...] = ()

    @property
    def difference(self) -> Fraction:
        """The points that the total changes by."""
        return self.total_after - self.total_before

    @property
    def is_loss(self) -> bool:
        """Whether the student loses points, the verdict, a minimum, a level or the whole grade."""
        falls = any(crossing.direction == "down" for crossing in self.crossings)
        return self.presence == "gone" or self.difference < 0 or falls

    @property
    def is_visible(self) -> bool:
        """Whether a grade, its points or a threshold changes, and not only what it rests on."""
        has_points = any(each.before != each.after for each in self.criteria)
        is_other = self.total_before != self.total_after or self.waiting_before != (
            self.waiting_after
        )
        changed = has_points or is_other or bool(self.adjustments or self.crossings)
        return changed or self.presence != "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateName:
    """What is compared: a folder of results as it is, or a published version."""

    folder: str  # as the command line named it
    version: int | None = None  # None: not a published one


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassChanges:
    """What changes for a class, of whose students only those with any change are listed."""

    before: StateName | None  # None: nothing was published
    after: StateName
    students: tuple[GradeChange, ...]  # by id
    total_students: int  # of both states together

    @property
    def losses(self) -> tuple[GradeChange, ...]:
        """The students who lose something."""
        return tuple(each for each in self.students if each.is_loss)

    @property
    def visible(self) -> tuple[GradeChange, ...]:
        """The students whose grade changes."""
        return tuple(each for each in self.students if each.is_visible)

"""The free lunch of a criterion: the most that an answer earns there which computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import Assignment, ScoreSheet
from autograder.verification.cases import Case

MAX_FREE_SHARE = Fraction(1, 4)  # of a criterion's points


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeLunch:
    """What the best puppet earns of a criterion."""

    criterion: str
    points: Fraction
    possible: Fraction
    puppet: str  # the case that earns most
    is_bounded: bool = True  # False: of questions, where one letter for all is right by luck

    @property
    def share(self) -> Fraction:
        """The share of the criterion's points."""
        return self.points / self.possible

    @property
    def is_too_large(self) -> bool:
        """Whether a submission that computes nothing earns more than it may."""
        return self.is_bounded and self.share > MAX_FREE_SHARE


def free_lunches(
    assignment: Assignment, graded: Sequence[tuple[Case, ScoreSheet]]
) -> tuple[FreeLunch, ...]:
    """Return the free lunch of each criterion of which a puppet was graded, in order."""
    lunches = []
    for criterion in assignment.criteria:
        earned = [
            (_points(sheet, criterion.id), case.name)
            for case, sheet in graded
            if criterion.id in case.puppet
        ]
        if earned:
            points, puppet = max(earned, key=lambda one: one[0])
            lunches.append(
                FreeLunch(
                    criterion=criterion.id,
                    points=points,
                    possible=criterion.points,
                    puppet=puppet,
                    is_bounded=assignment.runs_code,
                )
            )
    return tuple(lunches)


def _points(sheet: ScoreSheet, criterion: str) -> Fraction:
    """Return what a criterion earned, or what is proposed to the person who decides."""
    score = next(score for score in sheet.scores if score.criterion == criterion)
    return score.earned if score.earned is not None else score.proposed or Fraction(0)

"""A criterion as a student's page shows it: state, causes, what did not run, answers, drawings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import (
    CheckResult,
    Criterion,
    Frame,
    GivenAnswer,
    HandedPicture,
    Lang,
    Outcome,
    Score,
)
from autograder.report.networks import DrawnComparison, networks_of
from autograder.report.section import Section, condition
from autograder.report.student.causes import (
    Arithmetic,
    Cause,
    NotRun,
    arithmetic,
    cause_key,
    grouped,
    lost_weight,
    not_run,
    place_of,
    withholds,
)
from autograder.report.student.handout import HandoutSection
from autograder.report.work.listing import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """A question with the student's answer and the check that judges it."""

    asked: GivenAnswer
    check: CheckResult
    is_marked: bool = False  # a person has decided the criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """A row of the table, and what unfolds below it."""

    criterion: Criterion
    score: Score
    anchor: str  # the id of its element
    condition: str  # a word of the labels' `condition`
    causes: tuple[Cause, ...]
    not_run: tuple[NotRun, ...]
    arithmetic: Arithmetic | None
    pictures: tuple[HandedPicture, ...] = ()
    networks: tuple[DrawnComparison, ...] = ()
    questions: tuple[AnsweredQuestion, ...] = ()
    handout: HandoutSection | None = None

    @property
    def passed(self) -> tuple[CheckResult, ...]:
        """Return the checks that passed."""
        return tuple(c for c in self.score.checks if c.outcome is Outcome.PASSED)

    @property
    def lost(self) -> Fraction:
        """Return the points that were not earned; zero while nothing is decided."""
        earned = self.score.earned
        return Fraction(0) if earned is None else self.score.possible - earned


def answer_state(answered: AnsweredQuestion) -> str:
    """Return how an answer was judged: a word of the labels' `answer_state`."""
    check = answered.check
    if check.outcome is Outcome.PASSED:
        return "right"
    if check.outcome is not Outcome.FAILED:
        return "read" if answered.is_marked else "open"
    if not answered.asked.answer:
        return "blank"
    return "partly" if check.credit else "wrong"


Explained = dict[tuple[str, ...], Cause]  # by cause_key: the first place that explains it


def criterion_view(
    criterion: Criterion,
    score: Score,
    section: Section,
    anchor: str,
    listings: Sequence[Listing],
    explained: Explained,
    lang: Lang,
) -> CriterionView:
    """Return the view of a criterion; what it explains is added to `explained`."""
    by_check = {check.id: check for check in score.checks}
    answers = section.sheet.answers if section.sheet is not None else ()
    questions = tuple(
        AnsweredQuestion(
            asked=answer, check=by_check[answer.check], is_marked=score.mark is not None
        )
        for answer in answers
        if answer.check in by_check
    )
    causes = _causes(criterion, score, anchor, listings, explained)
    return CriterionView(
        criterion=criterion,
        score=score,
        anchor=anchor,
        condition=condition(score),
        causes=tuple(causes),
        not_run=not_run(score.checks),
        arithmetic=_arithmetic(score),
        pictures=section.pictures_of(score),
        networks=tuple(networks_of(section.sheet, score, lang)),
        questions=questions,
    )


def _arithmetic(score: Score) -> Arithmetic | None:
    """Return the arithmetic of the checks, where it is what decided and something was lost."""
    if score.mark is not None or score.earned is None or score.earned >= score.possible:
        return None
    return arithmetic(score.checks, score.possible)


def _causes(
    criterion: Criterion,
    score: Score,
    anchor: str,
    listings: Sequence[Listing],
    explained: Explained,
) -> Iterator[Cause]:
    found = _arithmetic(score)
    groups = grouped(score.checks)
    groups.sort(key=lambda group: -lost_weight(group))  # stable: the costliest first
    shown: set[Frame | None] = set()  # places whose lines stand with a cause above
    for number, group in enumerate(groups, start=1):
        key = cause_key(group[0])
        lost = Fraction(0)
        if found is not None:
            withheld = [check for check in score.checks if withholds(group, check)]
            lost = score.possible * lost_weight([*group, *withheld]) / found.counted
        place, listing, is_definition = place_of(group, listings)
        above = explained.get(key)
        cause = Cause(
            anchor=f"{anchor}-{number}",
            checks=group,
            lost=lost,
            criterion=criterion,
            place=place,
            is_definition=is_definition,
            listing=listing,
            has_excerpt=place not in shown,
            same_as=above if above is not None and group[0].cause else None,
        )
        shown.add(place)
        explained.setdefault(key, cause)
        yield cause

"""Which hand-ins a run has to grade: all but those whose results stand, since nothing changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.cache.index import Index, digest_of_hand_in
from autograder.grading.cache.invalidation import OTHER_HAND_IN, causes
from autograder.grading.graded import Graded
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Basis, Course, Level, Run, ScoreSheet
from autograder.results import ResultError, ResultReader, result_path

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPlan:
    """What a run takes as it is, and what it grades."""

    standing: tuple[Graded, ...]
    waiting: tuple[HandIn, ...]
    # By student and assignment: why the result that is there is not valid any more.
    causes: Mapping[tuple[str, str], tuple[str, ...]]


def plan_grading(
    course: Course, hand_ins: Sequence[HandIn], run: Run, reader: ResultReader, index: Index
) -> GradingPlan:
    """Return which hand-ins have results that stand, and which are to be graded.

    CourseError where images are missing that an assignment needs.
    """
    standing: list[Graded] = []
    waiting: list[HandIn] = []
    reasons: dict[tuple[str, str], tuple[str, ...]] = {}
    for assignment in course.assignments:
        own = [hand_in for hand_in in hand_ins if hand_in.assignment == assignment.id]
        basis = basis_of(course, assignment) if own else None
        for hand_in in own:
            assert basis is not None
            before = _existing_sheet(hand_in, run, reader)
            found = (
                () if before is None else _causes(before, hand_in, basis, run, index, assignment)
            )
            if before is None or found:
                waiting.append(hand_in)
                reasons[hand_in.student, hand_in.assignment] = found
            else:
                logger.info("%s: cache hit: its result is reused", _name(hand_in))
                standing.append(Graded(sheet=before, seconds=0.0, reused=True))
            if found:
                logger.info("%s: cache miss: %s", _name(hand_in), "; ".join(found))
    return GradingPlan(standing=tuple(standing), waiting=tuple(waiting), causes=reasons)


def _causes(
    before: ScoreSheet,
    hand_in: HandIn,
    basis: Basis,
    run: Run,
    index: Index,
    assignment: Assignment,
) -> tuple[str, ...]:
    """Return why a sheet is not valid for a hand-in; what cannot be read is another hand-in."""
    try:
        digest = digest_of_hand_in(hand_in, assignment, index)
    except OSError:
        return (OTHER_HAND_IN,)
    data, allowed = digest_of_data(assignment, run), allowed_level(assignment, run)
    return tuple(causes(before, digest, basis, data, run.seed, allowed))


def allowed_level(assignment: Assignment, run: Run) -> Level:
    """Return the weakest sandbox level that is accepted: the run's, or else the assignment's."""
    return run.allowed or assignment.sandbox


def _existing_sheet(hand_in: HandIn, run: Run, reader: ResultReader) -> ScoreSheet | None:
    """Return an earlier run's sheet of this hand-in; None where none can be read."""
    assert run.out is not None
    name, path = _name(hand_in), result_path(run.out, hand_in.student, hand_in.assignment)
    try:
        sheet = reader.read(path, run.lang)
    except FileNotFoundError:
        logger.info("%s: cache miss: no earlier result", name)
        return None
    except (OSError, ResultError) as error:
        logger.info("%s: cache miss: the earlier result cannot be read: %s", name, error)
        return None
    if (sheet.student, sheet.assignment) != (hand_in.student, hand_in.assignment):
        other = f"{sheet.student}/{sheet.assignment}"
        logger.info("%s: cache miss: the earlier result belongs to %s", name, other)
        return None
    return sheet


def _name(hand_in: HandIn) -> str:
    return f"{hand_in.student}/{hand_in.assignment}"

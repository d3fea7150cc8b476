"""Verification: each case is graded under two seeds; its marks must be the known ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.graded import Graded
from autograder.grading.grader import Grader, with_grader
from autograder.grading.judge import Judge
from autograder.grading.pool import judge_in_pool
from autograder.grading.sandbox_level import confining
from autograder.grading.workers.package_imports import refused_packages
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Course, Run, Score, ScoreSheet
from autograder.sandbox.launch import Zygote
from autograder.verification.artifacts import has_artifacts
from autograder.verification.cases import Case, automatic_criteria
from autograder.verification.generated_answers import ENDLESS_CASE

SEEDS = (1, 2)
ENDLESS_CASE_TIMEOUT_S = 0.5  # a check waits this long for an answer that never comes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVerdict:
    """The marks of a case under each seed, and what is wrong with them."""

    case: Case
    sheets: tuple[ScoreSheet, ...]  # by seed
    lost: tuple[frozenset[str], ...]  # by seed: automatic criteria that it did not earn in full
    faults: tuple[str, ...]  # of the grader, in words; empty: sound
    seconds: float  # of the slowest seed


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingRound:
    """Cases that are graded together, under one seed."""

    seed: int
    cases: tuple[Case, ...]
    has_usual_limits: bool = True  # False: a check waits half a second


def seeds_of(case: Case, assignment: Assignment) -> tuple[int, ...]:
    """Return the seeds under which a case is graded.

    A wrong answer with artifacts is graded under the first alone: its model is measured image by
    image, and there are many such answers. So are generated answers and puppets.
    """
    is_slow = case.kind == "wrong" and has_artifacts(assignment)
    return SEEDS[:1] if is_slow or case.kind in ("generated", "puppet") else SEEDS


def verify(
    course: Course,
    assignment: Assignment,
    hand_ins: dict[Case, HandIn],
    run: Run,
    zygote: Zygote | None,
    on_graded: Callable[[], None],
) -> tuple[list[CaseVerdict], list[str]]:
    """Grade every case and compare its marks with what is known of them.

    `on_graded` is called after each case and seed. Beside the verdicts, return a line for each
    package of the course that the code cannot import in its sandbox.
    """
    refused: list[str] = []
    graded_by_case: dict[str, list[Graded]] = {case.name: [] for case in hand_ins}
    basis = basis_of(course, assignment)

    def keep(graded: Graded) -> None:
        graded_by_case[graded.sheet.student].append(graded)
        on_graded()

    def grade_all(grader: Grader) -> None:
        with _confined(zygote) as confined:
            for group in _rounds(hand_ins, assignment):
                judge = Judge(
                    grader=grader if group.has_usual_limits else _with_short_limits(grader),
                    zygote=confined,
                    run=replace(run, seed=group.seed, lang="en", allowed="C"),
                    basis=basis,
                )
                judge_in_pool(judge, [hand_ins[case] for case in group.cases], keep)
            if confined is not None:
                refused.extend(refused_packages(assignment, course.packages, confined))

    with_grader(course, assignment, assignment.graders, "en", grade_all)
    verdicts = [_verdict(assignment, case, graded_by_case[case.name]) for case in hand_ins]
    return verdicts, refused


def _rounds(cases: Iterable[Case], assignment: Assignment) -> Iterator[GradingRound]:
    """Yield all cases under the first seed, most under the second; the endless one by itself."""
    cases = tuple(cases)
    endless = tuple(case for case in cases if case.name == ENDLESS_CASE)
    others = tuple(case for case in cases if case.name != ENDLESS_CASE)
    again = tuple(case for case in others if SEEDS[1] in seeds_of(case, assignment))
    yield GradingRound(seed=SEEDS[0], cases=others)
    yield GradingRound(seed=SEEDS[1], cases=again)
    yield GradingRound(seed=SEEDS[0], cases=endless, has_usual_limits=False)


@contextmanager
def _confined(zygote: Zygote | None) -> Iterator[Zygote | None]:
    """Yield the zygote at the strongest level that works here; marks do not depend on it."""
    if zygote is None:
        yield None
        return
    with confining(zygote, "C") as confined:
        yield confined


def _with_short_limits(grader: Grader) -> Grader:
    """Return a grader that waits half a second for each answer."""
    timeout = ENDLESS_CASE_TIMEOUT_S
    limits = replace(grader.assignment.limits, wall_check=timeout, wall_measure=timeout)
    return replace(grader, assignment=replace(grader.assignment, limits=limits))


def _verdict(assignment: Assignment, case: Case, graded: list[Graded]) -> CaseVerdict:
    sheets = [one.sheet for one in graded]
    lost = tuple(_lost_criteria(assignment, sheet) for sheet in sheets)
    return CaseVerdict(
        case=case,
        sheets=tuple(sheets),
        lost=lost,
        faults=tuple(_faults(case, sheets, lost)),
        seconds=max(one.seconds for one in graded),
    )


def _lost_criteria(assignment: Assignment, sheet: ScoreSheet) -> frozenset[str]:
    """Return the automatic criteria that a sheet does not give in full."""
    automatic = automatic_criteria(assignment)
    scores = (score for score in sheet.scores if score.criterion in automatic)
    return frozenset(score.criterion for score in scores if _points(score) != score.possible)


def _points(score: Score) -> Fraction:
    """Return what a criterion earned, or what is proposed to the person who decides."""
    return score.earned if score.earned is not None else score.proposed or Fraction(0)


def _faults(case: Case, sheets: list[ScoreSheet], lost: Sequence[frozenset[str]]) -> Iterator[str]:
    """Yield what is not as it must be, in words."""
    if any(sheet.status == "needs_review" for sheet in sheets):
        yield "the grader itself failed"
    brought = [frozenset(adjustment.id for adjustment in sheet.adjustments) for sheet in sheets]
    if len(set(lost)) > 1 or len(set(brought)) > 1:
        yield "other marks under another seed"
    if case.kind != "puppet":  # what it earns is judged together with that of other puppets
        yield from _differences(case, lost[0], brought[0])
    points = {score.criterion: _points(score) for score in sheets[0].scores}
    for proposal in case.proposes:
        if not proposal.holds(points[proposal.criterion]):
            yield f"proposes {points[proposal.criterion]}, must propose {proposal.text}"
    if case.kind == "stub" and any(sheet.earned for sheet in sheets):
        yield f"earns {sheets[0].earned} points, must earn nothing"


def _differences(case: Case, lost: frozenset[str], brought: frozenset[str]) -> Iterator[str]:
    """Yield how losses and adjustments differ from what the case declares."""
    differences = (
        ("must keep", lost - case.loses),
        ("must lose", case.loses - lost),
        ("must not bring", brought - case.adjusts),
        ("must bring", case.adjusts - brought),
    )
    for words, names in differences:
        if names:
            yield f"{words} {', '.join(sorted(names))}"

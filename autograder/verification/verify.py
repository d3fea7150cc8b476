"""Verification: is a grader sound? Every case graded, under two seeds, and held against what is
known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

from autograder.grading.fingerprint import basis_of
from autograder.grading.grader import Grader, with_grader
from autograder.grading.judge import Graded, Judge
from autograder.grading.package_imports import refused_packages
from autograder.grading.pool import judge_in_pool
from autograder.grading.sandbox_level import confining
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Course, Run, Score, ScoreSheet
from autograder.sandbox.launch import Zygote
from autograder.verification.artifacts import has_artifacts
from autograder.verification.cases import Case, automatic
from autograder.verification.generated_answers import NAME as ENDLESS

SEEDS = (1, 2)
PATIENCE = 0.5  # seconds that a check waits for an answer that never comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a case came out, seed by seed."""

    case: Case
    sheets: tuple[ScoreSheet, ...]  # per seed
    lost: tuple[
        frozenset[str], ...
    ]  # per seed: the automatic criteria that it did not earn in full
    faults: tuple[str, ...]  # what is wrong with the grader, in words; empty: sound
    seconds: float  # of the slowest seed


def seeds_of(case: Case, assignment: Assignment) -> tuple[int, ...]:
    """Under which seeds a case is graded; the dear wrong answers under the first alone, for they
    are many.
    """
    is_dear = case.kind == "wrong" and has_artifacts(
        assignment
    )  # a model that is measured image by image
    return SEEDS[:1] if is_dear or case.kind == "generic" else SEEDS


def verify(
    course: Course,
    assignment: Assignment,
    hand_ins: dict[Case, HandIn],
    run: Run,
    zygote: Zygote | None,
    each: Callable[[], None],
) -> tuple[list[Verdict], list[str]]:
    """Grade every case and hold the marks against what is known; `each` hears of progress.

    Beside the verdicts, a line for each package of the course that the code cannot import in its
    sandbox.
    """
    refused: list[str] = []
    sheets: dict[str, list[ScoreSheet]] = {case.name: [] for case in hand_ins}
    seconds = dict.fromkeys(sheets, 0.0)
    basis = basis_of(course, assignment)

    def done(graded: Graded) -> None:
        sheets[graded.sheet.student].append(graded.sheet)
        seconds[graded.sheet.student] = max(seconds[graded.sheet.student], graded.seconds)
        each()

    def body(grader: Grader) -> None:
        with _confined(zygote) as ready:
            for seed, patient, names in _rounds(hand_ins, assignment):
                judge = Judge(
                    grader=grader if patient else _impatient(grader),
                    zygote=ready,
                    run=replace(run, seed=seed, lang="en", allowed="C"),
                    basis=basis,
                )
                judge_in_pool(judge, [hand_ins[case] for case in names], done)
            if ready is not None:
                refused.extend(refused_packages(assignment, course.packages, ready))

    with_grader(course, assignment, assignment.graders, "en", body)
    return [
        _verdict(assignment, case, sheets[case.name], seconds[case.name]) for case in hand_ins
    ], refused


def _rounds(
    cases: Iterable[Case], assignment: Assignment
) -> Iterator[tuple[int, bool, list[Case]]]:
    """What is graded together: a seed, whether the usual limits of time hold, and the cases."""
    cases = list(cases)
    endless = [case for case in cases if case.name == ENDLESS]
    others = [case for case in cases if case.name != ENDLESS]
    yield SEEDS[0], True, others
    yield SEEDS[1], True, [case for case in others if SEEDS[1] in seeds_of(case, assignment)]
    yield SEEDS[0], False, endless


@contextmanager
def _confined(zygote: Zygote | None) -> Iterator[Zygote | None]:
    """The zygote, at whatever level works here: marks do not depend on it."""
    if zygote is None:
        yield None
        return
    with confining(zygote, "C") as ready:
        yield ready


def _impatient(grader: Grader) -> Grader:
    limits = replace(grader.assignment.limits, wall_check=PATIENCE, wall_measure=PATIENCE)
    return replace(grader, assignment=replace(grader.assignment, limits=limits))


def _verdict(
    assignment: Assignment, case: Case, sheets: list[ScoreSheet], seconds: float
) -> Verdict:
    lost = tuple(_lost(assignment, sheet) for sheet in sheets)
    return Verdict(
        case=case,
        sheets=tuple(sheets),
        lost=lost,
        faults=tuple(_faults(case, sheets, lost)),
        seconds=seconds,
    )


def _lost(assignment: Assignment, sheet: ScoreSheet) -> frozenset[str]:
    known = automatic(assignment)
    return frozenset(
        s.criterion for s in sheet.scores if s.criterion in known and _points(s) != s.possible
    )


def _points(score: Score) -> Fraction:
    """What a criterion earned, or what is proposed to the person who decides."""
    return score.earned if score.earned is not None else score.proposed or Fraction(0)


def _faults(case: Case, sheets: list[ScoreSheet], lost: Sequence[frozenset[str]]) -> Iterator[str]:
    """What is not as it must be, in words."""
    if any(sheet.status == "needs_review" for sheet in sheets):
        yield "the grader itself failed"
    brought = [frozenset(a.id for a in sheet.adjustments) for sheet in sheets]
    if len(set(lost)) > 1 or len(set(brought)) > 1:
        yield "other marks under another seed"
    for names, words in (
        (lost[0] - case.loses, "must keep"),
        (case.loses - lost[0], "must lose"),
        (brought[0] - case.adjusts, "must not bring"),
        (case.adjusts - brought[0], "must bring"),
    ):
        if names:
            yield f"{words} {', '.join(sorted(names))}"
    points = {s.criterion: _points(s) for s in sheets[0].scores}
    for proposal in case.proposes:
        if not proposal.holds(points[proposal.criterion]):
            yield f"proposes {points[proposal.criterion]}, must propose {proposal.words}"
    if case.kind == "stub" and any(sheet.earned for sheet in sheets):
        yield f"earns {sheets[0].earned} points, must earn nothing"

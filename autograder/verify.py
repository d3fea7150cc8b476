"""Verification: is an assignment's grader sound? Solution, stub, wrong and right answers, under two seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.cases import Case
from autograder.grade import Run
from autograder.intake import HandIn
from autograder.judges import Graded, grade_all
from autograder.model import Assignment, Course, ScoreSheet
from autograder.sandbox.launch import Zygote

SEEDS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a case came out, seed by seed."""

    case: Case
    lost: tuple[frozenset[str], ...]  # per seed
    faults: tuple[str, ...]  # what is wrong with the grader, in words; empty: sound
    seconds: float  # of the slowest seed


def verify(
    course: Course,
    assignment: Assignment,
    cases: Sequence[Case],
    jobs: int,
    zygotes: Callable[[], Zygote],
    each: Callable[[], None],
) -> list[Verdict]:
    """Grade every case under every seed and hold the marks against what is known; `each` hears of progress."""
    sheets: dict[str, list[ScoreSheet]] = {case.name: [] for case in cases}
    seconds = dict.fromkeys(sheets, 0.0)
    hand_ins = [HandIn(student=case.name, assignment=assignment.id, path=case.path) for case in cases]

    def done(graded: Graded) -> None:
        sheets[graded.sheet.student].append(graded.sheet)
        seconds[graded.sheet.student] = max(seconds[graded.sheet.student], graded.seconds)
        each()

    for seed in SEEDS:
        grade_all(course, assignment, hand_ins, Run(seed=seed, jobs=jobs, lang="en", allowed="C"), zygotes(), done)
    return [_verdict(case, sheets[case.name], seconds[case.name]) for case in cases]


def _verdict(case: Case, sheets: list[ScoreSheet], seconds: float) -> Verdict:
    lost = tuple(frozenset(s.criterion for s in sheet.scores if s.earned != s.possible) for sheet in sheets)
    faults = []
    if any(sheet.status == "needs_review" for sheet in sheets):
        faults.append("the grader itself failed")
    if len(set(lost)) > 1:
        faults.append("other marks under another seed")
    for names, words in ((lost[0] - case.loses, "must keep"), (case.loses - lost[0], "must lose")):
        if names:
            faults.append(f"{words} {', '.join(sorted(names))}")
    if case.kind == "stub" and any(sheet.earned for sheet in sheets):
        faults.append(f"earns {sheets[0].earned} points, must earn nothing")
    return Verdict(case=case, lost=lost, faults=tuple(faults), seconds=seconds)

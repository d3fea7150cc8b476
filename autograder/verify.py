"""Verification: is an assignment's grader sound? Solution, stub, wrong and right answers, under two seeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.grade import Run
from autograder.intake import HandIn
from autograder.judges import Graded, grade_all
from autograder.model import Assignment, Course, ScoreSheet
from autograder.near import did_you_mean
from autograder.sandbox.launch import Zygote

SEEDS = (1, 2)
LOSES = "# loses:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer whose marks are known beforehand."""

    name: str  # e.g. "wrong/no_skip.py"
    path: Path
    loses: frozenset[str]  # the criteria that it must not earn in full
    earns_nothing: bool = False  # the stub


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a case came out, seed by seed."""

    case: Case
    lost: tuple[frozenset[str], ...]  # per seed
    faults: tuple[str, ...]  # what is wrong with the grader, in words; empty: sound
    seconds: float  # of the slowest seed


def cases_of(assignment: Assignment) -> list[Case]:
    """The solution, the stub, and every file of right/ and wrong/; CourseError where one is malformed."""
    automatic = frozenset(c.id for c in assignment.criteria if not c.manual)
    name = assignment.files[0].name
    cases = [
        Case(name="solution", path=assignment.solution / name, loses=frozenset()),
        Case(name="stub", path=assignment.root / name, loses=automatic, earns_nothing=True),
    ]
    for path in _answers(assignment.root / "right"):
        cases.append(Case(name=f"right/{path.name}", path=path, loses=frozenset()))
    for path in _answers(assignment.root / "wrong"):
        cases.append(Case(name=f"wrong/{path.name}", path=path, loses=_declared_losses(path, automatic)))
    missing = [f"{c.path}: no such file; verify needs it" for c in cases[:2] if not c.path.is_file()]
    if missing:
        raise CourseError(*missing)
    return cases


def _answers(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("*") if p.suffix in (".py", ".ipynb"))


def _declared_losses(path: Path, automatic: frozenset[str]) -> frozenset[str]:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    if not first.startswith(LOSES):
        raise CourseError(f"{path}:1: expected `{LOSES} <criterion>, ...`, got {first[:60]!r}")
    declared = frozenset(name.strip() for name in first.removeprefix(LOSES).split(","))
    for unknown in sorted(declared - automatic):
        raise CourseError(f"{path}:1: no criterion {unknown!r} to lose{did_you_mean(unknown, sorted(automatic))}")
    return declared


def verify(
    course: Course, assignment: Assignment, jobs: int, zygotes: Callable[[], Zygote], each: Callable[[], None]
) -> list[Verdict]:
    """Grade every case under every seed and hold the marks against what is known; `each` hears of progress."""
    cases = cases_of(assignment)
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
    if case.earns_nothing and any(sheet.earned for sheet in sheets):
        faults.append(f"earns {sheets[0].earned} points, must earn nothing")
    return Verdict(case=case, lost=lost, faults=tuple(faults), seconds=seconds)

"""The search for copies in a class: pairs, clusters and signals of each assignment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.class_analysis.copies.common_lines import common_lines, marked_runs
from autograder.class_analysis.copies.compared_code import (
    ComparedCode,
    Run,
    UnreadCode,
    read_class,
)
from autograder.class_analysis.copies.signals import SignalKind, signals_of
from autograder.class_analysis.copies.similarity import (
    PAIRS_BELOW,
    CodePair,
    clusters_of,
    run_weights,
    similar_pairs,
)
from autograder.handin.intake import HandIn
from autograder.model import Assignment, ScoreSheet
from autograder.report.identical_work import NO_TEAMS, TeamOfStudent

LEAST_SHOWN = 0.05  # of a pair below the threshold
MAX_PAIRS = 200  # of an assignment, the most alike ones


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWork:
    """Two students whose work is alike, by their code or by another signal."""

    pair: CodePair | None  # None: their code was not compared, or shares little
    students: tuple[str, str]
    signals: tuple[SignalKind, ...] = ()
    # Of both: the lines in common, each with its like in the other's code.
    lines: tuple[Mapping[int, int], Mapping[int, int]] = ({}, {})

    @property
    def share(self) -> float:
        """The share of the code that they have in common; 0 where little or none is compared."""
        return 0.0 if self.pair is None else self.pair.share


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentCopies:
    """What was found in the hand-ins of one assignment."""

    assignment: Assignment
    codes: Mapping[str, ComparedCode]  # by student
    unread: tuple[UnreadCode, ...]
    threshold: float
    found: tuple[SharedWork, ...]  # at or above the threshold, or with a signal
    below: tuple[SharedWork, ...]  # the most alike of the others, to compare with
    left_out: int = 0  # pairs that were too many to list
    clusters: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedPair:
    """Two students whose work is alike in several assignments, which is seldom by chance."""

    students: tuple[str, str]
    works: Mapping[str, SharedWork]  # by assignment


def find_copies(
    assignment: Assignment,
    hand_ins: Sequence[HandIn],
    sheets: Mapping[str, ScoreSheet],
    threshold: float,
    teams: TeamOfStudent = NO_TEAMS,
) -> AssignmentCopies:
    """Compare the hand-ins of an assignment; `sheets` are its results by student, if any."""
    read = list(read_class(hand_ins, assignment)) if assignment.runs_code else []
    codes = {code.student: code for code in read if isinstance(code, ComparedCode)}
    unread = tuple(code for code in read if isinstance(code, UnreadCode))
    weights = run_weights(list(codes.values()))
    pairs = [
        pair
        for pair in similar_pairs(list(codes.values()), weights, min(threshold, LEAST_SHOWN))
        if not _are_team_mates(pair.one, pair.other, assignment, teams)
    ]
    signals = {
        students: kinds
        for students, kinds in signals_of(sheets).items()
        if not _are_team_mates(*students, assignment, teams)
    }
    work = _joined(pairs, signals)
    found = [each for each in work if each.share >= threshold or each.signals]
    below = [each for each in work if each.share < threshold and not each.signals]
    counts = Counter(run for code in codes.values() for run in code.own_runs)
    return AssignmentCopies(
        assignment=assignment,
        codes=codes,
        unread=unread,
        threshold=threshold,
        found=tuple(_with_lines(each, codes, counts) for each in found[:MAX_PAIRS]),
        below=tuple(_with_lines(each, codes, counts) for each in below[:PAIRS_BELOW]),
        left_out=max(0, len(found) - MAX_PAIRS),
        clusters=tuple(clusters_of([pair for pair in pairs if pair.share >= threshold])),
    )


def alike_in_several(found: Sequence[AssignmentCopies]) -> list[RepeatedPair]:
    """Return the pairs that are pointed out in two assignments or more, the most often first."""
    works: dict[tuple[str, str], dict[str, SharedWork]] = {}
    for copies in found:
        for work in copies.found:
            works.setdefault(work.students, {})[copies.assignment.id] = work
    repeated = [
        RepeatedPair(students=students, works=by_assignment)
        for students, by_assignment in works.items()
        if len(by_assignment) > 1
    ]
    return sorted(repeated, key=lambda pair: (-len(pair.works), pair.students))


def _are_team_mates(one: str, other: str, assignment: Assignment, teams: TeamOfStudent) -> bool:
    team = teams.get((one, assignment.id))
    return bool(team) and team == teams.get((other, assignment.id))


def _joined(
    pairs: Iterable[CodePair], signals: Mapping[tuple[str, str], tuple[SignalKind, ...]]
) -> list[SharedWork]:
    """Return the pairs with their signals, the most alike first."""
    by_students = {}
    for pair in pairs:
        one, other = sorted((pair.one, pair.other))
        by_students[one, other] = pair
    work = [
        SharedWork(
            pair=by_students.get(students), students=students, signals=signals.get(students, ())
        )
        for students in sorted(by_students.keys() | signals.keys())
    ]
    return sorted(work, key=lambda each: (-each.share, -len(each.signals), each.students))


def _with_lines(
    work: SharedWork, codes: Mapping[str, ComparedCode], counts: Mapping[Run, int]
) -> SharedWork:
    """Return the same with the lines that both have in common."""
    if work.pair is None:
        return work
    one, other = (codes[student] for student in work.students)
    runs = marked_runs(one, other, counts, len(codes))
    return SharedWork(
        pair=work.pair,
        students=work.students,
        signals=work.signals,
        lines=(common_lines(one, other, runs), common_lines(other, one, runs)),
    )

"""The budget of one hand-in, the timer of the judge's own time, and the size of what is written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypedDict

import pytest
import torch

from autograder.checks.answer_types import declared_type, fits
from autograder.errors import (
    Absent,
    Crashed,
    Denied,
    PackageAbsent,
    StudentError,
    TimeExceeded,
    TimeLimit,
)
from autograder.grading.size_limit import (
    MAX_FINDINGS,
    MAX_NOTES,
    MAX_SENTENCE_CHARS,
    MAX_STAFF_BYTES,
    shortened,
    trimmed,
)
from autograder.grading.workers.budget import MAX_ENDED_WORKERS, Allowance, Budget
from autograder.grading.workers.cpu_timer import CpuTimer
from autograder.model import (
    Adjustment,
    Basis,
    Cause,
    CheckResult,
    Limits,
    Note,
    Outcome,
    Score,
    ScoreSheet,
)
from autograder.results import to_json

PACKAGE_ABSENT = PackageAbsent(
    "no such package",
    exception_type="ModuleNotFoundError",
    package="wave",
    imported=None,
    where=(),
    cause=Cause(key="module"),
)

# ---------------------------------------------------------------- seconds and ends


def test_answers_count_against_the_check_and_the_submission() -> None:
    """What one check waited is not given to the next one, and both count for the hand-in."""
    budget = Budget(Limits(wall_check=5.0, wall_submission=6.0))
    budget.begin("c", measures=False)
    with budget.answering():
        pass
    assert budget.for_answer().limit == "check"
    budget.begin("c", measures=False)
    budget._answer_seconds = 5.5
    assert budget.for_answer().limit == "submission"


def test_a_single_answer_of_a_measurement_is_bounded() -> None:
    """A model that hangs costs a twentieth of wall_measure, or wall_check where that is more."""
    for wall_check, most in ((5.0, 30.0), (60.0, 60.0)):
        budget = Budget(Limits(wall_check=wall_check, wall_measure=600.0))
        budget.begin("c", measures=True)
        assert budget.for_answer() == Allowance(seconds=most, limit=TimeLimit.MEASURE)


def test_a_check_that_measures_has_seconds_of_its_own() -> None:
    """It waits by wall_measure, and leaves the others theirs."""
    budget = Budget(Limits(wall_check=1.0, wall_submission=1.0, wall_measure=9.0))
    budget.begin("c", measures=True)
    allowance = budget.for_answer()
    assert allowance.limit is TimeLimit.MEASURE
    assert allowance.seconds <= 9.0


def test_imports_end_with_the_reserve() -> None:
    """A worker is refused once the reserve is used up; until then its import gets what is left."""
    budget = Budget(Limits(wall_import=10.0, reserve=4.0))
    budget.begin("c", measures=False)
    assert budget.for_import() == Allowance(seconds=4.0, limit=TimeLimit.RESERVE)
    budget._reserve_seconds = 4.0
    with pytest.raises(TimeExceeded) as ended:
        budget.for_import()
    assert ended.value.limit is TimeLimit.RESERVE


@pytest.mark.parametrize(
    ("error", "subject"),
    [
        (Crashed("gone"), ""),
        (Denied("no"), ""),
        (TimeExceeded("late", limit=TimeLimit.CHECK), "criterion"),
        (PACKAGE_ABSENT, "ModuleNotFoundError"),
        (Absent("gone", name="f"), "f"),
    ],
)
def test_a_criterion_is_not_asked_again_after_so_many_ends(
    error: StudentError, subject: str
) -> None:
    """What is left of it ends as its workers did; another criterion is asked as ever."""
    budget = Budget(Limits())
    budget.begin("c", measures=False)
    for _ in range(MAX_ENDED_WORKERS):
        budget.require_not_ended()
        budget.note_end(error)
    with pytest.raises(StudentError) as ended:
        budget.require_not_ended()
    assert (ended.value.outcome, ended.value.subject) == (error.outcome, subject)
    budget.begin("d", measures=False)
    budget.require_not_ended()


def test_an_end_that_is_forgiven_does_not_count() -> None:
    """A check that is asked once more begins as if for the first time."""
    budget = Budget(Limits())
    budget.begin("c", measures=False)
    for _ in range(2 * MAX_ENDED_WORKERS):
        budget.note_end(TimeExceeded("late", limit=TimeLimit.CHECK))
        budget.forgive()
    budget.require_not_ended()


# ------------------------------------------------------------------------------------ the judge's
# own time


def endless() -> None:
    """Compute until somebody interrupts it."""
    while True:
        pass


def test_what_computes_too_long_is_interrupted() -> None:
    """The error is raised in the code itself, and the handler that was there is put back."""
    before = signal.getsignal(signal.SIGPROF)
    with (
        pytest.raises(TimeExceeded, match="busy"),
        CpuTimer().running(0.1, lambda: TimeExceeded("busy", limit=TimeLimit.RESERVE)),
    ):
        endless()
    assert signal.getsignal(signal.SIGPROF) == before


def test_what_is_held_is_finished_first() -> None:
    """An exchange with a worker is not cut in two: the error comes behind it."""
    timer = CpuTimer()
    finished = []

    def compute() -> None:
        with timer.held():
            sum(range(20_000_000))
            finished.append(True)
        endless()

    with (
        pytest.raises(TimeExceeded),
        timer.running(0.1, lambda: TimeExceeded("busy", limit=TimeLimit.RESERVE)),
    ):
        compute()
    assert finished == [True]


def test_elsewhere_than_in_the_main_thread_nothing_is_interrupted() -> None:
    """Signals reach the main thread alone."""
    ended: list[bool] = []

    def body() -> None:
        with CpuTimer().running(0.0, lambda: TimeExceeded("busy", limit=TimeLimit.RESERVE)):
            ended.append(True)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert ended == [True]


# ------------------------------------------------------------------------------------ declared
# types


class Report(TypedDict):
    """What a probe may declare."""

    n: int
    share: float


FITTING: list[tuple[Any, Any]] = [
    (1, int),
    (1, float),
    (None, None),
    (None, int | None),
    ([1, 2], list[int]),
    ((1, "a"), tuple[int, str]),
    ((1, 2, 3), tuple[int, ...]),
    ({"n": 1}, dict[str, int]),
    ({"n": 1, "share": 0.5}, Report),
    (torch.ones(2), torch.Tensor),
    ([torch.ones(2), None], list[torch.Tensor | None]),
    ("whatever", Any),
    ("whatever", Iterator[int]),
]
MISFITS: list[tuple[Any, Any]] = [
    ("1", int),
    (True, float),
    (0, None),
    ((1, 2), list[int]),
    ([1, "a"], list[int]),
    ((1,), tuple[int, str]),
    ({"n": "1"}, dict[str, int]),
    ({"n": 1}, Report),
    ({"n": 1, "share": 0.5, "more": 1}, Report),
    ([1.0], torch.Tensor),
]


@pytest.mark.parametrize(("value", "declared"), FITTING)
def test_a_value_fits_its_type(value: Any, declared: Any) -> None:
    """Containers are held to the types of their values; what is not known here fits."""
    assert fits(value, declared)


@pytest.mark.parametrize(("value", "declared"), MISFITS)
def test_another_kind_or_other_keys_do_not_fit(value: Any, declared: Any) -> None:
    """Each differs in one place."""
    assert not fits(value, declared)


def test_a_probe_without_a_readable_type_declares_anything() -> None:
    """A name that only a type checker knows is no mistake."""

    def probe(student: Any) -> UnknownHere:  # type: ignore[name-defined]  # noqa: F821
        return student

    assert declared_type(probe) is Any


# ------------------------------------------------------------------------------------ sizes

FLOOD = "\x01<\u202e\U000e0001" * 5_000


def sheet(checks: int) -> ScoreSheet:
    """Return a sheet in which everything that student code may choose is as large as it can be."""
    check = CheckResult(
        id="check",
        criterion="c",
        outcome=Outcome.RAISED,
        message=FLOOD,
        hint=FLOOD,
        evidence=FLOOD,
        output=FLOOD,
    )
    return ScoreSheet(
        student="s",
        assignment="a",
        status="graded",
        scores=(
            Score(
                criterion="c",
                earned=Fraction(0),
                possible=Fraction(1),
                state="auto",
                checks=(check,) * checks,
            ),
        ),
        findings=(check,) * 500,
        notes=(Note(check="check", text=FLOOD),) * 500,
        adjustments=(Adjustment(id="bonus.b", reason=FLOOD),),
        seed=0,
        lang="es",
        submission_digest="",
        basis=Basis(harness="", python="", packages={}, files={}, rules={}),
        confinement=None,
    )


def test_evidence_and_output_are_bounded_together() -> None:
    """However many checks there are, what staff read of them is written in so many bytes."""
    kept = trimmed(sheet(checks=60))
    texts = [t for c in (*kept.findings, *kept.scores[0].checks) for t in (c.evidence, c.output)]
    assert len("".join(texts).encode()) <= MAX_STAFF_BYTES
    assert len(kept.scores[0].checks) == 60


def test_findings_notes_and_sentences_are_bounded() -> None:
    """Their number is, and the length of each."""
    kept = trimmed(sheet(checks=1))
    assert (len(kept.findings), len(kept.notes)) == (MAX_FINDINGS, MAX_NOTES)
    sentences = [
        kept.findings[0].message,
        kept.findings[0].hint,
        kept.notes[0].text,
        kept.adjustments[0].reason,
    ]
    assert max(map(len, sentences)) <= MAX_SENTENCE_CHARS + 50


def test_an_ordinary_sheet_is_not_changed() -> None:
    """What is small stays to the letter."""
    check = CheckResult(
        id="x", criterion="", outcome=Outcome.FAILED, message="No.", evidence="a\nb", output="<é>"
    )
    ordinary = replace(sheet(checks=0), scores=(), findings=(check,), notes=(), adjustments=())
    assert trimmed(ordinary) == ordinary
    assert to_json(trimmed(ordinary)) == to_json(ordinary)


def test_what_is_left_out_is_counted() -> None:
    """A text that is cut ends with the number of its missing characters, in no language."""
    assert shortened("a" * 10, 4) == "aaaa… [+6]"
    assert shortened("a" * 4, 4) == "aaaa"

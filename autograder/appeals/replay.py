"""A replay: one hand-in graded again exactly as its result records, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from autograder.appeals.git_history import Commit
from autograder.appeals.recorded_graders import recorded_graders
from autograder.appeals.recorded_result import (
    FoundHandIn,
    RecordedResult,
    find_recorded_hand_in,
)
from autograder.grading.batch import grade_batch
from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.cache.fingerprint import basis_of, graders_files
from autograder.grading.workers.questions import question_file
from autograder.model import Accuracy, Assignment, Course, Run, ScoreSheet
from autograder.publishing.changes import Cause, CauseKind, CheckChange
from autograder.publishing.sheet_causes import causes_of_sheet, checks_that_ended_otherwise
from autograder.publishing.sheet_facts import SheetFacts, read_sheet_facts
from autograder.results import read_result, result_path
from autograder.sandbox.temp_dirs import temporary_folder

# A cause that nothing else explains is no difference of today, but of the two results.
OF_RESULTS = {CauseKind.REPEATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a check to the student's code, in words."""

    check: str
    number: int  # from 0; it counts again where a check is run again
    asks: str
    answer: str  # a claim of the worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A result that was made again."""

    recorded: RecordedResult
    found: FoundHandIn
    course: Course  # by whose rubric it was graded
    content: bytes  # the result file of the replay
    sheet: ScoreSheet
    graders: tuple[tuple[str, bytes], ...]  # the files of the graders that were used, by path
    commit: Commit | None  # that they are from; None: the course as it is now
    has_exact_graders: bool  # whether they and their rules are the recorded ones
    has_history: bool  # False: the course lies in no git repository
    differs_today: tuple[Cause, ...]  # recorded against today, before anything was restored
    not_restored: tuple[Cause, ...]  # of these, what still differed when it was graded
    checks: tuple[CheckChange, ...]  # that ended otherwise than recorded
    fields: tuple[str, ...]  # of the result file, whose content is another
    questions: tuple[Question, ...]  # that the checks asked, in their order

    @property
    def is_identical(self) -> bool:
        """Whether the result file has the recorded bytes."""
        return self.content == self.recorded.content


def replay(recorded: RecordedResult, submitted: Path, course: Course, data: Path) -> Replay:
    """Grade the recorded hand-in again: with its seed, its graders and its language.

    CourseError or HostError where it cannot be graded here.
    """
    sheet = recorded.sheet
    with (
        recorded_graders(course, sheet.assignment, sheet.basis) as graders,
        temporary_folder() as out,
        temporary_folder() as questions,
    ):
        found = find_recorded_hand_in(recorded, submitted, graders.course)
        assignment = graders.course.assignment(sheet.assignment)
        run = _run_of(recorded, assignment, data, out, questions)
        grade_batch(
            graders.course, (found.hand_in,), run, done=lambda _graded: None, seed=sheet.seed
        )
        path = result_path(out, sheet.student, sheet.assignment)
        after = read_sheet_facts(path)
        assert after is not None
        today = _today(sheet.assignment, found, course, after)
        return Replay(
            recorded=recorded,
            found=found,
            course=graders.course,
            content=path.read_bytes(),
            sheet=read_result(path),
            graders=tuple(_files_of(assignment)),
            commit=graders.commit,
            has_exact_graders=graders.is_exact,
            has_history=graders.has_history,
            differs_today=_differences(sheet.assignment, recorded.facts, today),
            not_restored=_differences(sheet.assignment, recorded.facts, after),
            checks=tuple(_other_checks(recorded.facts, after)),
            fields=_other_fields(recorded.content, path.read_bytes()),
            questions=tuple(_read_questions(question_file(questions, found.files.digest))),
        )


def _run_of(
    recorded: RecordedResult, assignment: Assignment, data: Path, out: Path, questions: Path
) -> Run:
    """Return the options of the recorded run, as far as they decide the result."""
    sheet = recorded.sheet
    return Run(
        out=out,
        seed=sheet.seed,
        lang=sheet.lang,
        jobs=1,
        allowed=sheet.confinement.level if sheet.confinement else None,
        data=data,
        accuracy=_accuracy(assignment, data, sheet.data_digest),
        questions=questions,
    )


def _read_questions(file: Path) -> Iterator[Question]:
    """Yield what was written while the hand-in was graded; nothing where no code ran."""
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            yield Question(**json.loads(line))


def _accuracy(assignment: Assignment, data: Path, digest: str) -> Accuracy:
    """Return how much of the test images was measured: the digest of the data depends on it."""
    if digest:
        for accuracy in get_args(Accuracy):
            if digest_of_data(assignment, Run(data=data, accuracy=accuracy)) == digest:
                return accuracy  # type: ignore[no-any-return]
    return "full"


def _today(name: str, found: FoundHandIn, course: Course, after: SheetFacts) -> SheetFacts:
    """Return what a result would rest on if it were graded now, with nothing restored."""
    after = replace(after, submission=found.current_digest)
    if all(each.id != name for each in course.assignments):
        return replace(after, files={}, rules={})  # the course has no such assignment any more
    basis = basis_of(course, course.assignment(name))
    return replace(after, files=basis.files, rules=basis.rules, packages=basis.packages)


def _differences(assignment: str, before: SheetFacts, after: SheetFacts) -> tuple[Cause, ...]:
    causes = causes_of_sheet(assignment, before, after)
    return tuple(cause for cause in causes if cause.kind not in OF_RESULTS)


def _other_checks(before: SheetFacts, after: SheetFacts) -> list[CheckChange]:
    criteria = (*after.checks, *(each for each in before.checks if each not in after.checks))
    changes = [
        change
        for criterion in criteria
        for change in checks_that_ended_otherwise(
            before.checks.get(criterion, {}), after.checks.get(criterion, {})
        )
    ]
    return [*changes, *checks_that_ended_otherwise(before.findings, after.findings)]


def _other_fields(before: bytes, after: bytes) -> tuple[str, ...]:
    old, new = json.loads(before), json.loads(after)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _files_of(assignment: Assignment) -> list[tuple[str, bytes]]:
    """Return the files that decided the result, by path below the assignment's folder."""
    paths = graders_files(assignment)
    return [(name, path.read_bytes()) for name, path in sorted(paths.items())]

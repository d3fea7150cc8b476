"""A grader: an assignment's checks, collected once by pytest and run for each submission."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

import pytest

from autograder.checks.feedback import Feedback
from autograder.checks.pytest_plugin import (
    FEEDBACK_KEY,
    RUBRIC_KEY,
    RUN_KEY,
    SUBMISSION_KEY,
    criterion_of,
    is_gate,
    measures,
    required_by,
)
from autograder.checks.submission import Submission
from autograder.errors import Denied, DeniedReason, Unmeasured
from autograder.grading.check_order import in_order, name_of
from autograder.grading.check_results import MAX_EVIDENCE_CHARS, CheckResults, trace
from autograder.grading.pytest_session import Recorder, in_session
from autograder.model import Assignment, CheckResult, Course, Lang, Outcome, Rubric, Run, Text
from autograder.text.grader_texts import GraderTexts, load_grader_texts
from autograder.text.sentences import in_each, say

T = TypeVar("T")

# A criterion whose checks all end like this does not block what requires it.
UNBLOCKING_OUTCOMES = {Outcome.PASSED, Outcome.MANUAL}


class StudentSession(Protocol):
    """Where a check finds the student's code: in workers, or in this process."""

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> Submission:
        """Return the submission for a check; one that measures has a time budget of its own."""

    def take_output(self) -> str:
        """Return what student code printed since the last call."""

    def judging(self) -> AbstractContextManager[None]:
        """Return the context in which a check's own function runs; it bounds its CPU time."""


# Of a check, its error and its feedback: the error that counts, perhaps after another run.
SecondLook = Callable[[pytest.Item, BaseException, Feedback], BaseException | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The results of all checks, and what the checks gave back beside them."""

    results: list[CheckResult]
    feedback: Feedback
    seconds: Mapping[str, float] = field(default_factory=dict)  # that each check took, by its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """The collected checks of one folder of graders."""

    assignment: Assignment
    rubric: Rubric
    texts: GraderTexts
    lang: Lang
    items: tuple[pytest.Item, ...]
    session: pytest.Session
    recorder: Recorder

    @property
    def results(self) -> CheckResults:
        """What words the results of the checks."""
        return CheckResults(assignment=self.assignment, texts=self.texts, lang=self.lang)

    def examine(
        self,
        student_session: StudentSession,
        run: Run,
        second_look: SecondLook = lambda _item, error, _feedback: error,
        standing: Mapping[str, CheckResult] = MappingProxyType({}),
    ) -> Examined:
        """Run every check against one submission; an error gets a second look before it counts.

        `standing` holds results by the id of the check; these checks do not run.
        """
        results: list[CheckResult] = []
        seconds: dict[str, float] = {}
        feedback = Feedback(texts=self.texts, lang=self.lang)
        stash = self.session.config.stash
        stash[RUN_KEY], stash[RUBRIC_KEY] = run, self.rubric
        try:
            for item in self.items:
                result = standing.get(item.name) or self._blocked(item, results)
                if result is None:
                    began = time.monotonic()
                    result = self._examine_item(item, student_session, feedback, second_look)
                    seconds[item.name] = time.monotonic() - began
                results.append(result)
        finally:  # the next submission finds the session as it was
            self.session._setupstate.teardown_exact(None)
            self.recorder.take()
        return Examined(results=results, feedback=feedback, seconds=seconds)

    def _examine_item(
        self,
        item: pytest.Item,
        student_session: StudentSession,
        feedback: Feedback,
        second_look: SecondLook,
    ) -> CheckResult:
        error = self.run_check(item, student_session, feedback)
        if error is not None:
            error = second_look(item, error, feedback)
        if isinstance(error, AssertionError):
            feedback.compare()
        if isinstance(error, Unmeasured):
            self._remark_unmeasured(error, feedback)
        submission = self.session.config.stash[SUBMISSION_KEY]
        output = student_session.take_output()
        result = self.results.ended(item, error, submission, output, feedback)
        return replace(result, on_trust=submission.reports and not is_gate(item))

    def _remark_unmeasured(self, error: Unmeasured, feedback: Feedback) -> None:
        """Remark to staff how many images were measured when the time ran out."""

        def sentence(lang: Lang) -> str:
            seconds = f"{self.assignment.limits.wall_measure:g}"
            return say(
                *("measurement", "unmeasured", lang),
                n=error.n,
                total=error.total,
                seconds=seconds,
            )

        feedback.remark(in_each(sentence))

    def run_check(
        self, item: pytest.Item, student_session: StudentSession, feedback: Feedback
    ) -> BaseException | None:
        """Run one check against one submission; return the error that ended it, if any."""
        stash = self.session.config.stash
        stash[FEEDBACK_KEY] = feedback
        submission = student_session.begin(item.name, criterion_of(item), measure=measures(item))
        submission.misfit, submission.reports = "", False
        stash[SUBMISSION_KEY] = submission
        feedback.begin(item.name)
        self.recorder.around = student_session.judging
        following = dict(zip(self.items, self.items[1:], strict=False)).get(item)
        self.session._setupstate.teardown_exact(item)  # the last check may be of another module
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        error = self.recorder.take()
        if error is not None and submission.misfit and self.results.is_unexpected(error):
            evidence = f"{submission.misfit}\n{trace(error)[-MAX_EVIDENCE_CHARS:]}"
            return Denied(evidence, reason=DeniedReason.WRONG_KIND)
        return error

    @property
    def gates(self) -> frozenset[str]:
        """The ids of the checks that are gates of their criteria."""
        return frozenset(item.name for item in self.items if is_gate(item))

    def blocked_by(self, by: str | Text) -> Examined:
        """Return the results where no check could run, because of `by` (in words)."""
        blocked = [self.results.blocked(item, by) for item in self.items]
        return Examined(results=blocked, feedback=Feedback(texts=self.texts, lang=self.lang))

    def _blocked(self, item: pytest.Item, results: list[CheckResult]) -> CheckResult | None:
        """Return the result of a check whose required criterion did not pass; else None.

        Where a fault of the harness kept that criterion from being checked, it is one here too.
        """
        for required in required_by(item):
            outcomes = {result.outcome for result in results if result.criterion == required}
            outcomes -= UNBLOCKING_OUTCOMES
            if outcomes == {Outcome.GRADER_ERROR}:
                return self.results.our_fault(item, f"it requires: {required}")
            if outcomes:
                titles = {criterion.id: criterion.title for criterion in self.assignment.criteria}
                return self.results.blocked(item, titles[required])
        return None


def with_grader(
    course: Course, assignment: Assignment, folder: Path, lang: Lang, body: Callable[[Grader], T]
) -> T:
    """Collect the checks in `folder` and call `body` with them.

    CourseError where they cannot be collected.
    """

    def run(session: pytest.Session, recorder: Recorder) -> T:
        items = in_order(session.items)
        grader = Grader(
            assignment=assignment,
            rubric=course.rubric,
            texts=load_grader_texts(folder, {name_of(item) for item in items}),
            lang=lang,
            items=items,
            session=session,
            recorder=recorder,
        )
        return body(grader)

    return in_session(folder, run)

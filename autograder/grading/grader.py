"""A grader: an assignment's checks, collected once by pytest and run for one submission after the
other.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from autograder.checks.asserting import Finding, Mismatch
from autograder.checks.feedback import Feedback
from autograder.checks.pytest_plugin import (
    FEEDBACK,
    RUBRIC,
    RUN,
    SUBMISSION,
    criterion_of,
    measures,
    required_by,
    weight_of,
)
from autograder.checks.submission import Submission
from autograder.checks.worker_errors import tellable
from autograder.diagnosis.causes import cause_id, returned_nothing
from autograder.errors import Denied, HostError, StudentError, Unmeasured
from autograder.grading.pytest_session import Recorder, in_session
from autograder.model import Assignment, CheckResult, Course, Lang, Outcome, Rubric, Run, Text
from autograder.text.error_sentences import (
    cause_hint,
    cause_sentence,
    error_sentence,
    outcome_hint,
    outcome_sentence,
    where_of,
)
from autograder.text.grader_texts import GraderTexts, load_grader_texts
from autograder.text.sentences import in_both, in_each, in_language, say

T = TypeVar("T")

CUT = 4000  # characters of evidence that are kept
WRONG_KIND = (
    "wrong_kind"  # kind of Denied: an answer that no check can read, though the reference's can
)
SETTLED = (Outcome.PASSED, Outcome.MANUAL)  # nothing is wrong with what a required check looked at


class Examinable(Protocol):
    """Where a check finds the student's code: in workers (examination.py) or in this process
    (check.py).
    """

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> Submission:
        """The live submission for a check; one that measures has a budget of time of its own."""

    def take_output(self) -> str:
        """What student code printed since the last time."""

    def judging(self) -> AbstractContextManager[None]:
        """What stands around the function of a check, which may compute for so long."""


# From a check, its error and its record: how it ends, after it was perhaps run again.
SecondLook = Callable[[pytest.Item, BaseException, Feedback], BaseException | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """How every check ended, and what the checks recorded beside that."""

    results: list[CheckResult]
    record: Feedback


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

    def examine(
        self,
        examination: Examinable,
        run: Run,
        second_look: SecondLook = lambda _item, error, _record: error,
    ) -> Examined:
        """Run every check against one submission; how one ended is given a second look before it
        counts.
        """
        results: list[CheckResult] = []
        record = Feedback(texts=self.texts, lang=self.lang)
        stash = self.session.config.stash
        stash[RUN], stash[RUBRIC] = run, self.rubric
        try:
            for item in self.items:
                blocked = self._blocked(item, results)
                if blocked is not None:
                    results.append(blocked)
                    continue
                error = self.run_check(item, examination, record)
                error = error and second_look(item, error, record)
                if isinstance(error, Unmeasured):
                    seconds = f"{self.assignment.limits.wall_measure:g}"
                    counts: dict[str, Any] = {
                        "n": error.n,
                        "total": error.total,
                        "seconds": seconds,
                    }
                    record.remark(in_each(partial(say, "measurement", "unmeasured", **counts)))
                results.append(
                    self._ended(item, error, stash[SUBMISSION], examination.take_output(), record)
                )
        finally:  # whatever happens to one submission, the next one finds the session as it was
            self.session._setupstate.teardown_exact(None)
            self.recorder.take()
        return Examined(results=results, record=record)

    def run_check(
        self, item: pytest.Item, examination: Examinable, record: Feedback
    ) -> BaseException | None:
        """Run one check against one submission; the error that ended it, if any."""
        stash = self.session.config.stash
        stash[FEEDBACK] = record
        live = stash[SUBMISSION] = examination.begin(
            item.name, criterion_of(item), measure=measures(item)
        )
        live.misfit = ""
        record.begin(item.name)
        self.recorder.around = examination.judging
        following = dict(zip(self.items, self.items[1:], strict=False)).get(item)
        self.session._setupstate.teardown_exact(item)  # what ran before may be of another module
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        error = self.recorder.take()
        if error is not None and live.misfit and self.is_stumble(error):
            return Denied(f"{live.misfit}\n{trace(error)[-CUT:]}", kind=WRONG_KIND)
        return error

    def is_stumble(self, error: BaseException) -> bool:
        """Whether a check ended by no way that is meant for it: ours, unless an answer made it do
        so.
        """
        if isinstance(error, Finding):
            return self._said(error) is None
        return not isinstance(error, (StudentError, AssertionError, HostError))

    def blocked_by(self, by: str | Text) -> Examined:
        """How it ends where no check could run, because of `by` (in words)."""
        blocked = [self.blocked(item, by) for item in self.items]
        return Examined(results=blocked, record=Feedback(texts=self.texts, lang=self.lang))

    def blocked(self, item: pytest.Item, by: str | Text) -> CheckResult:
        """A check that did not run because of `by`."""

        def made(voice: Grader) -> CheckResult:
            kind = str(in_language(by, voice.lang))
            sentence = outcome_sentence(Outcome.BLOCKED, voice.lang, kind)
            return voice._check(item, Outcome.BLOCKED, sentence)

        return self._in_both(made)

    def _in_both(self, make: Callable[[Grader], CheckResult]) -> CheckResult:
        """What `make` makes of this grader, once as it speaks and once in the other language."""
        return in_both(lambda lang: make(replace(self, lang=lang)), self.lang)

    def _blocked(self, item: pytest.Item, results: list[CheckResult]) -> CheckResult | None:
        """The result of a check that requires a criterion which did not pass; None where nothing is
        in the way.

        Where it is our own fault that the criterion could not be checked, then so it is with what
        rests on it.
        """
        for required in required_by(item):
            outcomes = {r.outcome for r in results if r.criterion == required} - set(SETTLED)
            title = next(c.title for c in self.assignment.criteria if c.id == required)
            if outcomes == {Outcome.GRADER_ERROR}:
                return self._in_both(
                    partial(Grader._our_fault, item=item, evidence=f"it requires: {required}")
                )
            if outcomes:
                return self.blocked(item, title)
        return None

    def _our_fault(self, item: pytest.Item, evidence: str) -> CheckResult:
        message = outcome_sentence(Outcome.GRADER_ERROR, self.lang)
        return self._check(item, Outcome.GRADER_ERROR, message, evidence=evidence)

    def _ended(
        self,
        item: pytest.Item,
        error: BaseException | None,
        live: Submission,
        output: str,
        record: Feedback,
    ) -> CheckResult:
        """How a check ended, in both languages."""
        return self._in_both(lambda voice: voice._result(item, error, live, output, record))

    def _result(
        self,
        item: pytest.Item,
        error: BaseException | None,
        live: Submission,
        output: str,
        record: Feedback,
    ) -> CheckResult:
        if error is None and (proposal := record.proposal) is not None:
            return self._check(
                item,
                Outcome.MANUAL,
                proposal.text.in_(self.lang),
                credit=proposal.share,
                output=output,
            )
        if error is None:
            return self._check(
                item, Outcome.PASSED, outcome_sentence(Outcome.PASSED, self.lang), output=output
            )
        if isinstance(error, StudentError):
            message, hint = error_sentence(error, self.assignment.limits, self.lang)
            return self._check(
                *(item, error.outcome, message),
                hint=hint,
                where=where_of(error),
                cause=cause_id(error),
                evidence=error.evidence[:CUT],
                output=error.output or output,
            )
        if (
            isinstance(error, AssertionError)
            and (judged := self._judged(item, error, live)) is not None
        ):
            return replace(judged, evidence=str(error)[:CUT], output=output)
        evidence = trace(error)[-CUT:]
        message = outcome_sentence(Outcome.GRADER_ERROR, self.lang)
        return self._check(item, Outcome.GRADER_ERROR, message, evidence=evidence, output=output)

    def _judged(
        self, item: pytest.Item, error: AssertionError, live: Submission
    ) -> CheckResult | None:
        """How a check ended that judged what it got; None where its finding has no words."""
        outcome = error.outcome if isinstance(error, Finding) else Outcome.FAILED
        if outcome is Outcome.FAILED and not (isinstance(error, Finding) and error.credit):
            cause = returned_nothing(live.outline(), live.asked)
            if cause is not None and cause.place is not None:
                where = (cause.place,)
                message, hint = (
                    cause_sentence(cause, self.lang, where),
                    cause_hint(cause, self.lang),
                )
                id = f"{cause.key} {cause.place.id}"
                return self._check(item, outcome, message, hint=hint, where=where, cause=id)
        if isinstance(error, Finding):
            if (said := self._said(error)) is None:
                return None
            message, hint, id = said
            return self._check(item, outcome, message, hint=hint, cause=id, credit=error.credit)
        hint = self.texts.checks[name_of(item)].hint.in_(self.lang)
        message = outcome_sentence(outcome, self.lang)
        if isinstance(error, Mismatch):
            message = say("mismatches", error.key, self.lang, **error.values)
        return self._check(item, outcome, message, hint=hint)

    def _expects(self, item: pytest.Item) -> str:
        """What a check expects; `{name}` in its text stands for its parameter of that name."""
        sentence = self.texts.checks[name_of(item)].sentence.in_(self.lang)
        parameters = getattr(item, "callspec", None)
        return sentence if parameters is None else sentence.format(**parameters.params)

    def _said(self, finding: Finding) -> tuple[str, str, str] | None:
        """A finding's sentence, hint and cause; None where texts.yml has no words for it, or for
        other values.
        """
        try:
            words = self.texts.findings[finding.key]
            values = {name: tellable(value) for name, value in finding.values.items()}
            told = {name: in_language(value, self.lang) for name, value in values.items()}
            texts = (words.sentence, words.hint)
            sentence, hint = (text.in_(self.lang).format(**told) for text in texts)
        except (KeyError, IndexError, ValueError):
            return None
        named = "".join(f" {name}={value}" for name, value in values.items())
        return sentence, hint, f"{finding.key}{named}"

    def _check(
        self, item: pytest.Item, outcome: Outcome, message: str, hint: str = "", **more: Any
    ) -> CheckResult:
        return CheckResult(
            id=item.name,
            criterion=criterion_of(item),
            outcome=outcome,
            message=message,
            hint=hint or outcome_hint(outcome, self.lang),
            expects=self._expects(item),
            weight=weight_of(item),
            **more,
        )


def trace(error: BaseException) -> str:
    """A traceback without the machine's paths: result files are the same wherever they are made."""
    steps = traceback.extract_tb(error.__traceback__)
    lines = [
        f"{Path(step.filename).name}:{step.lineno} in {step.name}: {step.line}" for step in steps
    ]
    return "\n".join([*lines, f"{type(error).__name__}: {error}"])


def name_of(item: pytest.Item) -> str:
    """The name of the test function, without its parameters."""
    return str(getattr(item, "originalname", item.name))


def in_order(items: Sequence[pytest.Item]) -> tuple[pytest.Item, ...]:
    """The checks as they were collected, but those of a required criterion before what requires it."""
    needs: dict[str, set[str]] = {}
    for item in items:
        needs.setdefault(criterion_of(item), set()).update(required_by(item))
    ordered: dict[pytest.Item, None] = {}
    begun: set[str] = (
        set()
    )  # criteria whose requirements were looked at: a circle is not gone round twice

    def place(item: pytest.Item) -> None:
        criterion = criterion_of(item)
        if criterion not in begun:
            begun.add(criterion)
            for other in items:
                if criterion_of(other) in needs[criterion]:
                    place(other)
        ordered[item] = None

    for item in items:
        place(item)
    return tuple(ordered)


def with_grader(
    course: Course, assignment: Assignment, folder: Path, lang: Lang, body: Callable[[Grader], T]
) -> T:
    """Collect the checks in `folder` and call `body` with them; CourseError where they cannot be
    collected.
    """

    def run(session: pytest.Session, recorder: Recorder) -> T:
        items = in_order(session.items)
        return body(
            Grader(
                assignment=assignment,
                rubric=course.rubric,
                texts=load_grader_texts(folder, {name_of(item) for item in items}),
                lang=lang,
                items=items,
                session=session,
                recorder=recorder,
            )
        )

    return in_session(folder, run)

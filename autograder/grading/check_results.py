"""The result of a check: its ending as an outcome, and as sentences in both languages."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from autograder.checks.asserting import Finding, Mismatch
from autograder.checks.feedback import Feedback
from autograder.checks.printable import tellable
from autograder.checks.pytest_plugin import criterion_of, weight_of
from autograder.checks.submission import Submission
from autograder.diagnosis.causes import cause_id, returned_nothing
from autograder.errors import HostError, StudentError
from autograder.grading.check_order import name_of
from autograder.model import Assignment, Cause, CheckResult, Frame, Lang, Outcome, Text
from autograder.text.error_sentences import (
    cause_hint,
    cause_sentence,
    error_sentence,
    outcome_hint,
    outcome_sentence,
    where_of,
)
from autograder.text.grader_texts import GraderTexts
from autograder.text.sentences import in_both, in_language, say

MAX_EVIDENCE_CHARS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWords:
    """A grader's finding as texts.yml words it."""

    message: str
    hint: str
    cause: str  # the same for findings of one key and the same values


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResults:
    """Makes the results of an assignment's checks, worded in one language."""

    assignment: Assignment
    texts: GraderTexts
    lang: Lang

    def blocked(self, item: pytest.Item, by: str | Text) -> CheckResult:
        """Return the result of a check that did not run because of `by`, in both languages."""

        def make(results: CheckResults) -> CheckResult:
            kind = str(in_language(by, results.lang))
            sentence = outcome_sentence(Outcome.BLOCKED, results.lang, kind)
            return results._result(item, Outcome.BLOCKED, sentence)

        return self._in_both(make)

    def our_fault(self, item: pytest.Item, evidence: str) -> CheckResult:
        """Return the result of a check that the harness failed to run, in both languages."""
        return self._in_both(partial(CheckResults._fault, item=item, evidence=evidence))

    def ended(
        self,
        item: pytest.Item,
        error: BaseException | None,
        submission: Submission,
        output: str,
        feedback: Feedback,
    ) -> CheckResult:
        """Return the result of a check that ran, in both languages; `error` ended it, if any."""

        def make(results: CheckResults) -> CheckResult:
            if error is None:
                return results._without_error(item, output, feedback)
            return results._with_error(item, error, submission, output)

        return self._in_both(make)

    def is_unexpected(self, error: BaseException) -> bool:
        """Return whether no check is meant to end by an error.

        It is a fault of the grader then, unless an answer that no check can read led to it.
        """
        if isinstance(error, Finding):
            return self._words_of(error) is None
        return not isinstance(error, (StudentError, AssertionError, HostError))

    def _in_both(self, make: Callable[[CheckResults], CheckResult]) -> CheckResult:
        """Return what `make` makes, with the words of the other language beside it."""
        return in_both(lambda lang: make(replace(self, lang=lang)), self.lang)

    def _without_error(self, item: pytest.Item, output: str, feedback: Feedback) -> CheckResult:
        proposal = feedback.proposal
        if proposal is None:
            message = outcome_sentence(Outcome.PASSED, self.lang)
            return self._result(item, Outcome.PASSED, message, output=output)
        message = proposal.text.in_(self.lang)
        return self._result(item, Outcome.MANUAL, message, credit=proposal.share, output=output)

    def _with_error(
        self, item: pytest.Item, error: BaseException, submission: Submission, output: str
    ) -> CheckResult:
        if isinstance(error, StudentError):
            message, hint = error_sentence(error, self.assignment.limits, self.lang)
            return self._result(
                item,
                error.outcome,
                message,
                hint,
                where=where_of(error),
                cause=cause_id(error),
                evidence=error.evidence[:MAX_EVIDENCE_CHARS],
                output=error.output or output,
            )
        if isinstance(error, AssertionError):
            judged = self._judged(item, error, submission)
            if judged is not None:
                return replace(judged, evidence=str(error)[:MAX_EVIDENCE_CHARS], output=output)
        return self._fault(item, trace(error)[-MAX_EVIDENCE_CHARS:], output)

    def _fault(self, item: pytest.Item, evidence: str, output: str = "") -> CheckResult:
        message = outcome_sentence(Outcome.GRADER_ERROR, self.lang)
        return self._result(item, Outcome.GRADER_ERROR, message, evidence=evidence, output=output)

    def _judged(
        self, item: pytest.Item, error: AssertionError, submission: Submission
    ) -> CheckResult | None:
        """Return the result of a check that judged an answer; None: its finding has no words."""
        finding = error if isinstance(error, Finding) else None
        outcome = Outcome.FAILED if finding is None else finding.outcome
        if outcome is Outcome.FAILED and not (finding is not None and finding.credit):
            cause = returned_nothing(submission.outline(), submission.asked)
            if cause is not None and cause.place is not None:
                return self._returned_nothing(item, outcome, cause, cause.place)
        if finding is None:
            return self._asserted(item, error)
        words = self._words_of(finding)
        if words is None:
            return None
        return self._result(
            item, outcome, words.message, words.hint, cause=words.cause, credit=finding.credit
        )

    def _returned_nothing(
        self, item: pytest.Item, outcome: Outcome, cause: Cause, place: Frame
    ) -> CheckResult:
        """Return the result of a check of a function that returns nothing at `place`."""
        return self._result(
            item,
            outcome,
            cause_sentence(cause, self.lang, (place,)),
            cause_hint(cause, self.lang),
            where=(place,),
            cause=f"{cause.key} {place.id}",
        )

    def _asserted(self, item: pytest.Item, error: AssertionError) -> CheckResult:
        """Return the result of a check that failed without a finding of its own."""
        message = outcome_sentence(Outcome.FAILED, self.lang)
        if isinstance(error, Mismatch):
            message = say("mismatches", error.key, self.lang, **error.values)
        hint = self.texts.checks[name_of(item)].hint.in_(self.lang)
        return self._result(item, Outcome.FAILED, message, hint)

    def _words_of(self, finding: Finding) -> FindingWords | None:
        """Return a finding in words; None where texts.yml has none for it, or for its values."""
        try:
            words = self.texts.findings[finding.key]
            values = {name: tellable(value) for name, value in finding.values.items()}
            worded = {name: in_language(value, self.lang) for name, value in values.items()}
            message = words.sentence.in_(self.lang).format(**worded)
            hint = words.hint.in_(self.lang).format(**worded)
        except (KeyError, IndexError, ValueError):
            return None
        named = "".join(f" {name}={value}" for name, value in values.items())
        return FindingWords(message=message, hint=hint, cause=f"{finding.key}{named}")

    def _expects(self, item: pytest.Item) -> str:
        """Return what a check expects; `{name}` in its text stands for a parameter."""
        sentence = self.texts.checks[name_of(item)].sentence.in_(self.lang)
        parameters = getattr(item, "callspec", None)
        return sentence if parameters is None else sentence.format(**parameters.params)

    def _result(
        self,
        item: pytest.Item,
        outcome: Outcome,
        message: str,
        hint: str = "",
        *,
        where: tuple[Frame, ...] = (),
        cause: str = "",
        credit: Fraction | None = None,
        evidence: str = "",
        output: str = "",
    ) -> CheckResult:
        return CheckResult(
            id=item.name,
            criterion=criterion_of(item),
            outcome=outcome,
            message=message,
            hint=hint or outcome_hint(outcome, self.lang),
            expects=self._expects(item),
            weight=weight_of(item),
            where=where,
            cause=cause,
            credit=credit,
            evidence=evidence,
            output=output,
        )


def trace(error: BaseException) -> str:
    """Return a traceback without the machine's paths: result files are the same everywhere."""
    lines = []
    for step in traceback.extract_tb(error.__traceback__):
        file = Path(step.filename).name
        lines.append(f"{file}:{step.lineno} in {step.name}: {step.line}")
    return "\n".join([*lines, f"{type(error).__name__}: {error}"])

"""Gradescope: a hand-in as results.json, without hidden tests, and a fault of ours as no file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.handin.collect.lateness import days_late
from autograder.handin.collect.timestamp import parse_timestamp
from autograder.integrations.exports.decimals import rounded
from autograder.integrations.exports.hand_in import GradedCriterion, GradedHandIn, Verdict
from autograder.integrations.exports.wording import phrase
from autograder.model import CheckResult, Lang, Outcome
from autograder.results import exact_text
from autograder.scoring.criteria import format_points
from autograder.text.sanitize import visible
from autograder.text.sentences import bracketed_place, line_place

MANUAL_TAG = "manual"  # of a test that waits for a person

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionMetadata:
    """What Gradescope says of a submission, as far as an output repeats it."""

    days_late: int = 0  # days begun after the deadline
    previous: Fraction | None = None  # the score of the last earlier submission that has one
    total_points: Fraction | None = None  # of the assignment at the site
    is_at_site: bool = False  # whether the site grades now: it publishes the mark itself


NO_METADATA = SubmissionMetadata()


def read_metadata(file: Path) -> SubmissionMetadata:
    """Return what submission_metadata.json says; CourseError where it is not that file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        assignment = content["assignment"]
        scores = [
            Fraction(str(each["score"]))
            for each in sorted(
                content.get("previous_submissions") or (),
                key=lambda each: str(each.get("submission_time")),
            )
            if each.get("score") is not None and not each.get("autograder_error")
        ]
        late, due = 0, assignment.get("due_date")
        if due and content.get("created_at"):
            late = days_late(parse_timestamp(content["created_at"]) - parse_timestamp(due))
        total = assignment.get("total_points")
        return SubmissionMetadata(
            days_late=late,
            previous=scores[-1] if scores else None,
            total_points=None if total is None else Fraction(str(total)),
            is_at_site=True,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{file}: not the submission_metadata.json of Gradescope ({error})"
        ) from None


def gradescope_results(
    hand_in: GradedHandIn, metadata: SubmissionMetadata = NO_METADATA
) -> Json | None:
    """Return the content of results.json; None where there is no mark to give.

    The harness failed then, or every point waits for a person. Gradescope requires a score, and a
    zero would be a mark.
    """
    if hand_in.has_fault or not hand_in.decided:
        return None
    tests = [
        test
        for number, criterion in enumerate(hand_in.criteria, start=1)
        for test in _tests(number, criterion, hand_in.lang)
    ]
    return {
        "score": _number(hand_in.earned),
        "output": "\n".join(_output(hand_in, metadata)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",  # a hidden test would hide the total
        "stdout_visibility": "hidden",  # instructors read it all the same
        "tests": tests,
        "extra_data": {
            "assignment": hand_in.assignment,
            "draft": hand_in.is_draft and not metadata.is_at_site,
            "earned_exact": exact_text(hand_in.earned),
            "possible_exact": exact_text(hand_in.possible),
            "waiting_exact": exact_text(hand_in.waiting),
        },
    }


def _output(hand_in: GradedHandIn, metadata: SubmissionMetadata) -> Iterator[str]:
    lang = hand_in.lang
    yield phrase(
        "output",
        "score",
        lang,
        earned=format_points(hand_in.earned, lang),
        possible=format_points(hand_in.possible, lang),
    )
    if hand_in.is_draft and not metadata.is_at_site:
        yield phrase("output", "draft", lang)
    if hand_in.waiting:
        yield phrase("output", "waiting", lang, points=format_points(hand_in.waiting, lang))
    if metadata.days_late:
        yield phrase("output", "late", lang, count=metadata.days_late)
    if metadata.previous is not None:
        points = format_points(metadata.previous, lang)
        yield phrase("output", "previous", lang, points=points)
    for finding in hand_in.findings:
        yield from said(finding, lang)


def _tests(number: int, criterion: GradedCriterion, lang: Lang) -> Iterator[Json]:
    """Yield the test of a criterion, which carries its points, and one for each check without."""
    test: Json = {
        "number": str(number),
        "name": visible(criterion.title),
        "max_score": _number(criterion.possible),
        "visibility": "visible",
        "tags": [criterion.id],
    }
    if criterion.earned is None:
        test["tags"] = [MANUAL_TAG, criterion.id]
        test["output"] = phrase("output", "manual", lang)
    else:
        test["score"] = _number(criterion.earned)
        test["status"] = "passed" if criterion.verdict is Verdict.RIGHT else "failed"
        test["output"] = "\n".join(_reasons(criterion, lang))
        test["extra_data"] = {"earned_exact": exact_text(criterion.earned)}
    yield test
    for place, check in enumerate(criterion.checks, start=1):
        yield _information(f"{number}.{place}", check, lang)


def _information(number: str, check: CheckResult, lang: Lang) -> Json:
    """Return the test of a check: it says how the check ended, and carries no points."""
    name = check.expects or check.message or number
    test: Json = {"number": number, "name": visible(name), "visibility": "visible"}
    if check.outcome in (Outcome.MANUAL, Outcome.GRADER_ERROR):
        test["tags"] = [MANUAL_TAG]
        test["output"] = phrase("output", "manual", lang)
        return test
    test["status"] = "passed" if check.outcome is Outcome.PASSED else "failed"
    test["output"] = "\n".join(said(check, lang))
    return test


def _reasons(criterion: GradedCriterion, lang: Lang) -> Iterator[str]:
    """Yield what is to be said of a criterion, each sentence once."""
    if criterion.author:
        yield visible(f"{criterion.author}: {criterion.reason}")
    seen: set[str] = set()
    for check in criterion.checks:
        if check.outcome is not Outcome.PASSED and check.message not in seen:
            seen.add(check.message)
            yield from said(check, lang)


def said(check: CheckResult, lang: Lang) -> Iterator[str]:
    """Yield what the student may read of a check: its message with the place, and its hint."""
    message = check.message
    if check.where and line_place(check.where[-1], lang) not in message:
        message += bracketed_place(check.where, lang)
    if message.strip():
        yield visible(message.strip())
    if check.hint and check.outcome is not Outcome.PASSED:
        yield visible(phrase("output", "hint", lang, hint=check.hint))


def _number(points: Fraction) -> int | float:
    """Return points as a number of JSON, rounded once."""
    value = rounded(points)
    return int(value) if value.denominator == 1 else float(value)


def json_file(content: Mapping[str, Any] | list[Any]) -> str:
    """Return a file's text: readable, and the same for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

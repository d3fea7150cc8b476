"""GitHub: the result of a runner for GitHub Classroom's reporter, and annotations of a workflow."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from autograder.integrations.exports.decimals import rounded
from autograder.integrations.exports.gradescope import said
from autograder.integrations.exports.hand_in import GradedCriterion, GradedHandIn, Verdict
from autograder.integrations.exports.wording import phrase
from autograder.model import CheckResult, Outcome
from autograder.text.sanitize import visible

RESULT_VERSION = 3  # of the Python grader: tests with scores
MAX_ANNOTATIONS = 10  # GitHub shows so many of a step, by kind


def runner_result(hand_in: GradedHandIn) -> dict[str, Any]:
    """Return what a grader hands to the reporter.

    Criteria that wait for a person are left out, and with them their points: they are no zeros.
    Where the harness failed there are no tests at all, and the status is `error`.
    """
    if hand_in.has_fault:
        message = phrase("verdict", "fault", hand_in.lang)
        return {
            "version": RESULT_VERSION,
            "status": "error",
            "message": message,
            "max_score": 0,
            "tests": [],
        }
    decided = hand_in.decided
    is_right = all(each.verdict is Verdict.RIGHT for each in decided)
    return {
        "version": RESULT_VERSION,
        "status": "pass" if is_right else "fail",
        "max_score": plain(sum((each.possible for each in decided), Fraction(0))),
        "tests": [_test(each, hand_in) for each in decided],
    }


def _test(criterion: GradedCriterion, hand_in: GradedHandIn) -> dict[str, Any]:
    failed = [check for check in criterion.checks if check.outcome is not Outcome.PASSED]
    messages = [" ".join(said(check, hand_in.lang)) for check in failed]
    if criterion.author:
        messages.insert(0, visible(f"{criterion.author}: {criterion.reason}"))
    where = next((check.where[-1] for check in failed if check.where), None)
    assert criterion.earned is not None
    return {
        "name": visible(criterion.title),
        "status": "pass" if criterion.verdict is Verdict.RIGHT else "fail",
        "score": plain(criterion.earned),
        "max_score": plain(criterion.possible),
        "message": "\n".join(dict.fromkeys(filter(None, messages))),
        "test_code": "",  # the checks are hidden
        "task_id": criterion.id,
        "filename": where.file if where else "",
        "line_no": where.line if where else 0,
        "duration": 0,
    }


def encoded_result(hand_in: GradedHandIn) -> str:
    """Return the value of the step's output `result`."""
    return base64.b64encode(json.dumps(runner_result(hand_in)).encode()).decode()


def workflow_annotations(hand_in: GradedHandIn) -> Iterator[str]:
    """Yield the workflow commands that annotate a run.

    The reporter's two notices come last, from which GitHub Classroom reads the points. Without a
    mark there are none.
    """
    if hand_in.has_fault:
        message = phrase("verdict", "fault", hand_in.lang)
        yield command("error", message, title="Autograding")
        return
    for check in _located(hand_in):
        frame = check.where[-1]
        place: dict[str, object] = {"file": frame.file}
        if not frame.cell:  # a line of a cell is no line of the file
            place["line"] = frame.line
        yield command("error", " ".join(said(check, hand_in.lang)), **place)
    total = plain(rounded(hand_in.earned))
    maximum = plain(rounded(sum((each.possible for each in hand_in.decided), Fraction(0))))
    yield command("notice", f"Points {total}/{maximum}", title="Autograding complete")
    report = json.dumps({"totalPoints": total, "maxPoints": maximum})
    yield command("notice", report, title="Autograding report")


def _located(hand_in: GradedHandIn) -> list[CheckResult]:
    """Return the first failed check of each line of the student's code."""
    by_place: dict[str, CheckResult] = {}
    for criterion in hand_in.criteria:
        for check in criterion.checks:
            if check.where and check.outcome not in (Outcome.PASSED, Outcome.GRADER_ERROR):
                by_place.setdefault(check.where[-1].id, check)
    return list(by_place.values())[:MAX_ANNOTATIONS]


def command(kind: str, message: str, **properties: object) -> str:
    """Return a workflow command; no text can begin another one."""
    stated = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{kind} {stated}::{_data(visible(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def plain(points: Fraction) -> int | float:
    """Return points as a number of JSON, whole where they are whole; the reporter adds them up."""
    return int(points) if points.denominator == 1 else float(points)

"""Classroom 50: result.json, a closed object whose scores are whole numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograder.errors import CourseError
from autograder.integrations.exports.decimals import rounded
from autograder.integrations.exports.hand_in import GradedCriterion, GradedHandIn, Verdict
from autograder.results import exact_text
from autograder.text.sanitize import visible

SCHEMA = "classroom50/result/v1"
HUNDREDTHS = 100  # points are written in hundredths of the rubric's smallest unit
ASSIGNMENT_TYPES = ("individual", "group")
# The variables of the grader's environment by the field that they fill.
VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "ASSIGNMENT_TYPE",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
OWNER_VARIABLES = ("OWNER", "USERNAME")  # the first that is set


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFields:
    """What Classroom 50 says of a submission."""

    fields: Mapping[str, str]  # by the name in result.json


def submission_fields(environment: Mapping[str, str]) -> SubmissionFields:
    """Return the fields from a grader's environment; CourseError with what is missing."""
    missing = [name for name in VARIABLES.values() if not environment.get(name)]
    owner = next((environment[name] for name in OWNER_VARIABLES if environment.get(name)), "")
    if not owner:
        missing.append(" or ".join(OWNER_VARIABLES))
    if missing:
        raise CourseError(
            f"classroom50: {', '.join(missing)} not set; its workflow sets them for a grader"
        )
    kind = environment[VARIABLES["assignment_type"]]
    if kind not in ASSIGNMENT_TYPES:
        raise CourseError(
            f"classroom50: ASSIGNMENT_TYPE is {kind!r}; expected {' or '.join(ASSIGNMENT_TYPES)}"
        )
    fields = {field: environment[name] for field, name in VARIABLES.items()}
    return SubmissionFields(fields={**fields, "owner": owner})


def classroom50_result(
    hand_in: GradedHandIn, submission: SubmissionFields, datetime: str
) -> dict[str, Any] | None:
    """Return the content of result.json; None where the harness failed, or nothing is decided.

    Scores are whole: points times `scale_of`. The tests add up to the score, which is rounded
    once. Exact points stand in extra keys of the tests.
    """
    if hand_in.has_fault or not hand_in.decided:
        return None
    scale = scale_of(hand_in)
    total = int(rounded(hand_in.earned * scale, 0))
    shares = _whole_shares(
        [(each.earned or Fraction(0)) * scale for each in hand_in.decided], total
    )
    score_by_id = {each.id: share for each, share in zip(hand_in.decided, shares, strict=True)}
    fields = submission.fields
    return {
        "schema": SCHEMA,
        "classroom": fields["classroom"],
        "assignment": fields["assignment"],
        "assignment_type": fields["assignment_type"],
        "owner": fields["owner"],
        "submission": fields["submission"],
        "commit": fields["commit"],
        "release": fields["release"],
        "review": fields["review"],
        "datetime": datetime,
        "score": total,
        "max-score": sum(int(each.possible * scale) for each in hand_in.decided),
        "tests": [_test(each, score_by_id.get(each.id), scale) for each in hand_in.criteria],
    }


def scale_of(hand_in: GradedHandIn) -> int:
    """Return by what points are multiplied: the same for every hand-in of an assignment."""
    return HUNDREDTHS * math.lcm(*(each.possible.denominator for each in hand_in.criteria))


def _test(criterion: GradedCriterion, score: int | None, scale: int) -> dict[str, Any]:
    """Return the test of a criterion; one that waits is worth nothing yet, and says so."""
    is_waiting = score is None
    return {
        "test-name": visible(criterion.title),
        "passed": criterion.verdict is Verdict.RIGHT,
        "score": 0 if score is None else score,
        "max-score": 0 if is_waiting else int(criterion.possible * scale),
        "criterion": criterion.id,
        "verdict": criterion.verdict.value,
        "score-exact": exact_text(criterion.earned),
        "max-score-exact": exact_text(criterion.possible),
    }


def _whole_shares(exact: Sequence[Fraction], total: int) -> list[int]:
    """Return whole numbers that add up to `total`: those with the largest remainders go up."""
    shares = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares

"""The attempts of a student in OUT: what each hand-in that was graded has earned."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeAlias

from autograder.model import GradedAttempt, ScoreSheet
from autograder.results.encoding import json_text
from autograder.results.files import write

MAX_ATTEMPTS = 20  # of one assignment that are kept, the last ones

Attempts: TypeAlias = Mapping[str, Sequence[GradedAttempt]]  # by assignment, the oldest first


def attempts_path(out: Path, student: str) -> Path:
    """Return the path of a student's attempts below OUT."""
    return out / "attempts" / f"{student}.json"


def read_attempts(path: Path) -> dict[str, tuple[GradedAttempt, ...]]:
    """Return the attempts in a file; none where it is missing or damaged, for nothing counts."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(assignment): tuple(_attempt(each) for each in attempts)
            for assignment, attempts in content.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def write_attempts(path: Path, attempts: Attempts) -> None:
    """Write the file, whole or not at all."""
    content = {name: [asdict(each) for each in every] for name, every in sorted(attempts.items())}
    write(path, json_text(content))


def with_attempt(attempts: Attempts, sheet: ScoreSheet, submitted_at: str) -> Attempts:
    """Return the attempts with what a sheet says of the present one.

    A hand-in that was graded before is the same attempt: it has the same files.
    """
    present = GradedAttempt(
        submission_digest=sheet.submission_digest,
        submitted_at=submitted_at,
        points={
            score.criterion: None if score.earned is None else str(score.earned)
            for score in sheet.scores
        },
    )
    before = list(attempts.get(sheet.assignment, ()))
    others = [each for each in before if each.submission_digest != sheet.submission_digest]
    known = [each for each in before if each.submission_digest == sheet.submission_digest]
    if known and not submitted_at:
        present = replace(present, submitted_at=known[0].submitted_at)
    return {**attempts, sheet.assignment: (*others, present)[-MAX_ATTEMPTS:]}


def _attempt(content: Mapping[str, object]) -> GradedAttempt:
    points = content["points"]
    if not isinstance(points, dict):
        raise TypeError("the points of an attempt are no mapping")
    return GradedAttempt(
        submission_digest=str(content["submission_digest"]),
        submitted_at=str(content["submitted_at"]),
        points={str(name): None if each is None else str(each) for name, each in points.items()},
    )

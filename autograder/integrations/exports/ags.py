"""LTI Advantage: the scores of a class as Assignment and Grade Services (AGS) takes them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.handin.collect.candidate import RosterColumn
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.exports.comments import comment_text
from autograder.integrations.exports.decimals import rounded
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import Part, points_in
from autograder.integrations.exports.site_rows import KnownStudents
from autograder.model import Course, Lang
from autograder.publishing import PublishedGrade

SCORE_DIGITS = 4  # decimals of a score; the platform rounds for its own gradebook
# Claims of a member in a names and roles response, by the column that they are compared in.
COLUMN_BY_CLAIM: dict[str, RosterColumn] = {
    "lis_person_sourcedid": "sis_user_id",
    "email": "email",
    "name": "name",
}
LEARNER = "Learner"  # the last part of a student's role

Score = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person at the platform."""

    user_id: str
    names: Mapping[str, str]  # by column of a roster

    @property
    def person(self) -> str:
        """The name and the id, for messages."""
        name = self.names.get("name")
        return f"{name} ({self.user_id})" if name else self.user_id


def read_members(file: Path) -> tuple[Member, ...]:
    """Return the students in a names and roles response (NRPS); CourseError if it is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        members = content["members"] if isinstance(content, dict) else content
        return tuple(_members(members))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{file}: no membership of a platform ({error}); expected the JSON of its names and "
            'roles service: {"members": [{"user_id": ..., "name": ..., "email": ...}]}'
        ) from None


def _members(entries: Sequence[Mapping[str, Any]]) -> Iterator[Member]:
    for entry in entries:
        roles = entry.get("roles") or [LEARNER]
        is_learner = any(str(role).replace("#", "/").split("/")[-1] == LEARNER for role in roles)
        if not is_learner or entry.get("status", "Active") != "Active":
            continue
        names: dict[str, str] = {
            column: str(entry[claim])
            for claim, column in COLUMN_BY_CLAIM.items()
            if entry.get(claim)
        }
        if not names.get("name"):
            given = (entry.get("given_name", ""), entry.get("family_name", ""))
            names["name"] = " ".join(filter(None, given))
        user_id = str(entry["user_id"])
        # Its id is seldom that of the site's other files: it counts where nothing else is told.
        own = {column: name for column, name in names.items() if name}
        yield Member(user_id=user_id, names=own or {"lms_user_id": user_id})


def scores_of(
    course: Course,
    grades: Sequence[PublishedGrade],
    part: Part,
    members: Sequence[Member],
    known: KnownStudents,
    ledger: Ledger,
    *,
    lang: Lang,
    now: datetime,
) -> tuple[list[Score], ExportOutcome]:
    """Return the score of each student at the platform, by user id, and what was done.

    A mark that waits has no number: its grading is pending.
    """
    outcome = ExportOutcome()
    matches = known.match([member.names for member in members])
    by_student = matches.by_student(members)
    scores = []
    for grade in grades:
        member = by_student.get(grade.student)
        if member is None:
            outcome.not_at_site.append(grade.student)
            continue
        decision = points_in(grade, part).decision
        if decision == "decided":
            outcome.written.append(grade.student)
        else:
            (outcome.faults if decision == "fault" else outcome.waiting).append(grade.student)
        scores.append(_score(course, grade, part, member.user_id, ledger, lang, now))
    outcome.not_graded += matches.left_over([member.person for member in members])
    return sorted(scores, key=lambda score: str(score["userId"])), outcome


def _score(
    course: Course,
    grade: PublishedGrade,
    part: Part,
    user_id: str,
    ledger: Ledger,
    lang: Lang,
    now: datetime,
) -> Score:
    points = points_in(grade, part)
    score: Score = {
        "userId": user_id,
        "timestamp": timestamp_text(now),
        "activityProgress": "Completed" if _is_handed_in(grade, part) else "Initialized",
        "gradingProgress": {
            "decided": "FullyGraded",
            "waiting": "PendingManual",
            "fault": "Failed",
        }[points.decision],
        "comment": comment_text(course, grade, part, lang),
    }
    if points.earned is not None:
        score["scoreGiven"] = float(rounded(points.earned, SCORE_DIGITS))
        score["scoreMaximum"] = float(points.possible)
    submitted_at = _submitted_at(ledger, grade.student, part)
    if submitted_at is not None:
        score["submission"] = {"submittedAt": timestamp_text(submitted_at)}
    return score


def _is_handed_in(grade: PublishedGrade, part: Part) -> bool:
    """Return whether anything of a part was handed in."""
    wanted = {each.assignment for each in grade.criteria if part.kind == "total"}
    wanted |= {each.assignment for each in grade.criteria if each.category == part.id}
    wanted.add(part.id)
    stages = {each["assignment"]: each["stage"] for each in grade.content["assignments"]}
    return any(stages.get(each) in ("graded", "handed_in") for each in wanted if each)


def _submitted_at(ledger: Ledger, student: str, part: Part) -> datetime | None:
    """Return when the graded attempt came, where collect knows it and the part is an assignment."""
    history = ledger.history(student, part.id)
    return history.attempts[history.graded - 1].submitted_at if history.graded else None


def timestamp_text(moment: datetime) -> str:
    """Return a time as AGS wants it: ISO 8601 with a zone and milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

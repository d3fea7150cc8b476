"""Changes of grades for programs: JSON with exact fractions, the same bytes for the same change."""

from __future__ import annotations

from autograder.publishing.change_words import cause_words
from autograder.publishing.changes import (
    Cause,
    ClassChanges,
    CriterionChange,
    Crossing,
    GradeChange,
    StateName,
)
from autograder.results import JsonObject, exact_text, json_text, rounded_number

SCHEMA = 1


def changes_json(changes: ClassChanges) -> str:
    """Return the text; `docs/reference/published.md` describes it."""
    return json_text(
        {
            "schema": SCHEMA,
            "before": _state(changes.before),
            "after": _state(changes.after),
            "total_students": changes.total_students,
            "changed": len(changes.visible),
            "losing": [change.student for change in changes.losses],
            "students": [_student(change) for change in changes.students],
        }
    )


def _state(state: StateName | None) -> JsonObject | None:
    return None if state is None else {"folder": state.folder, "version": state.version}


def _student(change: GradeChange) -> JsonObject:
    return {
        "student": change.student,
        "presence": change.presence,
        "loses": change.is_loss,
        "verdict": {"before": change.verdict_before, "after": change.verdict_after},
        "total": {
            "before_exact": exact_text(change.total_before),
            "after_exact": exact_text(change.total_after),
            "difference": rounded_number(change.difference),
            "difference_exact": exact_text(change.difference),
        },
        "waiting": {
            "before_exact": exact_text(change.waiting_before),
            "after_exact": exact_text(change.waiting_after),
        },
        "crossings": [_crossing(crossing) for crossing in change.crossings],
        "criteria": [_criterion(criterion) for criterion in change.criteria],
        "adjustments": [
            {
                "id": line.id,
                "before_exact": exact_text(line.before),
                "after_exact": exact_text(line.after),
            }
            for line in change.adjustments
        ],
        "causes": [_cause(cause) for cause in change.causes],
    }


def _crossing(crossing: Crossing) -> JsonObject:
    return {
        "kind": crossing.kind,
        "name": crossing.name,
        "before": crossing.before,
        "after": crossing.after,
        "direction": crossing.direction,
    }


def _criterion(change: CriterionChange) -> JsonObject:
    return {
        "id": change.id,
        "assignment": change.assignment,
        "before_exact": exact_text(change.before),
        "after_exact": exact_text(change.after),
        "checks": [
            {
                "id": check.id,
                "before": check.before,
                "after": check.after,
                "credit_before": exact_text(check.credit_before),
                "credit_after": exact_text(check.credit_after),
            }
            for check in change.checks
        ],
    }


def _cause(cause: Cause) -> JsonObject:
    return {
        "kind": cause.kind.value,
        "assignment": cause.assignment,
        "criterion": cause.criterion,
        "values": dict(cause.values),
        "text": cause_words(cause, "en"),
    }

"""The items of a class for other programs: docs/reference/analysis.md describes the file."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.class_analysis.items.findings import ItemFinding
from autograder.class_analysis.items.item import (
    AssignmentItems,
    ClassItems,
    Discrimination,
    Item,
    KnownKills,
    OptionCount,
    Thirds,
)
from autograder.model import Course, Text
from autograder.results import JsonObject, json_text
from autograder.version import __version__

SCHEMA_VERSION = 1
DIGITS = 4  # of shares and correlations


def items_json(course: Course, items: ClassItems, findings: Sequence[ItemFinding]) -> str:
    """Return the text of items.json."""
    content: JsonObject = {
        "schema": SCHEMA_VERSION,
        "version": __version__,
        "course": course.id,
        "students": items.students,
        "assignments": [_assignment(each) for each in items.assignments],
        "criteria": [_item(item) for item in items.criteria],
        "findings": [_finding(finding) for finding in findings],
    }
    return json_text(content)


def _assignment(each: AssignmentItems) -> JsonObject:
    return {
        "assignment": each.assignment,
        "hand_ins": each.hand_ins,
        "by_earlier_graders": each.by_earlier,
        "seconds": list(each.seconds),
        "items": [_item(item) for item in each.items],
    }


def _item(item: Item) -> JsonObject:
    return {
        "kind": item.kind,
        "id": item.id,
        "criterion": item.criterion,
        "title": _text(item.title),
        "n": item.n,
        "facility": _rounded(item.facility),
        "discrimination": _discrimination(item.discrimination),
        "thirds": _thirds(item.thirds),
        "seconds": _rounded(item.seconds),
        "outcomes": dict(sorted(item.outcomes.items())),
        "failed": item.failed,
        "failed_alone": item.failed_alone,
        "fails_with": list(item.fails_with),
        "options": [_option(option) for option in item.options],
        "kills": _kills(item.kills),
    }


def _discrimination(found: Discrimination) -> JsonObject:
    return {
        "value": _rounded(found.value),
        "low": _rounded(found.low),
        "high": _rounded(found.high),
        "n": found.n,
        "reason": found.reason,
    }


def _thirds(thirds: Thirds | None) -> JsonObject | None:
    if thirds is None:
        return None
    return {
        "lower": _rounded(thirds.lower_share),
        "upper": _rounded(thirds.upper_share),
        "lower_n": len(thirds.lower),
        "upper_n": len(thirds.upper),
        "upper_wrong": thirds.upper_wrong,
    }


def _option(option: OptionCount) -> JsonObject:
    return {
        "letter": option.letter,
        "text": _text(option.text),
        "right": option.is_right,
        "count": option.count,
        "lower": option.lower,
        "upper": option.upper,
    }


def _kills(kills: KnownKills | None) -> JsonObject | None:
    if kills is None:
        return None
    return {"killed": list(kills.killed), "killed_alone": list(kills.killed_alone)}


def _finding(finding: ItemFinding) -> JsonObject:
    item = finding.item
    return {
        "kind": finding.kind,
        "item": item.id,
        "assignment": item.assignment,
        "sentence": {"es": finding.sentence("es"), "en": finding.sentence("en")},
    }


def _text(text: Text) -> JsonObject:
    return {"es": text.es, "en": text.en}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)

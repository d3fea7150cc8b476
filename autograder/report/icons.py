"""The icons of the pages: which one shows an outcome, or the condition of a criterion."""

from __future__ import annotations

from markupsafe import Markup

OUTCOME_ICONS = {
    "passed": "passed",
    "failed": "failed",
    "blocked": "blocked",
    "manual": "waiting",
    "grader_error": "waiting",
}  # of all other outcomes: "broke"
CONDITION_ICONS = {"full": "passed", "partial": "partial", "none": "failed"}  # else "waiting"


def icon(name: str) -> Markup:
    """Return the HTML of an icon, whose symbol page.html.j2 defines."""
    return Markup(f'<svg class="icon" aria-hidden="true"><use href="#icon-{name}"/></svg>')


def outcome_icon(outcome: str) -> Markup:
    """Return the icon of a check's outcome."""
    return icon(OUTCOME_ICONS.get(outcome, "broke"))


def condition_icon(condition: str) -> Markup:
    """Return the icon of a criterion's condition."""
    return icon(CONDITION_ICONS.get(condition, "waiting"))

"""The page of items for staff: plots as SVG, remarks in words, no student's name."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from autograder.class_analysis.items.findings import ItemFinding
from autograder.class_analysis.items.item import ClassItems, Discrimination
from autograder.class_analysis.render_page import own_labels, render_page
from autograder.model import Course, Lang, Outcome

# The order of the parts of an outcome bar, and their classes of analysis.css.
OUTCOME_CLASSES = {
    Outcome.PASSED: "passed",
    Outcome.MANUAL: "waits",
    Outcome.BLOCKED: "blocked",
    Outcome.GRADER_ERROR: "error",
}
OTHER_CLASS = "failed"


def items_page(
    course: Course,
    items: ClassItems,
    findings: Sequence[ItemFinding],
    lang: Lang,
    *,
    has_class_page: bool,
) -> str:
    """Return the page of the items of a class, with a link to the page of the class if asked."""
    by_kind: dict[str, list[ItemFinding]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding)
    return render_page(
        "items.html.j2",
        course,
        lang,
        has_class_page=has_class_page,
        items=items,
        findings=by_kind,
        has_kills=any(item.kills for item in items.all_items),
        median=statistics.median,
        decimal=lambda value: decimal(value, lang),
        in_words=lambda found: discrimination_in_words(found, lang),
        outcome_parts=outcome_parts,
    )


def decimal(value: float, lang: Lang, digits: int = 2) -> str:
    """Return a number with a fixed count of decimals, as a language writes it."""
    text = f"{value:.{digits}f}".replace("-", "\u2212")
    return text.replace(".", ",") if lang == "es" else text


def discrimination_in_words(found: Discrimination, lang: Lang) -> str:
    """Return a correlation with its interval, or why there is none."""
    labels = own_labels(lang)
    if found.value is None:
        reasons = labels["no_discrimination"]
        assert not isinstance(reasons, str)
        return reasons[found.reason]
    if found.low is None or found.high is None:
        return str(labels["discrimination_line"]).format(
            value=decimal(found.value, lang), n=found.n
        )
    return str(labels["discrimination_of"]).format(
        value=decimal(found.value, lang),
        low=decimal(found.low, lang),
        high=decimal(found.high, lang),
        n=found.n,
    )


def outcome_parts(outcomes: dict[str, int]) -> list[tuple[str, str, int, float, float]]:
    """Return the parts of an outcome bar: word, class, count, begin and width in percent."""
    total = sum(outcomes.values())
    order = [outcome.value for outcome in Outcome]
    parts, begin = [], 0.0
    for word in sorted(outcomes, key=order.index):
        width = 100 * outcomes[word] / total
        css_class = OUTCOME_CLASSES.get(Outcome(word), OTHER_CLASS)
        parts.append((word, css_class, outcomes[word], begin, width))
        begin += width
    return parts

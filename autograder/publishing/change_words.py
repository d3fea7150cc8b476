"""Changes of grades in words: causes, thresholds and outcomes, in Spanish and English."""

from __future__ import annotations

from fractions import Fraction

from autograder.model import Lang
from autograder.publishing.changes import Cause, CheckChange, Crossing
from autograder.report.labels import labels
from autograder.scoring.criteria import format_points

PACKAGE = "autograder.publishing"  # whose labels.yml these words are from
ARROWS = {"up": "↑", "down": "↓", "open": "·"}


def label(name: str, lang: Lang, word: str = "") -> str:
    """Return a label, or with `word` that of a group."""
    found = labels(lang, PACKAGE)[name]
    return found if isinstance(found, str) else found[word]


def cause_words(cause: Cause, lang: Lang) -> str:
    """Return the sentence of a cause."""
    values = dict(cause.values)
    if "how" in values:
        values["how"] = label("hows", lang, values["how"])
    if cause.kind == "stage":
        values = {name: label("stages", lang, stage) for name, stage in values.items()}
    return label("causes", lang, cause.kind).format(
        assignment=cause.assignment, criterion=cause.criterion, **values
    )


def crossing_words(crossing: Crossing, lang: Lang) -> str:
    """Return a threshold with its two sides, such as "↓ minimum of code: reached → missed"."""
    what = label("thresholds", lang, crossing.kind).format(name=crossing.name)
    before, after = (_side(crossing, side, lang) for side in (crossing.before, crossing.after))
    return f"{ARROWS[crossing.direction]} {what}: {before} → {after}"


def _side(crossing: Crossing, side: str, lang: Lang) -> str:
    if crossing.kind == "verdict":
        return verdict_word(side, lang)
    if crossing.kind in ("pass_mark", "minimum"):
        return label("minima", lang, side)
    return side  # the id of a level


def verdict_word(verdict: str, lang: Lang) -> str:
    """Return a verdict in a word; a dash where there is no grade."""
    return label("verdicts", lang, verdict) if verdict else "–"


def check_words(check: CheckChange, lang: Lang) -> str:
    """Return how a check ended before and how it ends now."""
    before, after = (
        label("outcomes", lang, outcome or "absent") + _credit(credit)
        for outcome, credit in (
            (check.before, check.credit_before),
            (check.after, check.credit_after),
        )
    )
    return f"{check.id}: {before} → {after}"


def _credit(credit: Fraction | None) -> str:
    return "" if credit is None else f" ({credit})"


def points_words(points: Fraction | None, lang: Lang) -> str:
    """Return points, or that they are undecided."""
    return label("undecided", lang) if points is None else format_points(points, lang)


def difference_words(difference: Fraction, lang: Lang) -> str:
    """Return a difference of points with its sign; what is too small to be seen is exact."""
    if not difference:
        return "="
    sign = "+" if difference > 0 else "-"
    rounded = format_points(abs(difference), lang)
    return f"{sign}{abs(difference) if rounded == '0' else rounded}"

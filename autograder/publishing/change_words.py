"""Changes of grades in words: causes, thresholds and outcomes, in Spanish and English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from autograder.model import Lang
from autograder.publishing.changes import Cause, CheckChange, ClassChanges, Crossing, StateName
from autograder.report.labels import labels
from autograder.scoring.criteria import format_points

PACKAGE = "autograder.publishing"  # whose labels.yml these words are from
ARROWS = {"up": "↑", "down": "↓", "open": "·"}

Titles = Mapping[str, str]  # by the id of an assignment, a category, a criterion, a bonus, ...
# Where no course is at hand, ids stand for themselves.
NO_TITLES: Titles = MappingProxyType({})


def label(name: str, lang: Lang, word: str = "") -> str:
    """Return a label, or with `word` that of a group."""
    found = labels(lang, PACKAGE)[name]
    return found if isinstance(found, str) else found[word]


def state_words(state: StateName | None, lang: Lang) -> str:
    """Return what is compared, such as "version 2"."""
    if state is None:
        return label("nothing_before", lang)
    if state.version is None:
        return label("out_now", lang).format(folder=state.folder)
    return label("version", lang).format(number=state.version)


def cause_words(cause: Cause, lang: Lang, titles: Titles = NO_TITLES) -> str:
    """Return the sentence of a cause."""
    values = dict(cause.values)
    if "how" in values:
        values["how"] = label("hows", lang, values["how"])
    if "name" in values:
        values["name"] = titles.get(values["name"], values["name"])
    if cause.kind == "stage":
        values = {name: label("stages", lang, stage) for name, stage in values.items()}
    return _filled("causes", cause, lang, titles, values)


def shared_cause_words(cause: Cause, lang: Lang, titles: Titles = NO_TITLES) -> str:
    """Return a cause as several students share it: of a mark, say, without who gave it and why."""
    if cause.kind not in labels(lang, PACKAGE)["shared_causes"]:
        return cause_words(cause, lang, titles)
    return _filled("shared_causes", cause, lang, titles, {})


def _filled(group: str, cause: Cause, lang: Lang, titles: Titles, values: Mapping[str, str]) -> str:
    return label(group, lang, cause.kind).format(
        assignment=titles.get(cause.assignment, cause.assignment),
        criterion=titles.get(cause.criterion, cause.criterion),
        **values,
    )


def crossing_words(crossing: Crossing, lang: Lang, titles: Titles = NO_TITLES) -> str:
    """Return a threshold with its two sides, such as "↓ minimum of code: reached → missed"."""
    name = titles.get(crossing.name, crossing.name)
    what = label("thresholds", lang, crossing.kind).format(name=name)
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


def checks_by_change(checks: Sequence[CheckChange], lang: Lang) -> dict[str, list[str]]:
    """Return the ids of checks by how they ended before and now, such as "passed → raised"."""
    groups: dict[str, list[str]] = {}
    for check in checks:
        before = _outcome_words(check.before, check.credit_before, lang)
        after = _outcome_words(check.after, check.credit_after, lang)
        groups.setdefault(f"{before} → {after}", []).append(check.id)
    return groups


def _outcome_words(outcome: str | None, credit: Fraction | None, lang: Lang) -> str:
    word = label("outcomes", lang, outcome or "absent")
    return word if credit is None else f"{word} ({credit})"


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


def count_causes(changes: ClassChanges) -> list[tuple[Cause, int]]:
    """Return each cause with the number of students that it concerns, the most frequent first."""
    causes: dict[str, Cause] = {}
    counts: Counter[str] = Counter()
    for change in changes.students:
        for cause in change.causes:
            causes.setdefault(shared_cause_words(cause, "en"), cause)
        counts.update({shared_cause_words(cause, "en") for cause in change.causes})
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(causes[key], count) for key, count in ordered]

"""What the items of a class tell about the graders and the questions, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from autograder.class_analysis.items.item import ClassItems, Item
from autograder.class_analysis.items.statistics import MIN_STUDENTS
from autograder.class_analysis.render_page import own_labels
from autograder.model import Lang
from autograder.scoring.criteria import format_share

# Words of the labels' `finding`, in the order in which they are told.
FindingKind: TypeAlias = Literal[
    "never_passes",
    "best_err",
    "negative",
    "never_fails",
    "fail_together",
    "fails_with_others",
    "never_ran",
    "unused_options",
]
# The remarks that a kill matrix may answer.
TOLD_WITH_KILLS = ("never_fails", "fail_together", "fails_with_others")
MIN_CLASS = 6  # students: below that the best third is one person
MAX_NAMED = 3  # checks that a sentence names
MIN_TELLING = 2  # failures, from which on it is told that checks fail together


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFinding:
    """One remark on an item."""

    kind: FindingKind
    item: Item
    values: dict[str, object] = field(default_factory=dict)  # for its sentence

    def sentence(self, lang: Lang) -> str:
        """Return the remark in words."""
        labels = own_labels(lang)
        sentences, after = labels["finding"], labels["finding_kills"]
        assert not isinstance(sentences, str)
        assert not isinstance(after, str)
        values = {name: _in_words(value, lang) for name, value in self.values.items()}
        said = sentences[self.kind].format(n=self.item.n, failed=self.item.failed, **values)
        kills = self.item.kills
        if kills is None or self.kind not in TOLD_WITH_KILLS:
            return said
        word = "alone" if kills.killed_alone else "shared" if kills.killed else "nothing"
        more = after[word].format(kills=len(kills.killed), alone=len(kills.killed_alone))
        return f"{said} {more}"


def _in_words(value: object, lang: Lang) -> str:
    return format_share(value, lang, 0) if isinstance(value, float) else str(value)


def find_remarks(items: ClassItems) -> list[ItemFinding]:
    """Return the remarks on the items of a class, in their order."""
    remarks = []
    for each in items.assignments:
        together = _failing_together(each.items)
        for item in each.items:
            remarks += [*_of_item(item), *_of_companions(item, together[item.id])]
    return remarks + [remark for item in items.criteria for remark in _of_item(item)]


def _failing_together(items: Sequence[Item]) -> dict[str, list[str]]:
    """Return for each check those that fail for the same students, itself among them."""
    groups: dict[frozenset[str], list[str]] = {}
    for item in items:
        groups.setdefault(item.telling_failures, []).append(item.id)
    return {item.id: groups[item.telling_failures] for item in items}


def _of_companions(item: Item, together: Sequence[str]) -> Iterator[ItemFinding]:
    """Yield whether a check fails only when others do; of those that are equal the first tells."""
    failed = len(item.telling_failures)
    if item.kind != "check" or failed < MIN_TELLING:
        return
    if len(together) > 1:
        if together[0] == item.id:
            others = _named(together[1:])
            values: dict[str, object] = {"others": others, "telling": failed}
            yield ItemFinding(kind="fail_together", item=item, values=values)
    elif item.fails_with:
        values = {"others": _named(item.fails_with), "telling": failed}
        yield ItemFinding(kind="fails_with_others", item=item, values=values)


def _named(checks: Sequence[str]) -> str:
    """Return some names in a line, and how many more there are."""
    more = len(checks) - MAX_NAMED
    return ", ".join(checks[:MAX_NAMED]) + (f" (+ {more})" if more > 0 else "")


def _of_item(item: Item) -> Iterator[ItemFinding]:
    """Yield the remarks on an item by itself."""
    if not item.n:
        if item.outcomes:
            yield ItemFinding(kind="never_ran", item=item)
        return
    if item.n < MIN_STUDENTS:
        return
    if item.facility == 0:
        yield ItemFinding(kind="never_passes", item=item)
    elif item.failed == 0 and item.kind != "criterion":
        yield ItemFinding(kind="never_fails", item=item)
    yield from _of_the_best(item)
    wrong = [option for option in item.options if option.letter and not option.is_right]
    unused = [option.letter for option in wrong if not option.count]
    if unused and len(unused) < len(wrong) and item.n >= MIN_CLASS:
        yield ItemFinding(kind="unused_options", item=item, values={"letters": ", ".join(unused)})


def _of_the_best(item: Item) -> Iterator[ItemFinding]:
    """Yield whether the best third errs, or whether who is better elsewhere is worse here."""
    groups, found = item.thirds, item.discrimination
    if groups is None or item.n < MIN_CLASS or not item.facility:
        return
    most_err = item.kind != "criterion" and 2 * groups.upper_wrong > len(groups.upper)
    if groups.upper_share <= groups.lower_share < 1 or most_err:
        yield ItemFinding(
            kind="best_err",
            item=item,
            values={
                "best": len(groups.upper),
                "wrong": groups.upper_wrong,
                "upper": groups.upper_share,
                "lower": groups.lower_share,
            },
        )
    if found.high is not None and found.high < 0:
        yield ItemFinding(kind="negative", item=item, values={"r": f"{found.value:.2f}"})

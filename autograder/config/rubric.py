"""The reader of the rubric in grading.yml: criteria in categories, bonuses, penalties, bands.

The sums of points must be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from autograder.config.yaml_nodes import YamlNode
from autograder.model import (
    AccuracyRules,
    Bonus,
    Category,
    Criterion,
    Penalty,
    Rubric,
    ScaleBand,
    Text,
)

ID_PATTERN = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)
T = TypeVar("T")


def read_rubric(at: dict[str, YamlNode]) -> Rubric:
    """Return the rubric from the top-level values of grading.yml; add a problem per mistake."""
    total, pass_total = at["total"].positive(), at["pass_total"].positive()
    categories = _each(at["categories"], _category)
    bonuses = _each(at["bonuses"], _bonus)
    if at["bonuses"].is_there and not at["bonus_cap"].is_there:
        at["bonuses"].add_error(
            "a bonus_cap is missing: the most that all bonuses together may give"
        )
    _check_sum(at["total"], "the categories", [c.points for c in categories], total)
    if 0 < total < pass_total:
        at["pass_total"].expect(f"at most the total of {total}")
    _check_unique(at["categories"], categories)
    return Rubric(
        total=total,
        pass_total=pass_total,
        categories=categories,
        bonuses=bonuses,
        bonus_cap=at["bonus_cap"].positive(),
        penalties=_each(at["penalties"], _penalty),
        accuracy=_accuracy(at["accuracy"]),
    )


def bilingual(at: YamlNode) -> Text:
    """Return a sentence in both languages."""
    languages = at.fields("es", "en", kind="language")
    return Text(es=languages["es"].text(), en=languages["en"].text())


def check_id(at: YamlNode, key: str) -> str:
    """Return `key`; add a problem unless it is made of lower-case words.

    Ids become names of files and columns.
    """
    if key and not ID_PATTERN.fullmatch(key):
        at.add_error(
            f"the id {key!r} must be lower-case words such as 'fine_tuning', joined by . or _"
        )
    return key


def _each(at: YamlNode, read: Callable[[str, YamlNode], T]) -> tuple[T, ...]:
    return tuple(read(check_id(entry, key), entry) for key, entry in at.entries(place="").items())


def _category(key: str, at: YamlNode) -> Category:
    parts = at.fields("title", "points", "minimum", "criteria", optional=("bands",))
    points, minimum = parts["points"].positive(), parts["minimum"].number()
    criteria = _each(parts["criteria"], _criterion)
    _check_sum(parts["points"], "the criteria", [c.points for c in criteria], points)
    if minimum < 0 or 0 < points < minimum:
        parts["minimum"].expect(f"between 0 and the category's {points} points")
    return Category(
        id=key,
        title=bilingual(parts["title"]),
        points=points,
        minimum=minimum,
        criteria=criteria,
        bands=_bands(parts["bands"]),
    )


def _criterion(key: str, at: YamlNode) -> Criterion:
    parts = at.fields("points", "title", "earns", optional=("manual",))
    return Criterion(
        id=key,
        title=bilingual(parts["title"]),
        earns=bilingual(parts["earns"]),
        points=parts["points"].positive(),
        manual=parts["manual"].flag(),
    )


def _bonus(key: str, at: YamlNode) -> Bonus:
    parts = at.fields("points", "title")
    return Bonus(id=key, title=bilingual(parts["title"]), points=parts["points"].positive())


def _penalty(key: str, at: YamlNode) -> Penalty:
    parts = at.fields("title", optional=("points", "days", "share"))
    points, share = parts["points"].number(), parts["share"].number(percent=True)
    if parts["points"].is_there == parts["share"].is_there:
        at.add_error("takes either points, such as -10, or a share of the total, such as -100 %")
    elif parts["points"].is_there and points >= 0:
        parts["points"].expect("below zero")
    elif parts["share"].is_there and not -1 <= share < 0:
        parts["share"].expect("from -100 % to below 0 %")
    if parts["days"].is_there and parts["share"].is_there:
        parts["days"].add_error("a share is not counted in days; leave days out")
    days = parts["days"].count(default=0)
    return Penalty(id=key, title=bilingual(parts["title"]), points=points, days=days, share=share)


def _accuracy(at: YamlNode) -> AccuracyRules | None:
    if not at.is_there:
        return None
    parts = at.fields("earns", "bonus", "overfitting", "leak", "bands")
    shares = {
        name: parts[name].number(percent=True) for name in ("earns", "bonus", "overfitting", "leak")
    }
    for name, share in shares.items():
        if parts[name].is_there and not 0 < share < 1:
            parts[name].expect("between 0 % and 100 %")
    return AccuracyRules(**shares, bands=_bands(parts["bands"]))


def _bands(at: YamlNode) -> tuple[ScaleBand, ...]:
    bands = tuple(_band(key, entry) for key, entry in at.entries().items())
    least = [band.least for band in bands]
    if least != sorted(set(least), reverse=True):
        at.add_error("the bands must go down, the highest first")
    elif least and least[-1] != 0:
        at.add_error(f"the lowest band must start at 0, got {least[-1]}")
    return bands


def _band(key: str, at: YamlNode) -> ScaleBand:
    parts = at.fields("least", "title")
    return ScaleBand(
        id=check_id(at, key), title=bilingual(parts["title"]), least=parts["least"].number()
    )


def _check_sum(at: YamlNode, what: str, parts: list[Fraction], whole: Fraction) -> None:
    """Add a problem for a wrong sum, unless one of its numbers already has a problem."""
    if parts and min(*parts, whole) > 0 and sum(parts) != whole:
        at.add_error(
            f"{what} add up to {sum(parts)} points, expected {whole}", place=at.place or at.name
        )


def _check_unique(at: YamlNode, categories: tuple[Category, ...]) -> None:
    first: dict[str, str] = {}
    for category in categories:
        for criterion in category.criteria:
            if first.setdefault(criterion.id, category.id) != category.id:
                where = at.find(category.id, "criteria", criterion.id)
                where.add_error(
                    f"is already in category {first[criterion.id]!r}; keep one", place=criterion.id
                )

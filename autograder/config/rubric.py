"""The rubric as grading.yml states it: criteria in categories, bonuses, penalties, bands; the sums
must hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from autograder.config.yaml_nodes import Located
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

ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)
T = TypeVar("T")


def read_rubric(at: dict[str, Located]) -> Rubric:
    """The rubric from the top-level values of grading.yml; what is wrong is noted where it stands."""
    total, pass_total = at["total"].positive(), at["pass_total"].positive()
    categories = _each(at["categories"], _category)
    bonuses = _each(at["bonuses"], _bonus)
    if at["bonuses"].is_there and not at["bonus_cap"].is_there:
        at["bonuses"].complain(
            "a bonus_cap is missing: the most that all bonuses together may give"
        )
    _check_sum(at["total"], "the categories", [c.points for c in categories], total)
    if 0 < total < pass_total:
        at["pass_total"].must_be(f"at most the total of {total}")
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


def bilingual(at: Located) -> Text:
    """A sentence in both languages."""
    languages = at.fields("es", "en", kind="language")
    return Text(es=languages["es"].text(), en=languages["en"].text())


def check_id(at: Located, id: str) -> str:
    """`id`, noted as wrong unless it is made of lower-case words: ids become names of files and
    columns.
    """
    if id and not ID.fullmatch(id):
        at.complain(
            f"the id {id!r} must be lower-case words such as 'fine_tuning', joined by . or _"
        )
    return id


def _each(at: Located, read: Callable[[str, Located], T]) -> tuple[T, ...]:
    return tuple(read(check_id(entry, id), entry) for id, entry in at.entries(place="").items())


def _category(id: str, at: Located) -> Category:
    parts = at.fields("title", "points", "minimum", "criteria", optional=("bands",))
    points, minimum = parts["points"].positive(), parts["minimum"].number()
    criteria = _each(parts["criteria"], _criterion)
    _check_sum(parts["points"], "the criteria", [c.points for c in criteria], points)
    if minimum < 0 or 0 < points < minimum:
        parts["minimum"].must_be(f"between 0 and the category's {points} points")
    return Category(
        id=id,
        title=bilingual(parts["title"]),
        points=points,
        minimum=minimum,
        criteria=criteria,
        bands=_bands(parts["bands"]),
    )


def _criterion(id: str, at: Located) -> Criterion:
    parts = at.fields("points", "title", "earns", optional=("manual",))
    return Criterion(
        id=id,
        title=bilingual(parts["title"]),
        earns=bilingual(parts["earns"]),
        points=parts["points"].positive(),
        manual=parts["manual"].flag(),
    )


def _bonus(id: str, at: Located) -> Bonus:
    parts = at.fields("points", "title")
    return Bonus(id=id, title=bilingual(parts["title"]), points=parts["points"].positive())


def _penalty(id: str, at: Located) -> Penalty:
    parts = at.fields("title", optional=("points", "days", "share"))
    points, share = parts["points"].number(), parts["share"].number(percent=True)
    if parts["points"].is_there == parts["share"].is_there:
        at.complain("takes either points, such as -10, or a share of the total, such as -100 %")
    elif parts["points"].is_there and points >= 0:
        parts["points"].must_be("below zero")
    elif parts["share"].is_there and not -1 <= share < 0:
        parts["share"].must_be("from -100 % to below 0 %")
    if parts["days"].is_there and parts["share"].is_there:
        parts["days"].complain("a share is not counted in days; leave days out")
    days = parts["days"].count(default=0)
    return Penalty(id=id, title=bilingual(parts["title"]), points=points, days=days, share=share)


def _accuracy(at: Located) -> AccuracyRules | None:
    if not at.is_there:
        return None
    parts = at.fields("earns", "bonus", "overfitting", "leak", "bands")
    shares = {
        name: parts[name].number(percent=True) for name in ("earns", "bonus", "overfitting", "leak")
    }
    for name, share in shares.items():
        if parts[name].is_there and not 0 < share < 1:
            parts[name].must_be("between 0 % and 100 %")
    return AccuracyRules(**shares, bands=_bands(parts["bands"]))


def _bands(at: Located) -> tuple[ScaleBand, ...]:
    bands = tuple(_band(id, entry) for id, entry in at.entries().items())
    least = [band.least for band in bands]
    if least != sorted(set(least), reverse=True):
        at.complain("the bands must go down, the highest first")
    elif least and least[-1] != 0:
        at.complain(f"the lowest band must start at 0, got {least[-1]}")
    return bands


def _band(id: str, at: Located) -> ScaleBand:
    parts = at.fields("least", "title")
    return ScaleBand(id=check_id(at, id), title=bilingual(parts["title"]), least=parts["least"].number())


def _check_sum(at: Located, what: str, parts: list[Fraction], whole: Fraction) -> None:
    """Note a sum that does not hold, unless one of its numbers was already complained about."""
    if parts and min(*parts, whole) > 0 and sum(parts) != whole:
        at.complain(
            f"{what} add up to {sum(parts)} points, expected {whole}", place=at.place or at.name
        )


def _check_unique(at: Located, categories: tuple[Category, ...]) -> None:
    first: dict[str, str] = {}
    for category in categories:
        for criterion in category.criteria:
            if first.setdefault(criterion.id, category.id) != category.id:
                where = at.find(category.id, "criteria", criterion.id)
                where.complain(
                    f"is already in category {first[criterion.id]!r}; keep one", place=criterion.id
                )

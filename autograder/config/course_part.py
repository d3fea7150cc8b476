"""One assignment's part of grading.yml: what a release holds of it, and how it is read.

A part has the key `part`, whose value is the assignment's id. It states no sums, minimums or points
to pass, which are the course's; so an edit that concerns other assignments leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import TypeAlias

import yaml

from autograder.model import Assignment

Entries: TypeAlias = list[tuple[yaml.Node, yaml.Node]]  # of a mapping: keys and values

PART = "part"
LINE_WIDTH = 100  # characters
STR_TAG = "tag:yaml.org,2002:str"
INT_TAG = "tag:yaml.org,2002:int"
PREFACE = """\
# One assignment's part of the course's grading.yml: its criteria, its files and its limits.
# Made by `autograder release`.

"""


def part_of_course(grading: str, assignment: Assignment, public_sources: Iterable[str]) -> str:
    """Return the part of grading.yml that concerns one assignment.

    `grading` is the text of the course's file. `public_sources` are the texts of the public checks:
    bonuses, penalties and accuracy rules are in the part where a public check reads them.
    """
    top = yaml.compose(grading, Loader=yaml.SafeLoader)
    sources = "\n".join(public_sources)
    part = _mapping(
        [
            *_entries(top, ["id", "title"]),
            (_scalar(PART), _scalar(assignment.id)),
            *_own_categories(top, {criterion.id for criterion in assignment.criteria}),
            *_own_adjustments(top, assignment, sources),
            *_entries(top, ["accuracy"] if "rubric" in sources else []),
            *_entries(top, ["packages"] if assignment.runs_code else []),
            *_selected(top, "assignments", [assignment.id]),
        ]
    )
    text: str = yaml.serialize(part, allow_unicode=True, width=LINE_WIDTH)
    return PREFACE + text


def complete_part(top: yaml.Node | None) -> None:
    """Add the sums that a part does not state: each is the sum of the points that it holds.

    A grading.yml that is no part stays as it is, as do points that cannot be added up; the reader
    reports those.
    """
    if not isinstance(top, yaml.MappingNode) or _value(top, PART) is None:
        return
    total = Fraction(0)
    categories = _value(top, "categories")
    for category in _values(categories):
        points = sum(map(_points, _values(_value(category, "criteria"))), start=Fraction(0))
        total += points
        _add(category, "points", str(points))
        _add(category, "minimum", "0")
    _add(top, "total", str(total))
    _add(top, "pass_total", str(total))


def _own_categories(top: yaml.Node | None, ids: Collection[str]) -> Entries:
    """Return the categories that have criteria of these ids, and of those the criteria."""
    kept: Entries = []
    for key, category in _pairs(_value(top, "categories")):
        own = _selected(category, "criteria", ids)
        if own:
            kept.append((key, _mapping([*_entries(category, ["title"]), *own])))
    return [(_scalar("categories"), _mapping(kept))]


def _own_adjustments(top: yaml.Node | None, assignment: Assignment, sources: str) -> Entries:
    """Return the bonuses and penalties that the assignment or its public checks name."""
    own: Entries = []
    for section in ("bonuses", "penalties"):
        ids = [str(key.value) for key, _ in _pairs(_value(top, section))]
        named = [name for name in ids if name in sources or name == assignment.does_not_run]
        own += _selected(top, section, named)
    has_bonuses = any(key.value == "bonuses" for key, _ in own)
    return _entries(top, ["bonus_cap"] if has_bonuses else []) + own


def _selected(node: yaml.Node | None, section: str, names: Collection[str]) -> Entries:
    """Return a section with its entries of these names; nothing where it has none of them."""
    entries = _entries(_value(node, section), names)
    return [(_scalar(section), _mapping(entries))] if entries else []


def _entries(node: yaml.Node | None, names: Collection[str]) -> Entries:
    """Return the entries of a mapping with these names, in its order."""
    return [(key, value) for key, value in _pairs(node) if key.value in names]


def _pairs(node: yaml.Node | None) -> Entries:
    """Return the keys and values of a mapping; none where it is another kind of node."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _values(node: yaml.Node | None) -> list[yaml.Node]:
    """Return the values of a mapping."""
    return [value for _, value in _pairs(node)]


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """Return the value of a mapping's entry; None where it has none of that name."""
    return next((value for key, value in _pairs(node) if key.value == name), None)


def _points(criterion: yaml.Node) -> Fraction:
    """Return the points of a criterion; 0 where they are absent or no number."""
    node = _value(criterion, "points")
    try:
        return Fraction(str(node.value)) if isinstance(node, yaml.ScalarNode) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _add(node: yaml.Node, name: str, number: str) -> None:
    """Add a number to a mapping, on its own line, unless it has an entry of that name."""
    if isinstance(node, yaml.MappingNode) and _value(node, name) is None:
        key = yaml.ScalarNode(STR_TAG, name, node.start_mark, node.end_mark)
        tag = INT_TAG if number.isdigit() else STR_TAG
        value = yaml.ScalarNode(tag, number, node.start_mark, node.end_mark)
        node.value.append((key, value))


def _scalar(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(STR_TAG, text)


def _mapping(entries: Entries) -> yaml.MappingNode:
    return yaml.MappingNode("tag:yaml.org,2002:map", entries, flow_style=False)

"""Gradescope's export of an assignment: a folder for each submission, and one file on whose each
is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import yaml

from autograder.handin.archive import ArchiveError
from autograder.handin.collect.candidate import Clue, Column, Found, Kind, by_name, where
from autograder.handin.collect.contents import assignments_of
from autograder.handin.collect.timestamp import parse_moment
from autograder.handin.collect.tree import Entry, Tree
from autograder.model import Course
from autograder.text.decoding import decoded

METADATA = "submission_metadata.yml"
MAX_BYTES = 64 << 20  # of the metadata, which hold every test's output
FIELDS: dict[str, Column] = {
    ":sid": "sis_user_id",
    ":email": "email",
    ":name": "name",
}  # the surest first
NO_TEXT = ("", "~", "null")

Node = yaml.Node | None


def _home(tree: Tree) -> tuple[str, ...] | None:
    """The folder that holds the metadata: the source itself, or the one in it."""
    found = [
        e.path[:-1]
        for e in tree.entries
        if e.name == METADATA and e.kind == "file" and len(e.path) <= 2
    ]
    return min(found, key=len, default=None)


def _takes(tree: Tree, course: Course) -> set[str]:
    home = _home(tree)
    if home is None:
        return set()
    return {*home} if home else {*tree.tops()}


def _read(tree: Tree, course: Course) -> Iterator[list[Found]]:
    home = _home(tree)
    if home is None:
        return
    metadata = next(e for e in tree.entries if e.path == (*home, METADATA))
    told = _top(metadata)
    depth = len(home)
    folders: dict[str, list[Entry]] = {}
    for entry in tree.entries:
        if entry.path[:depth] == home and len(entry.path) > depth + 1:
            folders.setdefault(entry.path[depth], []).append(entry)
    for name, entries in folders.items():
        place = where(tree.place, *home, name)
        yield from _found(place, name, by_name(entries), told.get(name), course)


def _found(
    place: str, name: str, files: dict[str, Entry], about: Node, course: Course
) -> Iterator[list[Found]]:
    """A submission as a hand-in of each of its submitters, for each assignment that its files are
    of.
    """
    fields = _fields(about)
    came = _moment(fields.get(":created_at"))
    submitters = [_clues(node) for node in _items(fields.get(":submitters"))]
    for clues in [clues for clues in submitters if clues] or [()]:
        for assignment in assignments_of(files, course) or [""]:
            yield [
                Found(
                    where=place,
                    label=_label(clues),
                    clues=clues,
                    assignment=assignment,
                    files=lambda: files,
                    came=came,
                    told_by="gradescope" if came else "unknown",
                    by_lms=True,
                    team=name if len(submitters) > 1 else "",
                )
            ]


def _top(metadata: Entry) -> dict[str, yaml.Node]:
    """The metadata by submission, composed and never built: their tags name classes of Ruby."""
    try:
        text = decoded(metadata.content(MAX_BYTES))
        return _fields(yaml.compose(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ArchiveError, OSError, RecursionError, ValueError, OverflowError):
        return {}


def _fields(node: Node) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(key, yaml.ScalarNode)}


def _items(node: Node) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _text(node: Node) -> str:
    text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
    return "" if text in NO_TEXT else text


def _clues(node: Node) -> tuple[Clue, ...]:
    fields = _fields(node)
    told = [(column, _text(fields.get(field))) for field, column in FIELDS.items()]
    return tuple((column, text) for column, text in told if text)


def _label(clues: tuple[Clue, ...]) -> str:
    """What tells a submitter from every other: a name may be that of two."""
    return next(
        (text for column in ("email", "sis_user_id", "name") for c, text in clues if c == column),
        "",
    )


def _moment(node: Node) -> datetime | None:
    """When it was submitted: a time, or Ruby's object of one, whose `utc` is one."""
    text = _text(node) or _text(_fields(node).get("utc"))
    if text.endswith(" Z"):
        text = text.removesuffix(" Z") + "Z"
    try:
        return parse_moment(text, zone=UTC)
    except (ValueError, KeyError):
        return None


GRADESCOPE = Kind(name="gradescope", takes=_takes, read=_read)

"""Gradescope: the export of an assignment, a folder for each submission and one metadata file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import yaml

from autograder.handin.archive import ArchiveError
from autograder.handin.collect.attempt import TimestampSource
from autograder.handin.collect.candidate import Candidate, Identifier, RosterColumn, location
from autograder.handin.collect.source_tree import SourceTree, TreeEntry, files_by_name
from autograder.handin.collect.sources.source_type import SourceType, assignments_or_unknown
from autograder.handin.collect.timestamp import parse_timestamp
from autograder.model import Course
from autograder.text.decoding import decoded

METADATA_FILE = "submission_metadata.yml"
MAX_METADATA_BYTES = 64 << 20  # the file holds the output of every test
# Fields of a submitter, the most reliable first.
COLUMN_BY_FIELD: dict[str, RosterColumn] = {
    ":sid": "sis_user_id",
    ":email": "email",
    ":name": "name",
}
LABEL_COLUMNS = ("email", "sis_user_id", "name")  # unique ones first; two students may share a name
NULL_TEXTS = ("", "~", "null")

OptionalNode = yaml.Node | None


def _recognize(tree: SourceTree, course: Course) -> set[str]:
    home = _find_home(tree)
    if home is None:
        return set()
    return set(home) if home else set(tree.by_top_name())


def _read(tree: SourceTree, course: Course) -> Iterator[list[Candidate]]:
    home = _find_home(tree)
    if home is None:
        return
    metadata_path = (*home, METADATA_FILE)
    metadata = _read_metadata(next(e for e in tree.entries if e.path == metadata_path))
    depth = len(home)
    folders: dict[str, list[TreeEntry]] = {}
    for entry in tree.entries:
        if entry.path[:depth] == home and len(entry.path) > depth + 1:
            folders.setdefault(entry.path[depth], []).append(entry)
    for name, entries in folders.items():
        place = location(tree.place, *home, name)
        files = files_by_name(entries)
        yield from _candidates(place, name, files, metadata.get(name), course)


def _find_home(tree: SourceTree) -> tuple[str, ...] | None:
    """Return the path of the folder with the metadata: the top, or a folder in it."""
    homes = [
        entry.path[:-1]
        for entry in tree.entries
        if entry.name == METADATA_FILE and entry.kind == "file" and len(entry.path) <= 2
    ]
    return min(homes, key=len, default=None)


def _candidates(
    place: str,
    submission: str,
    files: dict[str, TreeEntry],
    metadata: OptionalNode,
    course: Course,
) -> Iterator[list[Candidate]]:
    """Yield a submission as a hand-in of each submitter for each assignment of its files."""
    fields = _fields(metadata)
    submitted_at = _timestamp(fields.get(":created_at"))
    submitters = [_identifiers(node) for node in _items(fields.get(":submitters"))]
    known = [identifiers for identifiers in submitters if identifiers]
    for identifiers in known or [()]:
        for assignment in assignments_or_unknown(files, course):
            candidate = Candidate(
                location=place,
                label=_label(identifiers),
                identifiers=identifiers,
                assignment=assignment,
                files=lambda: files,
                submitted_at=submitted_at,
                timestamp_source=(
                    TimestampSource.GRADESCOPE if submitted_at else TimestampSource.UNKNOWN
                ),
                by_lms=True,
                team=submission if len(submitters) > 1 else "",
            )
            yield [candidate]


def _read_metadata(file: TreeEntry) -> dict[str, yaml.Node]:
    """Return the metadata by submission as YAML nodes.

    No object is constructed from them: the tags of the file name classes of Ruby.
    """
    try:
        text = decoded(file.content(MAX_METADATA_BYTES))
        return _fields(yaml.compose(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ArchiveError, OSError, RecursionError, ValueError, OverflowError):
        return {}


def _fields(node: OptionalNode) -> dict[str, yaml.Node]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs if isinstance(key, yaml.ScalarNode)}


def _items(node: OptionalNode) -> list[yaml.Node]:
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _text(node: OptionalNode) -> str:
    text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
    return "" if text in NULL_TEXTS else text


def _identifiers(submitter: yaml.Node) -> tuple[Identifier, ...]:
    fields = _fields(submitter)
    pairs = [(column, _text(fields.get(field))) for field, column in COLUMN_BY_FIELD.items()]
    return tuple((column, text) for column, text in pairs if text)


def _label(identifiers: tuple[Identifier, ...]) -> str:
    """Return a submitter's identifier that differs from every other's."""
    text_by_column: dict[str, str] = dict(identifiers)
    for column in LABEL_COLUMNS:
        if column in text_by_column:
            return text_by_column[column]
    return ""


def _timestamp(node: OptionalNode) -> datetime | None:
    """Return a submission's time: a time in the file, or the `utc` of a Ruby object."""
    text = _text(node) or _text(_fields(node).get("utc"))
    if text.endswith(" Z"):
        text = text.removesuffix(" Z") + "Z"
    try:
        return parse_timestamp(text, zone=UTC)
    except (ValueError, KeyError):
        return None


GRADESCOPE_SOURCE = SourceType(name="gradescope", recognize=_recognize, read=_read)

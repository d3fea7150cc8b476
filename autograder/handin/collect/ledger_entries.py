"""The entries of the ledger in YAML: attempts, histories, enrollments and times, both ways."""

from __future__ import annotations

from datetime import datetime

import yaml

from autograder.config.yaml_nodes import YamlNode
from autograder.handin.collect.attempt import Attempt, History, TimestampSource
from autograder.handin.collect.identity.enrollment import Enrollment
from autograder.handin.collect.timestamp import EXPECTED_TIMESTAMP, parse_timestamp

TIMESTAMP_SOURCES = tuple(source.value for source in TimestampSource)


def attempt_content(attempt: Attempt) -> dict[str, str | bool]:
    """Return the entries of an attempt in the file; empty ones are left out."""
    submitted_at = attempt.submitted_at
    entries: dict[str, str | bool] = {
        "submitted_at": submitted_at.isoformat() if submitted_at else "",
        "timestamp_source": attempt.timestamp_source.value,
        "source": attempt.source,
        "team": attempt.team,
        "renamed": attempt.renamed,
        "marked_late": attempt.marked_late,
        "digest": attempt.digest,
    }
    return {key: value for key, value in entries.items() if value}


def enrollment_content(enrollment: Enrollment) -> dict[str, list[str]]:
    """Return the sections and groups of a student in the file; empty lists are left out."""
    entries = {"sections": list(enrollment.sections), "groups": list(enrollment.groups)}
    return {key: names for key, names in entries.items() if names}


def read_enrollment(node: YamlNode) -> Enrollment:
    """Return the sections and groups of a student; both may be absent."""
    if isinstance(node.node, yaml.MappingNode) and not node.node.value:
        return Enrollment()
    parts = node.fields(optional=("sections", "groups"))
    sections, groups = (
        tuple(name.text() for name in parts[key].items()) if parts[key].is_there else ()
        for key in ("sections", "groups")
    )
    return Enrollment(sections=sections, groups=groups)


def read_timestamp(node: YamlNode) -> datetime | None:
    """Return a time, with or without quotes in the file; None if it is absent or wrong."""
    try:
        if isinstance(node.node, yaml.ScalarNode):
            return parse_timestamp(node.node.value)
    except (ValueError, KeyError):
        pass
    node.expect(EXPECTED_TIMESTAMP)
    return None


def read_history(node: YamlNode) -> History:
    """Return the attempts of a student at an assignment."""
    parts = node.fields("graded", "attempts")
    attempts = tuple(read_attempt(entry) for entry in parts["attempts"].items(least=1))
    graded = parts["graded"]
    text = graded.node.value if isinstance(graded.node, yaml.ScalarNode) else ""
    if not text.isdecimal() or int(text) > len(attempts):
        graded.expect(f"the number of an attempt, from 1 to {len(attempts)}, or 0")
        text = "0"
    return History(attempts=attempts, graded=int(text))


def read_attempt(node: YamlNode) -> Attempt:
    """Return one attempt."""
    parts = node.fields(
        *("timestamp_source", "source", "digest"),
        optional=("submitted_at", "team", "renamed", "marked_late"),
    )
    submitted_at, team, renamed = parts["submitted_at"], parts["team"], parts["renamed"]
    source = parts["timestamp_source"].choice(TIMESTAMP_SOURCES, TimestampSource.UNKNOWN)
    return Attempt(
        digest=parts["digest"].text(),
        source=parts["source"].text(),
        submitted_at=read_timestamp(submitted_at) if submitted_at.is_there else None,
        timestamp_source=TimestampSource(source),
        marked_late=parts["marked_late"].flag(),
        renamed=renamed.text() if renamed.is_there else "",
        team=team.text() if team.is_there else "",
    )

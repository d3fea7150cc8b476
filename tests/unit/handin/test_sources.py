"""The registry of source types and the names on the command line."""

from __future__ import annotations

from autograder.handin.collect.sources import SOURCE_NAMES
from autograder.handin.collect.sources.registry import SOURCE_TYPES


def test_every_source_type_can_be_named_on_the_command_line() -> None:
    """`collect --from` accepts exactly the registered source types."""
    assert sorted(SOURCE_NAMES) == sorted(SOURCE_TYPES)

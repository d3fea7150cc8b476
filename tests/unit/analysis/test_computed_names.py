"""Names that code computes are found with their line, whatever way; honest code computes none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.analysis.code_words import INTERPRETER_INTERNALS
from autograder.analysis.parse_syntax import syntax_of
from tests.support.places import CASES

SCENARIOS = sorted((CASES / "computed_names").glob("*.py"))
WORDS = {*INTERPRETER_INTERNALS, "torchvision"}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_what_code_computes_is_found(path: Path) -> None:
    """Each file says in its first line which names, lookups and texts run as code are found."""
    code = path.read_text(encoding="utf-8")
    syntax = syntax_of([(code, 1)], WORDS)
    found = {f"{each.kind} {each.word} {each.line}" for each in syntax.computed}
    declared = code.splitlines()[0].removeprefix("# found: ")
    assert found == (set() if declared == "nothing" else set(re.split(", ", declared)))

"""The check of a source's markers: each file of markers/ says at its top what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.release.markers import regions_of
from tests.support.places import CASES

EXPECTED_MISTAKE = re.compile(r"^# says: (\d+): (.*)$", re.MULTILINE)
FILES = sorted((CASES / "markers").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_found_in_its_line(path: Path) -> None:
    """Each mistake is reported with its line and a remedy, and there is no other."""
    text = path.read_text(encoding="utf-8")
    expected = re.findall(EXPECTED_MISTAKE, text)
    _, mistakes = regions_of(re.sub(EXPECTED_MISTAKE, "#", text))
    assert [(str(mistake.line), mistake.reason) for mistake in mistakes] == expected


def test_regions_hold_the_lines_between_their_markers() -> None:
    """A region consists of the lines between its markers."""
    text = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    ((region,), mistakes) = regions_of(text)
    assert ((region.first, region.last), mistakes) == ((3, 3), [])

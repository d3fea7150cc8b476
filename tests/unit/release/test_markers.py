"""The lint of a source's markers: the files of markers/, each of which says at its top what is
found in it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.release.markers import regions_of
from tests.support.places import CASES

SAYS = re.compile(r"^# says: (\d+): (.*)$", re.MULTILINE)
FILES = sorted((CASES / "markers").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_slip_is_found_in_its_line(path: Path) -> None:
    """Each slip is named with its line, and with what to do; there is no other."""
    text = path.read_text(encoding="utf-8")
    expected = re.findall(SAYS, text)
    _, slips = regions_of(re.sub(SAYS, "#", text))
    assert [(str(slip.line), slip.what) for slip in slips] == expected


def test_regions_hold_the_lines_between_their_markers() -> None:
    """A region is what lies between its markers, which do not count."""
    text = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    ((region,), slips) = regions_of(text)
    assert ((region.first, region.last), slips) == ((3, 3), [])

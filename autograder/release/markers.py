"""The markers of a solution's source, linted: nbgrader would strip some mistakes silently, or
release them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.text.suggestions import did_you_mean

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# Whatever looks like a marker of nbgrader: it looks for these words anywhere in a line.
MARKER = re.compile(
    r"\b(BEGIN|END)[ _]+(\w+(?: \w+)?)|\bAUTOTEST\b|#{2,}\s*(BEGIN|END)\b", re.IGNORECASE
)
CELL = re.compile(r"# %%(?: \[markdown\])?(?: \w+=\"[^\"]*\")*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Lines that only the solution has, markers not counted; the first line of a file is 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A line that is wrong, and in which way."""

    line: int
    what: str


def regions_of(text: str) -> tuple[list[Region], list[Slip]]:
    """The solution regions of a source, and everything that is wrong with its markers."""
    regions: list[Region] = []
    slips: list[Slip] = []
    begun = 0  # the line of the open BEGIN
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if line.startswith("# %%"):
            if begun:
                slips.append(
                    Slip(line=begun, what=f"the cell ends before this region does; add {END}")
                )
                begun = 0
            if not CELL.fullmatch(line):
                slips.append(
                    Slip(
                        line=number,
                        what='expected `# %%`, `# %% [markdown]`, then key="value" pairs',
                    )
                )
        elif line.strip() == BEGIN:
            slips += _of_beginning(line, number, begun)
            begun = number
        elif line.strip() == END:
            if not begun:
                slips.append(
                    Slip(
                        line=number, what=f"no region is open here; remove it, or add {BEGIN} above"
                    )
                )
            elif not _has_code(lines[begun : number - 1]):
                slips.append(
                    Slip(line=begun, what="an empty region; write the solution between the markers")
                )
            else:
                regions.append(Region(first=begun + 1, last=number - 1))
            begun = 0
        elif MARKER.search(line):
            slips.append(Slip(line=number, what=_misspelt(line)))
    if begun:
        slips.append(Slip(line=begun, what=f"the file ends before this region does; add {END}"))
    return regions, slips


def _of_beginning(line: str, number: int, begun: int) -> Iterator[Slip]:
    if begun:
        yield Slip(
            line=number,
            what=f"a region within the region of line {begun}; close that first with {END}",
        )
    if line == line.lstrip():
        yield Slip(
            line=number,
            what="a region outside any function: the stub would fail when it is imported",
        )


def _has_code(lines: list[str]) -> bool:
    return any(line.strip() and not line.strip().startswith("#") for line in lines)


def _misspelt(line: str) -> str:
    """What is wrong with a line that reads like a marker and is none of ours."""
    if "TEST" in line.upper() or "MARK SCHEME" in line.upper():
        return (
            "nothing hidden belongs into a source that is released; hidden checks lie in graders/"
        )
    near = did_you_mean(line.strip(), [BEGIN, END])
    return f"{line.strip()!r} is no marker, and what follows would be released; expected {BEGIN} or {END}{near}"

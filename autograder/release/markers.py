"""The markers of a solution's source, checked: nbgrader would ignore a misspelt one silently."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.text.suggestions import did_you_mean

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# What looks like a marker of nbgrader, which searches for these words anywhere in a line.
MARKER_LIKE = re.compile(
    r"\b(BEGIN|END)[ _]+(\w+(?: \w+)?)|\bAUTOTEST\b|#{2,}\s*(BEGIN|END)\b", re.IGNORECASE
)
CELL_HEADER = re.compile(r"# %%(?: \[markdown\])?(?: \w+=\"[^\"]*\")*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionRegion:
    """Lines that only the solution has, without their markers; the first line of a file is 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMistake:
    """A line that is wrong, and why."""

    line: int
    reason: str


def regions_of(text: str) -> tuple[list[SolutionRegion], list[SourceMistake]]:
    """Return the solution regions of a source, and everything that is wrong with its markers."""
    scan = _MarkerScan(text.split("\n"))
    for number, line in enumerate(scan.lines, start=1):
        scan.read(number, line)
    scan.close_open_region("the file")
    return scan.regions, scan.mistakes


class _MarkerScan:
    """The regions and mistakes that are found so far, reading line by line."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.regions: list[SolutionRegion] = []
        self.mistakes: list[SourceMistake] = []
        self.begin_line = 0  # of the open region; 0: none is open

    def read(self, number: int, line: str) -> None:
        """Read the next line."""
        if line.startswith("# %%"):
            self.close_open_region("the cell")
            if not CELL_HEADER.fullmatch(line):
                self._add(number, 'expected `# %%`, `# %% [markdown]`, then key="value" pairs')
        elif line.strip() == BEGIN:
            self._begin(number, line)
        elif line.strip() == END:
            self._end(number)
        elif MARKER_LIKE.search(line):
            self._add(number, _misspelt(line))

    def close_open_region(self, container: str) -> None:
        """Add a mistake where a region is open at the end of a cell or file."""
        if self.begin_line:
            self._add(self.begin_line, f"{container} ends before this region does; add {END}")
            self.begin_line = 0

    def _begin(self, number: int, line: str) -> None:
        if self.begin_line:
            reason = f"a region within the region of line {self.begin_line}"
            self._add(number, f"{reason}; close that first with {END}")
        if line == line.lstrip():
            reason = "a region outside any function: the stub would fail when it is imported"
            self._add(number, reason)
        self.begin_line = number

    def _end(self, number: int) -> None:
        if not self.begin_line:
            self._add(number, f"no region is open here; remove it, or add {BEGIN} above")
        elif not _has_code(self.lines[self.begin_line : number - 1]):
            reason = "an empty region; write the solution between the markers"
            self._add(self.begin_line, reason)
        else:
            self.regions.append(SolutionRegion(first=self.begin_line + 1, last=number - 1))
        self.begin_line = 0

    def _add(self, line: int, reason: str) -> None:
        self.mistakes.append(SourceMistake(line=line, reason=reason))


def _has_code(lines: list[str]) -> bool:
    return any(line.strip() and not line.strip().startswith("#") for line in lines)


def _misspelt(line: str) -> str:
    """Return what is wrong with a line that reads like a marker but is none."""
    if "TEST" in line.upper() or "MARK SCHEME" in line.upper():
        return (
            "nothing hidden belongs into a source that is released; hidden checks lie in graders/"
        )
    hint = did_you_mean(line.strip(), [BEGIN, END])
    reason = f"{line.strip()!r} is no marker, and what follows would be released"
    return f"{reason}; expected {BEGIN} or {END}{hint}"

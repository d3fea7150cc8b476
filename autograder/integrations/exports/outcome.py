"""What an export did: the marks that it wrote, and everything that did not go home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class ExportOutcome:
    """The outcome of one export; each entry is a line or a name for people."""

    written: list[str] = field(default_factory=list)  # `ana: Week 23 (77): 88.50`
    unchanged: int = 0  # cells that held the same mark before
    waiting: list[str] = field(default_factory=list)  # a person decides: left as it was
    faults: list[str] = field(default_factory=list)  # a fault of the harness: no mark
    excused: list[str] = field(default_factory=list)  # the site says so: left as it was
    locked: list[str] = field(default_factory=list)  # the site does not let the mark be changed
    not_at_site: list[str] = field(default_factory=list)  # students whom the site's file lacks
    not_graded: list[str] = field(default_factory=list)  # people of the site without a grade here
    remarks: list[str] = field(default_factory=list)  # what else the instructor should know

    def complaints(self) -> Iterator[str]:
        """Yield a line for each thing that kept a mark from going home, faults excepted."""
        for student in self.not_at_site:
            yield f"{student}: graded here, not in the site's file: not exported"
        for person in self.not_graded:
            yield f"{person}: in the site's file, not graded here: left as it was"
        for row in self.locked:
            yield f"{row}: the site does not let this grade be changed: left as it was"

"""Enrollment: the sections and groups of each student, as the list of students has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.handin.collect.identity.names import name_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """The sections and groups of one student; most have one of each, or none."""

    sections: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of sections, then those of groups."""
        return (*self.sections, *self.groups)

    def has(self, name: str) -> bool:
        """Return whether a section or group of the student has this name, however spelled."""
        key = name_key(name)
        return any(name_key(own) == key for own in self.names)


Enrollments = Mapping[str, Enrollment]  # of every student of the list, by id
NOBODY: Enrollments = {}  # where no list of students was given


def members_of(enrollments: Enrollments, name: str) -> tuple[str, ...]:
    """Return the students of a section or group, however its name is spelled."""
    return tuple(student for student, own in enrollments.items() if own.has(name))


def names_in(enrollments: Enrollments) -> list[str]:
    """Return the names of all sections and groups."""
    names: dict[str, None] = {}
    for own in enrollments.values():
        names |= dict.fromkeys(own.names)
    return sorted(names)

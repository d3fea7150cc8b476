"""The file of students who opted in: an id a line, `#` begins a comment."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from autograder.errors import CourseError
from autograder.text.suggestions import did_you_mean

OPTED_IN_FILE = "opted_in.txt"  # in the folder of the class


def read_opted_in(file: Path, known: Collection[str]) -> frozenset[str]:
    """Return the students in the file; raise CourseError with a line for each mistake."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CourseError(
            f"{file}: {why}; write the id of each student who opted in, one a line, "
            "or name the file with --opted-in"
        ) from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{file}: expected a text in UTF-8: {error.reason}") from error
    found: dict[str, int] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        student = line.partition("#")[0].strip()
        if not student:
            continue
        if student in found:
            problems.append(f"{file}:{number}: {student}: is on line {found[student]}, too")
        elif student not in known:
            hint = did_you_mean(student, known)
            problems.append(f"{file}:{number}: {student}: no such student has a grade{hint}")
        found.setdefault(student, number)
    if problems:
        raise CourseError(*problems)
    return frozenset(found)

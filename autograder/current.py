"""Results in OUT that still hold: made by the course's present rubric and graders, and by this harness."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from autograder import __version__
from autograder.model import Assignment, Course, Lang, ScoreSheet
from autograder.results import ResultError, read_result


def digest_of_grader(course: Course, assignment: Assignment) -> str:
    """What a mark depends on besides the submission: rubric, graders, and this version of the harness."""
    digest = hashlib.sha256(f"{__version__} {course.digest}".encode())
    for file in sorted([*assignment.graders.glob("*"), *assignment.root.glob("*.yml")]):
        if file.is_file():
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def current_sheets(course: Course, out: Path, lang: Lang | None, stale: list[str]) -> Iterator[ScoreSheet]:
    """The sheets below `out` that the course's present rubric and graders made, in `lang` where one is given.

    The others are named in `stale`.
    """
    digests = {a.id: digest_of_grader(course, a) for a in course.assignments}
    for path in sorted((out / "results").glob("*/*.json")):
        try:
            sheet = read_result(path)
        except (ResultError, OSError) as error:
            stale.append(f"{path}: {error}; grade it again")
            continue
        if digests.get(sheet.assignment) != sheet.grader_digest or sheet.lang != (lang or sheet.lang):
            stale.append(f"{path}: made by other graders or in another language; grade it again")
        elif (sheet.student, sheet.assignment) != (path.parent.name, path.stem):
            stale.append(f"{path}: belongs to {sheet.student}, {sheet.assignment}; put it back")
        else:
            yield sheet

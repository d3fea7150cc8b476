"""Changes of the course while hand-ins are watched: its files are looked at, and not read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograder.config.course import COURSE_FILE
from autograder.grading.cache.fingerprint import graders_files
from autograder.model import Course
from autograder.watch.stability import FileState, state_of


def course_state(path: Path, course: Course) -> FileState | None:
    """Return the state of all files that decide results; None where grading.yml is gone.

    `path` is grading.yml or its folder.
    """
    file = state_of(path / COURSE_FILE if path.is_dir() else path)
    if file is None:
        return None
    states = [file]
    for assignment in course.assignments:
        if assignment.is_gradable:
            found = map(state_of, graders_files(assignment).values())
            states += [state for state in found if state is not None]
    digest = hashlib.sha256("\n".join(state.digest for state in states).encode()).hexdigest()
    return FileState(digest=digest, newest=max(state.newest for state in states))

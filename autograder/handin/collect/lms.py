"""Bulk downloads of Canvas and Moodle, packed or unpacked: whose file it is stands in its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.handin.collect.candidate import Clue, Found, Kind, by_name, where
from autograder.handin.collect.contents import assignments_of
from autograder.handin.collect.tree import Entry, Tree
from autograder.model import Course

# <login or lastfirst>[_LATE]_<user>_<attachment>_<name>
CANVAS_NAME = re.compile(
    r"(?P<login>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<file>\d+)_(?P<name>.+)", re.DOTALL
)
# <full name>_<participant>_assignsubmission_<plugin>[_][<name>]: a folder, or in the older way a
# file
MOODLE_NAME = re.compile(
    r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)_?(?P<name>.*)", re.DOTALL
)


def _takes_canvas(tree: Tree, course: Course) -> set[str]:
    return {
        e.name
        for e in tree.entries
        if len(e.path) == 1 and e.kind != "folder" and CANVAS_NAME.fullmatch(e.name)
    }


def _read_canvas(tree: Tree, course: Course) -> Iterator[list[Found]]:
    by_student: dict[tuple[str, str, bool], list[tuple[int, str, Entry]]] = {}
    takes = _takes_canvas(tree, course)
    for entry in tree.entries:
        if entry.path[0] in takes and (match := CANVAS_NAME.fullmatch(entry.name)):
            student = match["login"], match["user"], bool(match["late"])
            by_student.setdefault(student, []).append((int(match["file"]), match["name"], entry))
    for (login, user, is_late), attachments in by_student.items():
        files = {
            name: entry for _, name, entry in sorted(attachments, key=lambda a: a[0])
        }  # the newest of a name
        clues: tuple[Clue, ...] = (("lms_user_id", user), ("login", login), ("name", login))
        yield from _found(tree, f"{login}_{user}", clues, files, course, is_late=is_late)


def _takes_moodle(tree: Tree, course: Course) -> set[str]:
    return {name for name in tree.tops() if MOODLE_NAME.fullmatch(name)}


def _read_moodle(tree: Tree, course: Course) -> Iterator[list[Found]]:
    by_student: dict[tuple[str, str], dict[str, Entry]] = {}
    for name, entries in tree.tops().items():
        match = MOODLE_NAME.fullmatch(name)
        if match is None:
            continue
        files = by_student.setdefault((match["student"], match["number"]), {})
        if match["plugin"] == "file":  # online text is no file that an assignment asks for
            files.update(by_name(entries) if not match["name"] else {match["name"]: entries[0]})
    is_grouped = all(
        "-" in student for student, _ in by_student
    )  # `Team 1-Ana García`: an assignment of teams
    for (student, number), files in by_student.items():
        # The number is the participant's in this one assignment: only its grading worksheet knows
        # it.
        clues: tuple[Clue, ...] = (("participant", number), ("name", student))
        yield from _found(tree, f"{student}_{number}", clues, files, course, is_grouped=is_grouped)


def _found(
    tree: Tree,
    label: str,
    clues: tuple[Clue, ...],
    files: dict[str, Entry],
    course: Course,
    *,
    is_late: bool = False,
    is_grouped: bool = False,
) -> Iterator[list[Found]]:
    """A student's files as a hand-in for each assignment that they are of; nothing says when they
    came.
    """
    for assignment in assignments_of(files, course) or [""]:
        yield [
            Found(
                where=where(tree.place, label),
                label=label,
                clues=clues,
                assignment=assignment,
                files=lambda: files,
                came=None,
                told_by="unknown",
                marked_late=is_late,
                by_lms=True,
                is_grouped=is_grouped,
            )
        ]


CANVAS = Kind(name="canvas", takes=_takes_canvas, read=_read_canvas)
MOODLE = Kind(name="moodle", takes=_takes_moodle, read=_read_moodle)

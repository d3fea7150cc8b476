"""Analyse a graded class: what `autograder analyse`, `copies` and `leaderboard` do."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path

from autograder.class_analysis.copies.copies_json import copies_json
from autograder.class_analysis.copies.find_copies import AssignmentCopies, find_copies
from autograder.class_analysis.copies.pages import PAIRS_FOLDER, copies_pages
from autograder.class_analysis.items.analyse_class import analyse_class, read_seconds
from autograder.class_analysis.items.findings import ItemFinding, find_remarks
from autograder.class_analysis.items.item import ClassItems
from autograder.class_analysis.items.items_json import items_json
from autograder.class_analysis.items.items_page import items_page
from autograder.class_analysis.leaderboard.leaderboard_page import (
    leaderboard_json,
    leaderboard_page,
)
from autograder.class_analysis.leaderboard.opted_in import OPTED_IN_FILE, read_opted_in
from autograder.class_analysis.leaderboard.pseudonyms import kept_key, pseudonym_of
from autograder.class_analysis.leaderboard.ranking import LeaderboardEntry, ranking
from autograder.class_analysis.render_page import ANALYSIS_FOLDER
from autograder.config.course import COURSE_FILE
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import (
    language_of,
    noted_folders,
    sheets_in,
)
from autograder.grading.output_folder import locked_output
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, read_ledger
from autograder.handin.intake import find_hand_ins
from autograder.model import Course, Lang, ScoreSheet
from autograder.publishing.grade_files import read_grades
from autograder.publishing.versions import graded_folder
from autograder.results import write

CLASS_PAGE = "index.html"  # below OUT
KEY_FILE = "leaderboard.key"  # below OUT


def sheets_by_assignment(
    course: Course, out: Path, complaints: list[str]
) -> dict[str, dict[str, ScoreSheet]]:
    """Return the results below OUT, by assignment and student."""
    sheets: dict[str, dict[str, ScoreSheet]] = {each.id: {} for each in course.assignments}
    for sheet in sheets_in(course, out, language_of(out), complaints):
        sheets[sheet.assignment][sheet.student] = sheet
    return sheets


def write_items(
    course: Course, out: Path, *, matrix: Path | None, lang: Lang | None
) -> tuple[ClassItems, list[ItemFinding], list[str]]:
    """Analyse the items of a class and write the page and items.json below OUT.

    Return the items, the remarks on them, and a line for each result that cannot be used.
    """
    complaints: list[str] = []
    sheets = sheets_by_assignment(course, out, complaints)
    if not any(sheets.values()):
        raise CourseError(f"{out}: no results of this course; name the folder of `grade --out`")
    items = analyse_class(course, sheets, read_grades(out), read_seconds(out), matrix)
    findings = find_remarks(items)
    folder = out / ANALYSIS_FOLDER
    page = items_page(
        course,
        items,
        findings,
        lang or language_of(out),
        has_class_page=(out / CLASS_PAGE).is_file(),
    )
    with locked_output(out):
        write(folder / "items.html", page)
        write(folder / "items.json", items_json(course, items, findings))
    return items, findings, complaints


def write_copies(
    course: Course,
    submitted: Path,
    out: Path,
    *,
    assignments: Sequence[str],
    threshold: float,
    lang: Lang | None,
) -> tuple[list[AssignmentCopies], list[str]]:
    """Compare the hand-ins of a class and write the pages and copies.json below OUT.

    Without `assignments` all are compared. Return what was found, and a line for each hand-in or
    result that cannot be used.
    """
    complaints: list[str] = []
    listing = find_hand_ins(submitted, course, tuple(assignments), ())
    complaints += listing.complaints
    known = tuple(each.id for each in course.assignments)
    teams = _teams(read_ledger(submitted / LEDGER_FILE, known), known)
    sheets = sheets_by_assignment(course, out, complaints)
    found = []
    for assignment in course.assignments:
        if not assignments or assignment.id in assignments:
            own = [each for each in listing.hand_ins if each.assignment == assignment.id]
            found.append(find_copies(assignment, own, sheets[assignment.id], threshold, teams))
    folder = out / ANALYSIS_FOLDER
    pages = copies_pages(
        course,
        found,
        threshold,
        lang or language_of(out),
        has_class_page=(out / CLASS_PAGE).is_file(),
    )
    with locked_output(out):
        for earlier in (folder / PAIRS_FOLDER).glob("*.html"):
            earlier.unlink()  # of pairs that may not be alike any more
        for path, text in pages:
            write(folder / path, text)
        write(folder / "copies.json", copies_json(course, found, threshold))
    return found, complaints


def _teams(ledger: Ledger, assignments: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return the team of each student and assignment, whoever of it handed the work in."""
    teams = {
        (member, assignment): team
        for team, members in ledger.teams.items()
        for member in members
        for assignment in assignments
    }
    return teams | ledger.team_by_hand_in()


def write_leaderboard(
    course: Course,
    out: Path,
    folder: Path,
    *,
    is_draft: bool,
    opted_in: Path | None,
    key_file: Path | None,
    lang: Lang | None,
) -> tuple[LeaderboardEntry, ...]:
    """Write the leaderboard of a class into a folder, and who is who below OUT for staff.

    Raise CourseError where the course has none, nothing is published, or an input is wrong.
    """
    shows = course.leaderboard.shows
    if shows == "nobody":
        raise CourseError(
            f"{course.root / COURSE_FILE}: the course has no leaderboard; "
            "write `leaderboard: {shows: opted_in}` if it shall have one"
        )
    graded = graded_folder(out, is_draft=is_draft)
    grades = read_grades(graded)
    students = [grade.student for grade in grades]
    shown = frozenset(students)
    if shows == "opted_in" or opted_in is not None:
        file = opted_in or Path(noted_folders(out).get("submitted", out)) / OPTED_IN_FILE
        shown = read_opted_in(file, students)
    key = kept_key(key_file or out / KEY_FILE)
    entries = ranking(grades, shown, key)
    version = None if is_draft else int(graded.name)
    page = leaderboard_page(course, entries, version, lang or language_of(out))
    with locked_output(out):
        write(folder / "leaderboard.html", page)
        write(folder / "leaderboard.json", leaderboard_json(course, entries, version))
        write(out / ANALYSIS_FOLDER / "pseudonyms.csv", _pseudonym_table(shown, key))
    return entries


def _pseudonym_table(students: Collection[str], key: bytes) -> str:
    """Return who is who, as a table for staff."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("student", "pseudonym"))
    rows.writerows((student, pseudonym_of(student, key)) for student in sorted(students))
    return table.getvalue()

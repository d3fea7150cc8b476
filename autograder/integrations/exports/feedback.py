"""Students' pages as archives: by the names of Canvas or Moodle, or one for each student."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.source_tree import read_tree
from autograder.handin.collect.sources.canvas import FILE_NAME as CANVAS_NAME
from autograder.handin.collect.sources.moodle import ENTRY_NAME as MOODLE_NAME
from autograder.integrations.exports.csv_cells import read_cells
from autograder.integrations.exports.moodle import read_worksheet
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.site_rows import KnownStudents, SiteRow

ENTRY_DATE = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o644
UNIX_SYSTEM = 3
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')  # in names of files on some system
MAX_NAME_BYTES = 120
# Of a folder: every version of Moodle reads it so; from 4.1 on the last underscore may be left out.
MOODLE_SUFFIX = "_assignsubmission_file_"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlace:
    """Where a site looks for a student's file: a prefix, and what tells whose it is."""

    prefix: str  # a folder with its slash, or the beginning of a file's name
    row: SiteRow
    person: str


def canvas_places(download: Path) -> list[SitePlace]:
    """Return the places of the students in the zip that Canvas gave.

    Canvas takes a file back under the name of one that was handed in, with both its numbers.
    """
    places: dict[str, SitePlace] = {}
    for name in sorted(read_tree(download).by_top_name()):
        match = CANVAS_NAME.fullmatch(name)
        if match is not None and match["user"] not in places:
            prefix = name[: len(name) - len(match["name"])]
            row = {"lms_user_id": match["user"], "login": match["login"], "name": match["login"]}
            person = f"{match['login']} (ID {match['user']})"
            places[match["user"]] = SitePlace(prefix=prefix, row=row, person=person)
    if not places:
        raise CourseError(
            f"{download}: no download of Canvas; expected the zip of Download Submissions"
        )
    return list(places.values())


def moodle_places(given: Path) -> list[SitePlace]:
    """Return the places of the students in the zip, or in the grading worksheet, of Moodle.

    Moodle matches the number of the participant. A zip has its folders; a worksheet has everyone.
    """
    if given.suffix.lower() == ".csv":
        return _worksheet_places(given)
    places: dict[str, SitePlace] = {}
    for name in sorted(read_tree(given).by_top_name()):
        match = MOODLE_NAME.fullmatch(name)
        if match is not None:
            # A folder, or the beginning of a file's name, in the spelling of the site's version.
            prefix = name[: -len(match["name"])] if match["name"] else f"{name}/"
            row = {"participant": match["number"], "name": match["student"]}
            person = f"{match['student']} ({match['number']})"
            places.setdefault(match["number"], SitePlace(prefix=prefix, row=row, person=person))
    if not places:
        raise CourseError(
            f"{given}: no download of Moodle; expected the zip of Download all submissions, or the "
            "grading worksheet as CSV"
        )
    return list(places.values())


def _worksheet_places(file: Path) -> list[SitePlace]:
    worksheet = read_worksheet(file, read_cells(file))
    places = []
    for number, cells in enumerate(worksheet.rows):
        row = worksheet.identifiers(number) if number and any(cells) else {}
        if "participant" in row:
            # The site splits the name at underscores.
            name = safe_name(row.get("name", "Participant").replace("_", " "))
            prefix = f"{name}_{row['participant']}{MOODLE_SUFFIX}/"
            places.append(SitePlace(prefix=prefix, row=row, person=worksheet.person(number)))
    return places


def site_archive(
    places: Sequence[SitePlace],
    pages: Mapping[str, Mapping[str, bytes]],
    known: KnownStudents,
) -> tuple[bytes, ExportOutcome]:
    """Return the zip of pages for a site, and what was done.

    `pages` holds each student's files by name.
    """
    outcome = ExportOutcome()
    matches = known.match([place.row for place in places])
    by_student = matches.by_student(places)
    files: dict[str, bytes] = {}
    for student, own in pages.items():
        place = by_student.get(student)
        if place is None:
            outcome.not_at_site.append(student)
            continue
        files.update((f"{place.prefix}{name}", content) for name, content in own.items())
        outcome.written.append(f"{student}: {place.prefix}")
    outcome.not_graded += matches.left_over([place.person for place in places])
    return archive(files), outcome


def student_archives(pages: Mapping[str, Mapping[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield an archive for each student, by a file name that differs from every other's."""
    taken: set[str] = set()
    for student, own in sorted(pages.items()):
        name, number = safe_name(student), 1
        while name.casefold() in taken:
            number += 1
            name = f"{safe_name(student)} {number}"
        taken.add(name.casefold())
        yield f"{name}.zip", archive(own)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, ENTRY_DATE)
            entry.create_system = UNIX_SYSTEM
            entry.external_attr = FILE_MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(entry, content)
    return buffer.getvalue()


def safe_name(name: str) -> str:
    """Return a name that every file system takes; accents stay."""
    cleaned = UNSAFE.sub(" ", unicodedata.normalize("NFC", name)).strip(". ")
    cleaned = " ".join(cleaned.split())
    while len(cleaned.encode()) > MAX_NAME_BYTES:
        cleaned = cleaned[:-1]
    return cleaned or "student"

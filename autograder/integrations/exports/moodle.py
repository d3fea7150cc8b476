"""Moodle: the grading worksheet that the site gave, with marks and feedback comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.collect.identity.headings import (
    column_places,
    fold_heading,
    participant_number,
)
from autograder.integrations.exports.comments import COMMENT_START
from autograder.integrations.exports.csv_cells import CellTable, Place, cell_at
from autograder.integrations.exports.decimals import decimal_text, positive_number
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import Part, points_in
from autograder.integrations.exports.site_rows import KnownStudents, SiteRow
from autograder.publishing import PublishedGrade

# Headings of a site in English and in Spanish, without accents, capitals, blanks and brackets.
GRADE = ("grade", "calificacion", "nota", "puntuacion")
MAXIMUM = ("maximumgrade", "calificacionmaxima", "notamaxima", "puntuacionmaxima")
CHANGEABLE = (
    *("gradecanbechanged", "lacalificacionpuedesercambiada", "calificacionpuedesercambiada"),
    *("sepuedecambiarlacalificacion", "puedecambiarselacalificacion"),
    *("lacalificacionpuedemodificarse", "lacalificacionsepuedecambiar"),
    *("lacalificacionpuedecambiarse", "lacalificacionsepuedemodificar"),
)
GRADE_MODIFIED = (
    *("lastmodifiedgrade", "ultimamodificacioncalificacion", "ultimamodificacionnota"),
)
COMMENTS = (
    *("feedbackcomments", "comentariosderetroalimentacion", "comentariosdelaretroalimentacion"),
    *("comentariosderetroaccion", "retroalimentacionporcomentarios", "comentarios"),
)
NO_WORDS = ("no",)
SPANISH_SIGN, ENGLISH_SIGN = ",", "."


@dataclass(frozen=True, kw_only=True)  # no slots: the sign is found once
class Worksheet:
    """The worksheet's rows, and the places of its columns."""

    file: Path
    table: CellTable
    rows: tuple[tuple[str, ...], ...]
    identifying: Mapping[str, int]
    grade: int
    maximum: int | None
    changeable: int | None
    comments: int | None

    @cached_property
    def decimal_sign(self) -> str:
        """The sign before decimals: as in the site's own numbers, or else as its language has it.

        A site reads its grades back by its own language.
        """
        places = [place for place in (self.maximum, self.grade) if place is not None]
        numbers = [cell_at(row, place) for row in self.rows[1:] for place in places]
        for number in numbers:
            for sign in (SPANISH_SIGN, ENGLISH_SIGN):
                if sign in number:
                    return sign
        is_english = fold_heading(self.rows[0][self.grade]) == GRADE[0]
        return ENGLISH_SIGN if is_english else SPANISH_SIGN

    def identifiers(self, number: int) -> SiteRow:
        """Return the cells that identify the student of a row, with the bare number of Moodle."""
        row = self.rows[number]
        cells = {column: cell_at(row, place) for column, place in self.identifying.items()}
        cells["participant"] = participant_number(cells["participant"])
        return {column: cell for column, cell in cells.items() if cell}

    def person(self, number: int) -> str:
        """Return the name and the identifier of a row's student."""
        row = self.rows[number]
        identifier = cell_at(row, self.identifying["participant"])
        name = cell_at(row, self.identifying.get("name"))
        return f"{name} ({identifier})" if name else identifier


def read_worksheet(file: Path, table: CellTable) -> Worksheet:
    """Return the worksheet in a table; CourseError if Moodle would not take it as one."""
    rows = tuple(tuple(row) for row in table.rows)
    head = rows[0] if rows else ()
    identifying = column_places(head)
    grade, modified = _place(head, GRADE), _place(head, GRADE_MODIFIED)
    missing = [
        name
        for name, place in (
            ("Identifier", identifying.get("participant")),
            ("Grade", grade),
            ("Last modified (grade)", modified),
        )
        if place is None
    ]
    if missing or grade is None:
        raise CourseError(
            f"{file}:1: no grading worksheet of Moodle in English or Spanish: no column "
            f"{', '.join(missing)}; download it at the assignment, under Grading action, "
            "Download grading worksheet"
        )
    return Worksheet(
        file=file,
        table=table,
        rows=rows,
        identifying=identifying,
        grade=grade,
        maximum=_place(head, MAXIMUM),
        changeable=_place(head, CHANGEABLE),
        comments=_place(head, COMMENTS),
    )


def _place(head: Sequence[str], headings: Sequence[str]) -> int | None:
    folded = [fold_heading(heading) for heading in head]
    return next((folded.index(each) for each in headings if each in folded), None)


def mark_worksheet(
    worksheet: Worksheet,
    part: Part,
    grades: Sequence[PublishedGrade],
    known: KnownStudents,
    comments: Mapping[str, str],
    maximum: Fraction | None = None,
) -> tuple[bytes, ExportOutcome]:
    """Return the worksheet's file with marks, and comments by student, and what was done.

    `maximum` is the site's maximum grade where the worksheet has no column of it. Comments of
    people that stand at the site stay.
    """
    outcome = ExportOutcome()
    numbers = [number for number, row in enumerate(worksheet.rows) if number and any(row)]
    matches = known.match([worksheet.identifiers(number) for number in numbers])
    by_student = matches.by_student(numbers)
    values: dict[Place, str] = {}
    if comments and worksheet.comments is None:
        outcome.remarks.append(
            "the worksheet has no column of feedback comments: none were written; "
            "switch them on in the assignment's settings"
        )
    for grade in grades:
        if grade.student not in by_student:
            outcome.not_at_site.append(grade.student)
            continue
        number = by_student[grade.student]
        comment = comments.get(grade.student, "")
        _mark(worksheet, number, grade, part, comment, maximum, values, outcome)
    people = [worksheet.person(number) for number in numbers]
    outcome.not_graded += matches.left_over(people)
    return worksheet.table.edited(values), outcome


def _mark(
    worksheet: Worksheet,
    number: int,
    grade: PublishedGrade,
    part: Part,
    comment: str,
    maximum: Fraction | None,
    values: dict[Place, str],
    outcome: ExportOutcome,
) -> None:
    """Note what happens to one row, and the new values of its cells."""
    row, points = worksheet.rows[number], points_in(grade, part)
    if fold_heading(cell_at(row, worksheet.changeable)) in NO_WORDS:
        outcome.locked.append(f"{grade.student}: {worksheet.person(number)}")
        return
    if points.earned is None:
        (outcome.faults if points.decision == "fault" else outcome.waiting).append(grade.student)
        return
    scaled = points.scaled_to(_maximum(worksheet, number, maximum))
    assert scaled is not None
    text = decimal_text(scaled, sign=worksheet.decimal_sign)
    before = cell_at(row, worksheet.grade)
    said = cell_at(row, worksheet.comments)
    is_own = not said or said.startswith(COMMENT_START)
    if comment and worksheet.comments is not None and is_own and said != comment:
        values[number, worksheet.comments] = comment
    elif text == before:
        outcome.unchanged += 1
        return
    values[number, worksheet.grade] = text
    was = f" (was {before})" if before and before != text else ""
    outcome.written.append(f"{grade.student}: {text}{was}")
    if not is_own and comment:
        outcome.remarks.append(f"{grade.student}: a person's comment stands there; it was kept")


def _maximum(worksheet: Worksheet, number: int, stated: Fraction | None) -> Fraction:
    place = f"{worksheet.file}:{number + 1}"
    text = cell_at(worksheet.rows[number], worksheet.maximum)
    if not text and stated is not None:
        return stated
    if worksheet.maximum is None:
        raise CourseError(f"{place}: no column of the maximum grade; state it with --maximum")
    return positive_number(text, place)

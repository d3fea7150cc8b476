"""The gradebook of Canvas: marks go into the named columns, and every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import read_roster
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.exports.canvas import (
    find_column,
    mark_gradebook,
    matching_columns,
    read_gradebook,
)
from autograder.integrations.exports.csv_cells import parse_cells, read_cells
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import find_part, parts_of
from autograder.integrations.exports.site_rows import known_students
from tests.support.exported_class import ExportedClass
from tests.support.places import CASES
from tests.support.site_readers import canvas_import

EXPORTS = CASES / "exports"
COLUMNS = {"77": "total", "78": "tensors", "79": "essay"}


def marked(
    made: ExportedClass, content: bytes, columns: dict[str, str] | None = None, roster: bool = True
) -> tuple[bytes, ExportOutcome]:
    """Return a gradebook with the marks of the class."""
    gradebook = read_gradebook(Path("gradebook.csv"), parse_cells(content, "gradebook.csv"))
    chosen = [
        (find_column(gradebook, name), find_part(made.course, part))
        for name, part in (columns or COLUMNS).items()
    ]
    known = known_students(
        (grade.student for grade in made.grades),
        read_roster(EXPORTS / "roster.csv") if roster else None,
        Ledger(),
    )
    return mark_gradebook(gradebook, chosen, made.grades, known)


def test_canvas_reads_marks_scaled_to_its_points_possible(made: ExportedClass) -> None:
    """18 of 20 points are 45.00 of 50, and 8 1/3 of 20 are 20.83: rounded once."""
    content, _ = marked(made, (EXPORTS / "canvas.csv").read_bytes())
    read = canvas_import(content)
    assert read.marks[2001] == {77: "45.00", 78: "6.40", 79: "6.00"}
    assert read.marks[2002] == {77: "20.83", 78: "4.00", 79: "EX"}
    assert read.new_assignments == []


def test_a_mark_that_waits_or_is_spoilt_is_left_as_it_was(made: ExportedClass) -> None:
    """Neither becomes a zero: the cell keeps what the site had, which may be nothing."""
    content, outcome = marked(made, (EXPORTS / "canvas.csv").read_bytes())
    read = canvas_import(content)
    assert read.marks[2003] == {77: "7.00", 78: "4.00", 79: ""}
    assert read.marks[2004] == {77: "", 78: "", 79: "6.00"}
    assert outcome.waiting == ["bo: A tiny course (77)", "bo: Essay (79)"]
    assert outcome.faults == ["carla: A tiny course (77)", "carla: Tensors, part one (78)"]


def test_every_other_byte_stays(made: ExportedClass) -> None:
    """Of the file only the cells of marks differ: quotes, blanks and line ends are the site's."""
    before = (EXPORTS / "canvas.csv").read_bytes()
    after, _ = marked(made, before, {"77": "total"})
    expected = before.replace(b"Lab 1,,,5,12.5", b"Lab 1,45.00,,5,12.5")
    expected = expected.replace(b"inigo,Lab 1,,,EX", b"inigo,Lab 1,20.83,,EX")
    assert after == expected


def test_a_second_export_changes_nothing(made: ExportedClass) -> None:
    """An export of the exported file writes no mark and the same bytes."""
    once, _ = marked(made, (EXPORTS / "canvas.csv").read_bytes())
    twice, outcome = marked(made, once)
    assert (twice, outcome.written, outcome.unchanged) == (once, [], 7)


def test_a_semicolon_file_with_decimal_commas_keeps_both(made: ExportedClass) -> None:
    """A site that writes 10,50 gets its marks so, and is matched by login and by name."""
    content, outcome = marked(
        made, (EXPORTS / "canvas_es.csv").read_bytes(), {"77": "total"}, roster=False
    )
    assert canvas_import(content).marks[2001][77] == "18,00"
    assert canvas_import(content).marks[2002][77] == "8,33"
    assert outcome.not_at_site == ["bo", "carla"]


def test_people_on_one_side_only_are_named(made: ExportedClass) -> None:
    """A person of the site without a grade is named; the site's test student is none."""
    _, outcome = marked(made, (EXPORTS / "canvas.csv").read_bytes())
    assert outcome.not_graded == ["Vega, Zoe (ID 2005)"]
    assert outcome.not_at_site == []


def test_the_id_decides_before_the_name(made: ExportedClass) -> None:
    """Two people called Ana García are told apart by Canvas's ID."""
    text = (EXPORTS / "canvas.csv").read_text("utf-8")
    twin = '"García, Ana",2090,s-90,other,Lab 9,,,,,\n'
    content, outcome = marked(made, (text + twin).encode())
    assert canvas_import(content).marks[2090][77] == ""
    assert canvas_import(content).marks[2001][77] == "45.00"
    assert outcome.not_graded == ["Vega, Zoe (ID 2005)", "García, Ana (ID 2090)"]


def test_a_name_that_fits_two_rows_is_never_guessed(made: ExportedClass) -> None:
    """Without ids both rows of the name stay as they were."""
    text = (EXPORTS / "canvas_es.csv").read_text("utf-8").replace(";inigo;", ";;")
    twin = "Íñigo Núñez;2092;;Lab 9;;\n"
    content, outcome = marked(made, (text + twin).encode(), {"77": "total"}, roster=False)
    assert canvas_import(content).marks[2002][77] == ""
    assert canvas_import(content).marks[2092][77] == ""
    assert "Íñigo Núñez (ID 2092) (may be Núñez, Íñigo)" in outcome.not_graded
    assert "Núñez, Íñigo" in outcome.not_at_site


def test_an_unknown_title_is_refused(made: ExportedClass) -> None:
    """Canvas would make an assignment of it; the error names the columns that there are."""
    gradebook = read_gradebook(EXPORTS / "canvas.csv", read_cells(EXPORTS / "canvas.csv"))
    with pytest.raises(CourseError, match=r"no column 'Week 1'.*A tiny course \(77\)"):
        find_column(gradebook, "Week 1")


def test_a_total_of_the_site_cannot_be_chosen(made: ExportedClass) -> None:
    """Totals are read-only: Canvas ignores them, so nothing is written there."""
    gradebook = read_gradebook(EXPORTS / "canvas.csv", read_cells(EXPORTS / "canvas.csv"))
    with pytest.raises(CourseError, match="no column 'Final Score'"):
        find_column(gradebook, "Final Score")


def test_titles_of_the_course_choose_their_columns(made: ExportedClass) -> None:
    """Without a choice the columns with titles of the course and its assignments are written."""
    gradebook = read_gradebook(EXPORTS / "canvas.csv", read_cells(EXPORTS / "canvas.csv"))
    parts = [part for part in parts_of(made.course).values() if part.kind != "category"]
    chosen = {column.heading: part.id for column, part in matching_columns(gradebook, parts)}
    assert chosen == {"A tiny course (77)": "total", "Essay (79)": "essay"}


@pytest.mark.parametrize("possible", ["", "0", "many"])
def test_points_possible_must_be_a_number(made: ExportedClass, possible: str) -> None:
    """Nothing can be scaled to no points: the error names the cell."""
    text = (EXPORTS / "canvas.csv").read_text("utf-8").replace("50.0", possible)
    with pytest.raises(CourseError, match=r"gradebook.csv:3: A tiny course \(77\)"):
        marked(made, text.encode())


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"Student,ID,Section,T (1)\nAna,1,x,2\n"])
def test_another_file_is_refused(made: ExportedClass, content: bytes) -> None:
    """A file that Canvas would not import is refused with what to do."""
    with pytest.raises(CourseError, match="export"):
        read_gradebook(Path("g.csv"), parse_cells(content, "g.csv"))

"""`autograder marks import`: a table of points from outside, decided whole or not at all."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from autograder.marking.marks_file import marks_file
from autograder.scoring.override_commands import all_decisions
from tests.support.command_line import Ended
from tests.support.in_process import autograder
from tests.support.marked_class import MarkedClass, marked_class

BY = ("--author", "Marta Ruiz", "--reason", "Examen")
STUDENTS = ("ana_garcia", "bo", "leo")
ROSTER = "id;nombre completo;correo\nana_garcia;García, Ana;ana@x.org\nbo;Bo Ek;bo@x.org\nleo;;\n"


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Return a class of three students and a list of them."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return marked_class(tmp_path, STUDENTS)


def import_(made: MarkedClass, table: str | bytes, *words: object) -> Ended:
    """Run `autograder marks import` on a table."""
    folder = made.submitted.parent
    content = table if isinstance(table, bytes) else table.encode()
    (folder / "exam.csv").write_bytes(content)
    course = ("--course", made.course.root)
    return autograder("marks", "import", "submitted", "exam.csv", *course, *words, folder=folder)


def points(made: MarkedClass) -> dict[str, dict[str, Fraction]]:
    """Return the points of all marks, by student and criterion."""
    decided = marks_file(made.course, made.submitted, None).read()
    return {
        student: {mark.criterion: mark.points for mark in own.marks}
        for student, own in sorted(decided.items())
    }


# ---------------------------------------------------------------- what a table may look like

TABLES: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "a column that is called as the criterion": ("id,words.essay\nana_garcia,4.5\nbo,0\n", ()),
    "the only column of points": ("id,x\nana_garcia,4.5\nbo,0\n", ("--criterion", "words.essay")),
    "a column that is called points": (
        "id,apellido,Nota\nana_garcia,García,4.5\nbo,,0\n",
        ("--criterion", "words.essay"),
    ),
    "a column that is named": (
        "id,Parte A,Parte B\nana_garcia,4.5,9\nbo,0,9\n",
        ("--column", "Parte A=words.essay"),
    ),
    "decimal commas of a Spanish Excel": (
        "\ufeffid;Nota\r\nana_garcia;4,5\r\nbo;0,00\r\n".encode("utf-8"),
        ("--criterion", "words.essay"),
    ),
    "names and emails of the list of students": (
        "Correo;Nombre;Nota\nana@x.org;Ana García;4,5\n;Bo Ek;0\n",
        ("--criterion", "words.essay", "--students", "roster.csv"),
    ),
    "Canvas's row of maxima": (
        "Student,ID,words.essay\n    Points Possible,,6\nana_garcia,,4.5\nbo,,0\n",
        (),
    ),
    "an exam of other points": (
        "id,Nota\nana_garcia,45\nbo,0\n",
        ("--criterion", "words.essay", "--out-of", "60"),
    ),
    "capitals and blanks in ids": ("id,words.essay\nAna Garcia,9/2\nBO,0\n", ()),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_sets_marks(name: str, made: MarkedClass) -> None:
    """Author and reason are those of the options; whoever has no row keeps what there was."""
    table, words = TABLES[name]
    ended = import_(made, table, *words, *BY)
    assert ended.returncode == 0, ended.stderr
    essay = "words.essay"
    assert points(made) == {"ana_garcia": {essay: Fraction(9, 2)}, "bo": {essay: Fraction(0)}}
    assert "ana_garcia: words.essay: 4.5 of 6 (Marta Ruiz: Examen)" in ended.stdout.splitlines()
    assert "students without a row: leo" in ended.stderr


def test_several_columns_are_several_criteria(made: MarkedClass) -> None:
    """Each column that is called as a criterion, or named, sets that criterion."""
    table = "id,words.essay,Poster\nana_garcia,6,4\nbo,1,\n"
    assert import_(made, table, "--column", "Poster=words.poster", *BY).returncode == 0
    assert points(made) == {
        "ana_garcia": {"words.essay": 6, "words.poster": 4},
        "bo": {"words.essay": 1},
    }


def test_an_empty_cell_decides_nothing(made: MarkedClass) -> None:
    """Who did not sit the exam has no mark, and is named; so are columns that were not read."""
    ended = import_(made, "id,words.essay,room\nana_garcia,3,2\nbo,,\nleo,1,2\n", *BY)
    assert points(made) == {"ana_garcia": {"words.essay": 3}, "leo": {"words.essay": 1}}
    assert ended.stderr.splitlines() == [
        "empty cells, nothing decided: bo",
        "columns that were not read: room",
    ]


# ---------------------------------------------------------------- whole or not at all

UNKNOWN = "exam.csv:2: no student"
MISTAKES = {
    "id,words.essay\nana_garci,3\n": f"{UNKNOWN} 'ana_garci'; did you mean 'ana_garcia'?",
    "id,words.essay\nzoe,3\n": f"{UNKNOWN} 'zoe'; correct the name, or make a folder",
    "id,words.essay\nbo,6.5\n": "exam.csv:2: bo: words.essay: 6.5 is more than 6; see --out-of",
    "id,words.essay\nbo,-1\n": "exam.csv:2: bo: words.essay: '-1' is no number; expected 0 to 6",
    "id,words.essay\nbo,NP\n": "'NP' is no number; expected 0 to 6, or an empty cell",
    'id,words.essay\nbo,"1.000,5"\n': "'1.000,5' is no number",
    "id,words.essay\nbo,1/0\n": "'1/0' is no number",
    "id,words.essay\nbo,3\nBO,3\n": "exam.csv:3: bo has a row already, on line 2; keep one",
    "id,name,words.essay\nbo,leo,3\n": "'bo', 'leo' may be bo or leo; name the id alone",
    "words.essay\n3\n": "exam.csv:1: no column names the students",
    "id,nota\nbo,3\n": "exam.csv:1: no column is called as a criterion; say which it is with",
    "id,words.essay,words.essay\nbo,3,3\n": "exam.csv:1: two columns are for words.essay; keep one",
    "": "exam.csv:1: no column names the students",
}


@pytest.mark.parametrize("table", MISTAKES)
def test_a_mistake_is_named_and_nothing_is_decided(table: str, made: MarkedClass) -> None:
    """Whatever is wrong, a line says where, what was expected and what to do."""
    ended = import_(made, table, *BY)
    assert ended.returncode == 2
    assert MISTAKES[table] in ended.stderr
    assert not made.marks.exists()


def test_every_mistake_is_listed_and_good_rows_wait(made: MarkedClass) -> None:
    """Two wrong rows are two lines; the right row between them is not written either."""
    ended = import_(made, "id,words.essay\nana,3\nbo,4\nleo,7\n", *BY)
    assert [line.split(": ")[0] for line in ended.stderr.splitlines()] == [
        "exam.csv:2",
        "exam.csv:4",
    ]
    assert not made.marks.exists()


def test_who_handed_in_nothing_sits_the_exam_too(made: MarkedClass) -> None:
    """A student of the list gets an empty folder with the mark; a dry run makes none."""
    (made.submitted.parent / "roster.csv").write_text(f"{ROSTER}zoe;Zoe Paz;\n", encoding="utf-8")
    words = ("--students", "roster.csv", *BY)
    assert import_(made, "id,words.essay\nzoe,2\n", *words, "--dry-run").returncode == 0
    assert not (made.submitted / "zoe").exists()
    assert import_(made, "id,words.essay\nzoe,2\n", *words).returncode == 0
    assert points(made) == {"zoe": {"words.essay": 2}}
    assert list((made.submitted / "zoe").iterdir()) == []


def test_a_near_name_of_the_list_of_students_is_shown_with_its_id(made: MarkedClass) -> None:
    """A misspelt name is never guessed: the line names the person who was perhaps meant."""
    ended = import_(made, "name,words.essay\nBo Eck,3\n", "--students", "roster.csv", *BY)
    assert "no student 'Bo Eck'; did you mean 'Bo Ek', who is bo?" in ended.stderr
    assert points(made) == {}


def test_a_mark_that_says_something_else_is_not_replaced_by_itself(made: MarkedClass) -> None:
    """Other points need --replace; the same points are known, and nothing is lost meanwhile."""
    import_(made, "id,words.essay\nbo,3\nleo,2\n", *BY)
    before = made.marks.read_bytes()
    table = "id,words.essay\nana_garcia,1\nbo,4\nleo,2\n"
    ended = import_(made, table, *BY)
    assert ended.returncode == 2
    assert "bo: words.essay: a person gave 3, and the table gives 4; replace" in ended.stderr
    assert made.marks.read_bytes() == before
    ended = import_(made, table, *BY, "--replace")
    assert "bo: words.essay: 4 of 6 (Marta Ruiz: Examen), instead of 3" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "2 marks set, 1 known before"


def test_a_dry_run_shows_the_same_and_writes_nothing(made: MarkedClass) -> None:
    """What would be set is shown, and the file of marks is not made."""
    ended = import_(made, "id,words.essay\nbo,3\n", *BY, "--dry-run")
    assert ended.stdout.splitlines() == [
        "bo: words.essay: 3 of 6 (Marta Ruiz: Examen)",
        "1 marks set, 0 known before; nothing was written",
    ]
    assert not made.marks.exists()


OPTIONS = {
    ("--criterion", "words.esay"): "no criterion 'words.esay'; did you mean 'words.essay'?",
    ("--column", "Nota"): "--column Nota: expected HEADING=CRITERION",
    ("--column", "Nta=words.essay"): "exam.csv:1: no column 'Nta'; did you mean 'Nota'?",
    ("--criterion", "words.essay", "--out-of", "0"): "--out-of 0: expected a number above 0",
    ("--criterion", "words.poster"): "'5' is more than 4",
}


@pytest.mark.parametrize("words", OPTIONS)
def test_options_that_do_not_fit_are_named(words: tuple[str, ...], made: MarkedClass) -> None:
    """A wrong option is a line, as a wrong cell is."""
    ended = import_(made, "id,Nota\nbo,5\n", *words, *BY)
    assert ended.returncode == 2
    assert OPTIONS[words].replace("'5'", "5") in ended.stderr


def test_a_class_of_sixty_is_one_decision_each(tmp_path: Path) -> None:
    """A paper exam of 60 students out of 60 points becomes exact points of the criterion."""
    students = [f"s{number:02}" for number in range(60)]
    made = marked_class(tmp_path, students)
    rows = "".join(f"{student};{number},5\n" for number, student in enumerate(students))
    words = ("--criterion", "words.essay", "--out-of", "60")
    assert import_(made, f"id;Nota\n{rows}", *words, *BY).returncode == 0
    expected = {s: {"words.essay": (n + Fraction(1, 2)) / 10} for n, s in enumerate(students)}
    assert points(made) == expected
    decided = marks_file(made.course, made.submitted, None).read()
    assert {len(all_decisions(own)) for own in decided.values()} == {1}

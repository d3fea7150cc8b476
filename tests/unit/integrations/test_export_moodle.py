"""The grading worksheet of Moodle: marks and comments in the site's language, no more."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.exports.comments import comment_html
from autograder.integrations.exports.csv_cells import parse_cells
from autograder.integrations.exports.moodle import mark_worksheet, read_worksheet
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import find_part
from autograder.integrations.exports.site_rows import known_students
from tests.support.exported_class import ExportedClass
from tests.support.places import CASES
from tests.support.site_readers import moodle_import

EXPORTS = CASES / "exports"
ENGLISH = (EXPORTS / "moodle_en.csv").read_bytes()
SPANISH = (EXPORTS / "moodle_es.csv").read_bytes()


def marked(
    made: ExportedClass,
    content: bytes,
    *,
    part: str = "total",
    comments: bool = True,
    maximum: Fraction | None = None,
    ledger: Ledger | None = None,
) -> tuple[bytes, ExportOutcome]:
    """Return a worksheet with the marks of the class."""
    worksheet = read_worksheet(Path("sheet.csv"), parse_cells(content, "sheet.csv"))
    chosen = find_part(made.course, part)
    known = known_students((grade.student for grade in made.grades), None, ledger or Ledger())
    texts = {
        grade.student: comment_html(made.course, grade, chosen, "es") if comments else ""
        for grade in made.grades
    }
    return mark_worksheet(worksheet, chosen, made.grades, known, texts, maximum)


def named(content: bytes) -> bytes:
    """Return a worksheet whose names are the ids of the class."""
    return content.replace("Ana García".encode(), b"ana").replace(b"Carla Ruiz", b"carla")


def test_moodle_reads_marks_scaled_to_its_maximum(made: ExportedClass) -> None:
    """18 of 20 points are 9.00 of 10; what waits or was spoilt stays empty."""
    content, outcome = marked(made, named(ENGLISH))
    read = moodle_import(content)
    assert [read[number]["grade"] for number in (101, 102, 103, 104)] == [9.0, 4.17, None, None]
    assert (outcome.waiting, outcome.faults) == (["bo"], ["carla"])


def test_last_modified_stays(made: ExportedClass) -> None:
    """Moodle refuses a row whose time is not the site's own."""
    before, after = moodle_import(named(ENGLISH)), moodle_import(marked(made, named(ENGLISH))[0])
    assert {n: row["modified"] for n, row in before.items()} == {
        n: row["modified"] for n, row in after.items()
    }


def test_without_comments_only_grades_differ(made: ExportedClass) -> None:
    """Every byte but those of the grades is the site's."""
    content, _ = marked(made, named(ENGLISH), comments=False)
    expected = named(ENGLISH).replace(
        b'grading - ",,10.00,Yes,"Monday, 5 October 2026, 10:00',
        b'grading - ",9.00,10.00,Yes,"Monday, 5 October 2026, 10:00',
    )
    assert content == expected.replace(
        b'"Submitted for grading - ",1.00', b'"Submitted for grading - ",4.17'
    )


def test_a_spanish_site_gets_its_headings_and_its_comma(made: ExportedClass) -> None:
    """Semicolons, the byte order mark and CRLF stay, too."""
    content, outcome = marked(made, named(SPANISH))
    assert content.startswith(b"\xef\xbb\xbfIdentificador;")
    assert b";9,00;10,00;" in content
    assert content.count(b"\r\n") == SPANISH.count(b"\r\n")
    assert moodle_import(content, spanish=True)[101]["grade"] == 9.0
    assert "No" in content.decode("utf-8-sig").splitlines()[2].split(";")
    assert outcome.locked == ["Núñez, Íñigo: Íñigo Núñez (Participante 102)"]


def test_a_grade_that_cannot_be_changed_stays(made: ExportedClass) -> None:
    """The site locks it, as in a gradebook that was overridden."""
    content, _ = marked(made, named(SPANISH))
    row = moodle_import(content, spanish=True)[102]
    assert (row["grade"], row["comment"]) == (2.0, "")


def test_a_comment_says_what_each_criterion_earned(made: ExportedClass) -> None:
    """The comment is in the students' language, with a person's reason as text, not as HTML."""
    content, _ = marked(made, named(ENGLISH))
    comment = moodle_import(content)[101]["comment"]
    assert "Doble: 2 de 4." in comment
    assert "Marta Ruiz: =HYPERLINK(&#34;x&#34;) &lt;b&gt;" in comment
    assert "<b>" not in comment
    assert "\x01" not in comment


def test_a_persons_comment_at_the_site_stays(made: ExportedClass) -> None:
    """The mark is written all the same, and the command says so."""
    content, outcome = marked(made, named(ENGLISH))
    assert moodle_import(content)[102]["comment"] == "<p>See me after class.</p>"
    assert any("person's comment" in remark for remark in outcome.remarks)


def test_our_own_earlier_comment_is_replaced(made: ExportedClass) -> None:
    """After a regrade the worksheet holds the comment that the last export wrote."""
    old = named(ENGLISH).replace(
        b"<p>See me after class.</p>", b'<div class=""autograder"">old</div>'
    )
    content, _ = marked(made, old)
    assert moodle_import(content)[102]["comment"].startswith(
        '<div class="autograder"><p>8,33 de 20'
    )


def test_without_names_the_participants_number_decides(made: ExportedClass) -> None:
    """A blind worksheet has identifiers only; `collect --map` has kept whose they are."""
    blind = ENGLISH.replace(b',"Full name","Email address"', b"")
    for who in (
        '"Ana García",ana@uni.example,',
        '"Íñigo Núñez",inigo@uni.example,',
        '"Bo",bo@uni.example,',
        '"Carla Ruiz",carla@uni.example,',
    ):
        blind = blind.replace(who.encode(), b"")
    ledger = Ledger(names={"Participant_101_": "x", "Ana García_101": "ana"})
    content, outcome = marked(made, blind, ledger=ledger)
    assert moodle_import(content)[101]["grade"] == 9.0
    assert outcome.not_at_site == ["Núñez, Íñigo", "bo", "carla"]


def test_a_worksheet_without_maximum_takes_the_stated_one(made: ExportedClass) -> None:
    """Older sites have no such column: then the maximum must be stated."""
    old = named(ENGLISH).replace(b',"Maximum grade"', b"").replace(b",10.00", b"")
    with pytest.raises(CourseError, match="--maximum"):
        marked(made, old)
    content, _ = marked(made, old, maximum=Fraction(20))
    assert moodle_import(content)[101]["grade"] == 18.0


@pytest.mark.parametrize("content", [b"", b"Identifier,Grade\n", b"Matrikel,Note\n1,2\n"])
def test_another_file_is_refused(content: bytes) -> None:
    """A worksheet that Moodle would not import is refused with the columns that it lacks."""
    with pytest.raises(CourseError, match=r"no column .*Last modified \(grade\)"):
        read_worksheet(Path("sheet.csv"), parse_cells(content, "sheet.csv"))

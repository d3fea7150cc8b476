"""What reports say of a measured model, of what people decided, and of identical work."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from autograder.model import FinalGrade, Measurement
from autograder.report import (
    class_page,
    final_grade_json,
    find_identical_work,
    scores_csv,
    student_page,
)
from autograder.report.confusion import picture
from tests.support.examples_of_final_grades import (
    CLEAN,
    COURSE,
    HOSTILE_NAME,
    decided,
    eventful,
    judged,
    measurement,
)
from tests.support.places import REPOSITORY
from tests.support.reading_pages import Page

SCHEMA = json.loads(
    REPOSITORY.joinpath("docs", "reference", "final_grades.schema.json").read_text("utf-8")
)
TINY = (
    (9, 1, 0, 0),
    (0, 4, 0, 6),
    (0, 0, 0, 0),
    (0, 0, 0, 5),
)  # the third of four classes does not occur


def with_model(found: Measurement, student: str = "Iris") -> FinalGrade:
    """Return the grade of the judged student, with another measurement."""
    final_grade = judged(student)
    sheets = [replace(s, measurement=found) if s.measurement else s for s in final_grade.sheets]
    return replace(final_grade, sheets=tuple(sheets))


def read(final_grade: FinalGrade, lang: str = "en", audience: str = "student") -> Page:
    """Return the student's page, parsed."""
    groups = find_identical_work([final_grade, judged("Bo Lin")])
    return Page(student_page(COURSE, final_grade, lang, audience, groups))  # type: ignore[arg-type]


def sheet_of(final_grade: FinalGrade) -> dict[str, Any]:
    """Return the score sheet for machines."""
    content: dict[str, Any] = json.loads(final_grade_json(COURSE, final_grade))
    return content


# ---------------------------------------------------------------- the measured accuracy


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "es",
            "Exactitud medida: 87,56\u00a0% 87,56\u00a0% aciertos: 5525 de 6310 imágenes "
            "Nivel del proyecto: Bueno",
        ),
        ("es", "Intervalo del 95\u00a0% de 86,73\u00a0% a 88,39\u00a0%"),
        ("es", "Se midió la lista completa: 6310 imágenes."),
        (
            "en",
            "Measured accuracy: 87.56% 87.56% right: 5525 of 6310 images "
            "Level of the project: Good",
        ),
        ("en", "Among the five likeliest 97.94% (6180 of 6310)"),
        ("en", "Test images Flowers-102, la lista de prueba: 6310 imágenes."),
    ],
)
def test_an_accuracy_comes_with_everything_that_judges_it(lang: str, words: str) -> None:
    """Accuracy, counts, level, interval, top-5, the list, and how it was decided stand together."""
    assert " ".join(words.split()) in read(judged(), lang).text


def test_the_classes_that_fare_best_and_worst_are_named() -> None:
    """Three classes of each kind, by name, with their counts."""
    text = read(judged()).text
    assert (
        "Recognised best passion flower: 138 of 138 (100%) Mexican petunia: 96 of 96 (100%) "
        "hard-leaved pocket orchid: 60 of 60 (100%)" in text
    )
    assert (
        "Recognised worst corn poppy: 82 of 138 (59%) ball moss: 18 of 28 (64%) "
        "pincushion flower: 13 of 20 (65%)" in text
    )


def test_a_class_without_a_mistake_is_not_among_the_worst() -> None:
    """With few classes fewer than three are named, and none as both best and worst."""
    found = measurement(confusion=TINY, correct=18, n=25, total=25, top5=25)
    best = "Recognised best class 3: 5 of 5 (100%)"
    worst = "Recognised worst class 1: 4 of 10 (40%) class 0: 9 of 10"
    assert f"{best} {worst}" in read(with_model(found)).text


def test_a_sequential_measurement_says_how_certain_it_is() -> None:
    """Where it stopped early, the page says after how many images, and how likely the level is
    another.
    """
    found = measurement(decided_by="sequential", total=9000, error=Fraction(1, 1000))
    text = read(with_model(found)).text
    assert "6310 of 9000 images were enough to fix the level" in text
    assert "with a probability of 0.1% at most" in text
    assert "Interval that decided" in text


@pytest.mark.parametrize(
    ("correct", "words"),
    [(8499, "84.99%"), (8500, "85%"), (84_999, "84.99%")],
)
def test_an_accuracy_below_a_level_never_reads_as_the_level(correct: int, words: str) -> None:
    """Who misses 85 % by a hair reads less than 85 %, although shares are rounded half up."""
    n = 10_000 if correct < 10_000 else 100_000
    found = measurement(correct=correct, n=n, total=n)
    text = read(with_model(found)).text
    assert f"Measured accuracy: {words} {words} right" in text
    assert ("Level of the project: Good" in text) == (correct == 8500)


def test_the_confusion_matrix_is_a_picture_with_an_alternative() -> None:
    """Its text alternative gives the size, the diagonal and the most frequent confusions."""
    html = student_page(COURSE, judged(), "en", "student")
    expected = (
        "Confusion matrix of 102 classes: 5525 of 6310 images are on the diagonal. "
        "Most frequent confusions:"
        " corn poppy (25) for prince of Wales feathers (26): 30 of 138."
    )
    assert any(label.startswith(expected) for label in Page(html).attributes("aria-label"))
    assert len(html) < 80_000


def test_only_classes_that_occur_are_drawn() -> None:
    """A class without images that nobody predicts has neither row nor column; the others keep their
    numbers.
    """
    found = picture(TINY)
    assert (found.size, [tick.label for tick in found.ticks]) == (3, [0, 1, 3])
    assert [(p.label, p.taken_for, p.count, p.n) for p in found.pairs] == [
        (1, 3, 6, 10),
        (0, 1, 1, 10),
    ]


def test_the_darker_a_cell_the_larger_its_share() -> None:
    """Every cell with an image is drawn once, and a single image is not white."""
    found = picture(TINY)
    cells = {
        cell: float(s.opacity) for s in found.shades for cell in re.findall(r"M(\d+ \d+)h", s.path)
    }
    assert sorted(cells) == ["0 0", "1 0", "1 1", "2 1", "2 2"]  # x y
    assert 0.2 <= cells["1 0"] < cells["1 1"] < cells["2 1"] < cells["0 0"] == cells["2 2"] == 1


def test_a_class_without_images_that_is_predicted_has_a_row() -> None:
    """A class that only predictions name is drawn, its row empty."""
    assert picture(((1, 2), (0, 0))).size == 2


def test_without_a_measurement_nothing_is_said_of_one() -> None:
    """Who handed in no model has no block, no level and no column."""
    assert "Measured accuracy" not in read(eventful()).text
    assert "Accuracy" not in Page(class_page(COURSE, [decided("Leo", 30, 20, 15, 25, 10)])).text


# ---------------------------------------------------------------- what people decide


def test_a_mark_shows_who_gave_it_and_why() -> None:
    """Author and reason stand with the criterion, for students too; what had been proposed is for
    staff.
    """
    words = "Partly earned Clean code 8 of 10 points8 / 10 checks passed: 0 of 10/1 Marta Ruiz"
    student, staff = read(judged()).text, read(judged(), audience="staff").text
    assert words in student
    assert "Decided by Marta Ruiz: Se lee de una vez." in student
    assert "7.5 of 10 had been proposed." in staff
    assert "had been proposed" not in student


def test_an_overruled_check_says_what_it_had_given() -> None:
    """Where a person overrules the automatic checks everybody reads what these had given."""
    for audience in ("student", "staff"):
        text = read(judged(), audience=audience).text
        assert (
            "Decided by Leo Sanz: La pregunta era ambigua. The automatic checks had given 10 of 20."
            in text
        )


def test_a_proposal_is_for_staff_and_its_evidence_for_everybody() -> None:
    """Until a person decides, students read what was seen and that it waits; the points are
    staff's.
    """
    student, staff = read(judged()).text, read(judged(), audience="staff").text
    seen = "Waits for a person Hay 3 líneas demasiado largas"
    assert "Waits for a person" in student
    assert seen in student
    assert seen in staff
    assert "Proposed: 21 of 30" in staff
    assert "Proposed" not in student


def test_a_check_that_earned_in_part_says_how_much() -> None:
    """A failed check with credit is partial, names its share and what it costs."""
    words = "Partial: 1/2 Reduce bien, pero no expande a cuatro veces los canales. −7.5 points"
    assert words in read(judged()).text


def test_notes_are_for_staff_alone() -> None:
    """What a check remarked is on the staff's page, with its name, and on no other."""
    note = "En prueba acierta un 6 % más que en validación."
    assert f"{note} test_leak" in read(judged(), audience="staff").text
    assert note not in read(judged()).text


def test_a_note_about_what_a_person_judges_stands_beside_it() -> None:
    """What a person needs for a judgement is read where the judgement is asked for."""
    text = read(judged(), audience="staff").text
    assert "convenciones. Ideas clave: nombres y longitud. Check test_code_is_clean" in text
    assert "Ideas clave" not in read(judged()).text


def test_adjustments_say_who_and_why() -> None:
    """A bonus is a person's or the harness's; a waived penalty says who took it back, and takes
    nothing.
    """
    text = read(judged()).text
    assert "Documentation Un informe ejemplar. · Set by Marta Ruiz +2" in text
    assert "Grad-CAM maps Hay mapas de 12 imágenes. · Applied automatically +3" in text
    assert "Late hand-in Waived by Marta Ruiz: Avisó a tiempo. 0" in text


# ---------------------------------------------------------------- work that is the same


def test_the_same_model_is_told_to_staff_on_both_pages_and_the_class() -> None:
    """Two students whose models answer the same are named to staff, and nobody loses a point."""
    pair = [with_model(measurement(signature="b" * 64), s) for s in ("Ana", "Bo")]
    groups = find_identical_work([*pair, judged("Eva")])
    words = "Models that answer exactly the same: Ana, Bo."
    for final_grade in pair:
        assert words in Page(student_page(COURSE, final_grade, "en", "staff", groups)).text
        assert words not in Page(student_page(COURSE, final_grade, "en", "student", groups)).text
    assert words not in Page(student_page(COURSE, judged("Eva"), "en", "staff", groups)).text
    assert f"Flower classifier · {words}" in Page(class_page(COURSE, [*pair, judged("Eva")])).text


def test_the_same_files_are_told_once() -> None:
    """Who handed in the same files has the same model, which is not told a second time."""
    twins = [judged("Ana"), judged("Bo")]
    twins[1] = replace(twins[1], sheets=tuple(replace(s, student="Bo") for s in twins[0].sheets))
    found = [(g.kind, g.assignment, g.students) for g in find_identical_work(twins)]
    assert found == [("files", a, ("Ana", "Bo")) for a in ("residual_block", "flower_classifier")]


def test_a_team_is_not_told_to_copy_from_itself() -> None:
    """Who handed in together is named only beside somebody else, and only for the assignment of the
    team.
    """
    sheets = judged("Ana").sheets
    pair = [
        replace(judged(s), sheets=tuple(replace(sheet, student=s) for sheet in sheets))
        for s in ("Ana", "Bo")
    ]
    teams = {(student, "residual_block"): "Team 1" for student in ("Ana", "Bo")}
    assert [g.assignment for g in find_identical_work(pair, teams)] == ["flower_classifier"]
    third = replace(
        pair[0], student="Eva", sheets=tuple(replace(s, student="Eva") for s in pair[0].sheets)
    )
    assert [g.students for g in find_identical_work([*pair, third], teams)] == [
        ("Ana", "Bo", "Eva")
    ] * 2
    both = {**teams, **{(student, "flower_classifier"): "Team 1" for student in ("Ana", "Bo")}}
    page = Page(class_page(COURSE, pair, "en", both)).text
    assert "Ana, Bo" in Page(class_page(COURSE, pair)).text
    assert "Ana, Bo" not in page


def test_a_blank_that_earned_nothing_is_no_work() -> None:
    """Two students who hand in the unwritten stub are no group."""
    blanks = [decided(student, 0, 0, 0, 0, 0) for student in ("Ana", "Bo")]
    same = [
        replace(b, sheets=tuple(replace(s, submission_digest="0" * 64) for s in b.sheets))
        for b in blanks
    ]
    assert find_identical_work(same) == []


# ---------------------------------------------------------------- for machines


@pytest.mark.parametrize(
    "final_grade", [judged(), eventful(), eventful(HOSTILE_NAME), judged("\udcff")], ids=range(4)
)
def test_a_score_sheet_keeps_its_schema_and_its_bytes(final_grade: FinalGrade) -> None:
    """Whoever it is about, the file keeps the published schema and is the same each time."""
    text = final_grade_json(COURSE, final_grade)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert text == final_grade_json(COURSE, final_grade)
    assert text.encode("utf-8").decode() == text


def test_a_score_sheet_adds_up() -> None:
    """Categories and adjustments make the total; it holds what waits, levels and the verdict."""
    content = sheet_of(judged())
    parts = [*content["categories"], *content["adjustments"]]
    sum_ = sum(Fraction(p.get("earned_exact", p.get("points_exact"))) for p in parts)
    assert (content["total"], sum_) == (65.5, Fraction(131, 2))
    assert (content["verdict"], content["waiting_exact"]) == ("pending", "30")
    assert [c["level"] for c in content["categories"]] == [None, "sufficient", "sufficient"]
    assert content["measurement"]["level"] == "good"
    assert content["measurement"]["accuracy"] == 0.8756


def test_a_score_sheet_tells_what_was_found_from_what_was_decided() -> None:
    """A mark has author and reason, and beside it stands what the harness found."""
    clean = next(c for c in sheet_of(judged())["criteria"] if c["id"] == CLEAN.id)
    decided = {"author": "Marta Ruiz", "reason": "Se lee de una vez.", "overrules": []}
    assert (clean["mark"], clean["appeal"]) == (decided, None)
    assert (clean["earned"], clean["found_exact"], clean["assignment"]) == (
        8,
        "15/2",
        "flower_classifier",
    )
    late = next(a for a in sheet_of(judged())["adjustments"] if a["id"] == "penalty.late")
    assert (late["applied"], late["points"], late["waiver"]["author"]) == (False, 0, "Marta Ruiz")


def test_the_table_has_the_accuracy_and_the_levels() -> None:
    """scores.csv names the measured accuracy and the levels by the ids of their bands."""
    (row,) = csv.DictReader(io.StringIO(scores_csv(COURSE, [judged()])))
    assert (row["accuracy"], row["project_level"]) == ("0.8755", "good")
    assert (row["knowledge_level"], row["product_level"]) == ("", "sufficient")

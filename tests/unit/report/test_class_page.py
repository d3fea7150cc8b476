"""The page of a class: its figures, where points are lost, and a row for each student."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from autograder.handin.collect.identity.enrollment import Enrollment
from autograder.model import Course
from autograder.report import class_page, student_page
from autograder.report.class_table import column_groups, columns_of_categories
from autograder.report.neighbors import Neighbors, neighbors_of
from tests.support.examples_of_final_grades import (
    BASIC,
    BOTTLENECK,
    COURSE,
    RUBRIC,
    THEORY,
    class_of,
    decided,
    eventful,
    judged,
)
from tests.support.reading_pages import Page


def test_an_empty_class_has_a_page():
    """Without students the page says so, and what to do."""
    page = Page(class_page(COURSE, []))
    assert "No students yet. Grade some submissions and make the report again." in page.text
    assert "table" not in [tag for tag, _ in page.elements]


def test_a_class_counts_its_verdicts_and_what_waits():
    """The figures on top count students, verdicts, reviews and what waits for a person."""
    page = Page(class_page(COURSE, class_of(300)))
    assert "Students 300 Passed 145 Not passed 113 Pending 42 Median total 73" in page.text
    assert "Need review 42 Wait for a person 42" in page.text
    assert len(re.findall(r"Student \d{3} ↗", page.text)) == 300


def test_the_histogram_counts_every_student_once():
    """Totals fall into ten bins, full marks into the last one."""
    final_grades = [
        decided(f"{t}", t, 20, 15, 25, 10) for t in (0, 9, 10, 29, 30)
    ]  # totals 70, 79, 80, 99, 100
    alternative = Page(class_page(COURSE, final_grades)).attributes("aria-label")[0]
    assert alternative == "Distribution of totals: 70 to 80: 2; 80 to 90: 1; 90 to 100: 2"


def test_the_criteria_that_cost_most_points_come_first():
    """Criteria are ordered by the points that a student loses on average, of those for whom they
    are decided; their number stands beside.
    """
    final_grades = [
        decided("a", 29, 20, 14, 25, 10),
        decided("b", 29, 20, 15, 25, 10),
        eventful("c"),
    ]
    page = Page(class_page(COURSE, final_grades))
    expected = (
        "Basic block −2.5 of 20 (n\u00a0=\u00a03) The depth problem −1 of 30 (n\u00a0=\u00a02) "
        "Bottleneck −0.5 of 15 (n\u00a0=\u00a02)"
    )
    assert " ".join(expected.split()) in page.text


def test_a_row_shows_what_is_open_and_what_is_too_little():
    """A row has a dash for what was not graded, a missed minimum, and how much waits."""
    page = Page(class_page(COURSE, [eventful("Eva"), decided("Leo", 14, 20, 15, 25, 10)]))
    assert "Eva ↗ 30.5 Pending Needs review 55 – 12.5 25 … 12.5 ! 25 ?" in page.text
    assert "Leo ↗ 84 Not passed Graded 14 ▾Below the minimum 35 35 14 20 15 25 10" in page.text


def test_a_cell_shows_one_decimal_and_reads_as_full_only_where_it_is():
    """The map rounds as people round, but what is a little less than all shows less."""
    nearly = replace(decided("Leo", 30, 20, 15, 25, 10))
    earned = {BASIC.id: Fraction(1999, 100), BOTTLENECK.id: Fraction(229, 100)}
    categories = tuple(
        replace(
            each,
            scores=tuple(replace(s, earned=earned.get(s.criterion, s.earned)) for s in each.scores),
        )
        for each in nearly.categories
    )
    html = class_page(COURSE, [replace(nearly, categories=categories)], "es")
    assert '<td class="q3">19,9</td><td class="q1">2,3</td>' in html


def test_what_another_column_shows_has_no_column():
    """An assignment has a column of its sum only where no category and no criterion shows it."""
    assert [group.has_sum for group in column_groups(COURSE)] == [False, False, False]
    mixed = replace(COURSE.assignments[1], criteria=(THEORY, BASIC))
    course = replace(COURSE, assignments=(mixed,))
    groups = column_groups(course)
    assert [group.has_sum for group in groups] == [True, False]
    assert groups[1].assignment is None  # criteria that belong to no assignment come last
    page = Page(class_page(course, [decided("Leo", 30, 20, 15, 25, 10)])).text
    assert "Other criteria" in page


def test_the_only_category_is_the_total():
    """Where the total shows the same points as the only category, the category has no column."""
    assert columns_of_categories(COURSE) == list(RUBRIC.categories)
    alone = replace(RUBRIC, categories=RUBRIC.categories[:1], bonuses=(), penalties=())
    assert columns_of_categories(replace(COURSE, rubric=alone)) == []


def test_a_column_in_which_nothing_stands_is_left_out():
    """Nothing waits, or no model was measured: no column says so for everyone."""
    page = Page(class_page(COURSE, [decided("Leo", 30, 20, 15, 25, 10)]))
    keys = page.attributes("data-key")
    assert not {"waiting", "accuracy"} & set(keys)
    page = Page(class_page(COURSE, [judged("Eva")]))
    assert {"waiting", "accuracy"} <= set(page.attributes("data-key"))


def test_filters_count_the_rows_that_they_show():
    """Each filter says how many students it shows; one that shows nobody cannot be pressed."""
    pair = [judged("Ana"), judged("Bo")]
    failed = decided("Leo", 14, 20, 15, 25, 10)
    html = class_page(COURSE, [*pair, failed, eventful("Eva")])
    text = Page(html).text
    assert "To be marked 3 Not passed 1 Need review 1 Alike 2 Not graded yet 1" in text
    flags = Page(html).attributes("data-is")
    assert flags == ["waiting alike", "waiting alike", "failed", "waiting review ungraded"]
    assert 'data-filter="alike" aria-pressed="false" disabled' in class_page(COURSE, [failed])


def test_work_that_is_alike_is_folded_and_told_once_per_group():
    """The same students stand in one line, and below it in what their work is the same."""
    html = class_page(COURSE, [judged("Ana"), judged("Bo")])
    text = Page(html).text
    assert "Work that is the same, or nearly 1 group" in text
    assert "<details open" not in html
    assert text.count("Ana, Bo Ana, Bo") == 1


def test_without_a_script_every_student_is_on_the_page():
    """Of a large class the rows that a script adds are a table of their own for who runs none, and
    the tools that need one are hidden.
    """
    html = class_page(COURSE, class_of(160))
    before, _, after = html.partition("<noscript>")
    assert (before.count("<tr data-is"), after.count("<tr data-is")) == (150, 10)
    assert after.count("<thead>") == 1
    assert '<div class="tools" hidden>' in html
    assert "<noscript>" not in class_page(COURSE, class_of(150))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", ["Resultados de la clase", "Mostrar solo", "Sin calificar", "Otros", "12,5"]),
        ("en", ["Class results", "Show only", "Not graded yet", "Other", "12.5"]),
    ],
)
def test_the_page_of_a_class_is_in_one_language(lang, words):
    """Titles, filters, signs and numbers are in the language of the run."""
    html = class_page(with_other_criteria(), [eventful("Eva")], lang)
    other = class_page(with_other_criteria(), [eventful("Eva")], "en" if lang == "es" else "es")
    for word in words:
        assert word in html
        assert word not in other


def with_other_criteria() -> Course:
    """Return a course in which a criterion belongs to no assignment."""
    first, *others = COURSE.assignments
    return replace(COURSE, assignments=(replace(first, criteria=()), *others))


def test_the_page_leads_to_the_table_of_scores():
    """The same as CSV is one press away."""
    assert "scores.csv" in Page(class_page(COURSE, class_of(3))).attributes("href")


def test_links_to_reports_are_quoted():
    """A name with spaces, slashes, marks or undecodable bytes leads to the file of that name."""
    page = Page(class_page(COURSE, [eventful("Ana & Bo/ñ?#%\udcff")]))
    quoted = "Ana%20%26%20Bo%2F%C3%B1%3F%23%25%FF.html"
    assert {f"reports/{quoted}", f"staff/{quoted}"} <= set(page.attributes("href"))


def test_a_class_says_which_sandbox_was_in_use():
    """Each sandbox level in use is named with its missing layers and how many submissions it
    graded.
    """
    page = Page(class_page(COURSE, [eventful(), decided("Leo", 1, 1, 1, 1, 1)]))
    full = "Level A: fully isolated · Missing layers: none · Submissions graded this way: 4"
    assert full in page.text
    assert "Level B: partly isolated · Missing layers: user namespace, disk quota" in page.text


def test_the_class_is_paged_through_in_its_order():
    """The first has nobody before and the last nobody after."""
    students = ["ana", "bo", "eva"]
    assert neighbors_of(students, "ana") == Neighbors(previous=None, next="bo")
    assert neighbors_of(students, "bo") == Neighbors(previous="ana", next="eva")
    assert neighbors_of(["eva"], "eva") == Neighbors(previous=None, next=None)


@pytest.mark.parametrize("audience", ["student", "staff"])
def test_only_staff_are_led_to_other_students(audience):
    """The page that a student reads holds no other student's name."""
    neighbors = Neighbors(previous="Ana & Bo/", next=None)
    html = student_page(COURSE, eventful("Eva"), "en", audience, neighbors=neighbors)
    assert ('href="Ana%20%26%20Bo%2F.html"' in html) == (audience == "staff")
    assert ("Ana &amp; Bo" in html) == (audience == "staff")


def test_a_row_has_the_sections_and_groups_of_its_student() -> None:
    """The search finds them; without a list of students nothing is added to a row."""
    places = {"Leo": Enrollment(sections=('A"<b>',), groups=("Lab 1",))}
    grades = [decided("Leo", 30, 20, 15, 25, 10), decided("Zoe", 30, 20, 15, 25, 10)]
    html = class_page(COURSE, grades, enrollments=places)
    assert html.count('data-place="A&#34;&lt;b&gt;, Lab 1"') == 1
    assert "data-place" not in class_page(COURSE, grades)

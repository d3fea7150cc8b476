"""The student's page: causes with their points and lines, where to go on, handed-in work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.model import (
    CheckResult,
    FinalGrade,
    Frame,
    GivenAnswer,
    GradedAttempt,
    HandedCurves,
    HandedPicture,
    HandedText,
    Outcome,
    PageRules,
)
from autograder.report import student_page
from autograder.report.html import asset
from autograder.report.student.assignment_view import assignment_views, shown_code
from autograder.report.student.causes import Cause
from autograder.report.student.class_place import ClassPlace, class_place, class_quartiles
from autograder.report.student.handout import anchor_of, handout_section
from autograder.report.student.next_steps import NextStep, next_steps
from autograder.report.work.curves import best_epoch, curves_pictures
from autograder.report.work.highlight import MAX_LINE_CHARS, code_lines
from autograder.report.work.page_weight import MAX_PICTURE_BYTES, CodeRoom, fitted
from autograder.results import Attempts
from tests.support.examples_of_final_grades import (
    BASIC,
    BOTTLENECK,
    COURSE,
    FAILED,
    HOSTILE_OUTPUT,
    PASSED,
    RUBRIC,
    THEORY,
    decided,
    eventful,
    final_grade_of,
    score,
    sheet,
)
from tests.support.reading_pages import Page

CODE = "import torch\n\n\nclass Block:\n    def forward(self, x):\n        return x  # no sum"
LINE = Frame(file="residual_block.py", line=6, function="forward")
CURVES = HandedCurves(
    file="history.json",
    train_loss=(2.0, 1.0, 0.5),
    val_loss=(2.1, 1.2, 1.4),
    train_accuracy=(0.2, 0.6, 0.9),
    val_accuracy=(0.2, 0.5, 0.48),
)
SCRATCH = HandedCurves(file="scratch_history.json", val_accuracy=(0.1, 0.15, 0.2))


def failed(name: str, message: str, cause: str = "", **changes: object) -> CheckResult:
    """Return a check that did not pass."""
    plain = CheckResult(
        id=f"test_{name}",
        criterion=BASIC.id,
        outcome=Outcome.FAILED,
        message=message,
        cause=cause,
        expects=f"It does {name}.",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def graded(
    basic: Sequence[CheckResult],
    bottleneck: Sequence[CheckResult] = (),
    earned: Fraction | int = 5,
    **changes: object,
) -> FinalGrade:
    """Return a grade with these checks of the basic block and of the bottleneck."""
    scores = [score(BASIC, earned, *basic), score(BOTTLENECK, 0, *bottleneck)]
    every = {c.id: score(c, c.points) for c in RUBRIC.criteria.values()}
    every |= {s.criterion: s for s in scores}
    sheets = (sheet("Ana", "residual_block", *scores, **changes),)
    return final_grade_of("Ana", every, sheets, "failed")


def read(final_grade: FinalGrade, audience: str = "student", lang: str = "en") -> Page:
    """Return the student's page, parsed."""
    return Page(student_page(COURSE, final_grade, lang, audience))  # type: ignore[arg-type]


def causes_of(final_grade: FinalGrade) -> list[Cause]:
    """Return the causes of the residual block, in the page's order."""
    view = assignment_views(COURSE, final_grade, "en", shown_code(final_grade))[1]
    return [cause for criterion in view.criteria for cause in criterion.causes]


# ---------------------------------------------------------------- causes


def test_checks_with_one_cause_are_told_once():
    """Seven checks that one thing kept from passing are one cause, and stand folded below it."""
    checks = [failed(f"n{n}", "No skip.", "no_skip", hint="Add it.") for n in range(7)]
    page = read(graded(checks))
    assert page.text.count("Hint Add it.") == 1
    assert "Noticed by 7 checks" in page.text
    assert page.around("It does n3.").count("details") == 2


def test_causes_of_one_kind_and_one_hint_are_one():
    """What differs in a value alone is one cause; the other words stand with their checks."""
    checks = [
        failed("a", "Stride 1: other numbers.", "other stride=1", hint="Order."),
        failed("b", "Stride 2: other numbers.", "other stride=2", hint="Order."),
    ]
    (cause,) = causes_of(graded(checks))
    assert [check.id for check in cause.differing] == ["test_b"]


def test_causes_at_other_lines_are_others():
    """Two parts that are not written are two causes."""
    lines = [replace(LINE, line=n) for n in (5, 6)]
    checks = [failed(f"n{n.line}", "Not written.", "unwritten", where=(n,)) for n in lines]
    assert len(causes_of(graded(checks))) == 2


def test_a_cause_says_what_it_costs():
    """The points of a cause are its checks' share of the weight; all together were lost."""
    checks = [
        replace(PASSED, weight=Fraction(5)),
        failed("a", "One.", weight=Fraction(12)),
        failed("b", "Two.", weight=Fraction(3), credit=Fraction(1, 3)),
        failed("c", "Three."),
    ]
    earned = BASIC.points * Fraction(6, 21)
    causes = causes_of(graded(checks, earned=earned))
    assert [round(float(cause.lost), 2) for cause in causes] == [11.43, 1.9, 0.95]
    assert sum(cause.lost for cause in causes) == BASIC.points - earned
    assert "By weight, 6 of 21 passed → 5.71 points" in read(graded(checks, earned=earned)).text


def test_what_a_gate_withholds_is_lost_to_the_gate():
    """Checks that do not count because a gate did not pass are part of what its cause costs."""
    gate = failed("gate", "It does not learn.")
    withheld = replace(
        PASSED, id="w", outcome=Outcome.BLOCKED, on_trust=True, message="Needs: It does gate"
    )
    (cause,) = causes_of(graded([gate, withheld], earned=0))
    assert cause.lost == BASIC.points


def test_a_cause_that_was_explained_above_leads_there():
    """In a second criterion the same cause is a link to the first, with its own points."""
    first, second = failed("a", "No skip.", "no_skip"), failed("b", "No skip.", "no_skip")
    page = read(graded([first], [replace(second, criterion=BOTTLENECK.id)], earned=0))
    assert "The same cause as in Basic block −15 points" in page.text
    assert "#a2-1-1" in page.attributes("href")


def test_without_a_known_cause_each_message_is_its_own():
    """Checks that say different things are different causes, even with one hint."""
    assert len(causes_of(graded([failed("a", "One."), failed("b", "Two.")]))) == 2


# ---------------------------------------------------------------- the student's own lines


def with_code(*checks: CheckResult, text: str = CODE, cell: int = 0) -> FinalGrade:
    """Return a grade whose sheet holds the code."""
    name = "residual_block.ipynb" if cell else "residual_block.py"
    return graded(checks, texts=(HandedText(file=name, cell=cell, text=text),))


def test_a_cause_and_its_line_lead_to_each_other():
    """The lines around it stand with the cause; the line of the code has a note that leads back."""
    html = student_page(COURSE, with_code(failed("a", "No sum.", where=(LINE,))), "en", "student")
    assert re.search(r'href="#a2-code-1-6"><code>residual_block.py:6, in\s+forward', html)
    assert 'class="hit" id="a2-code-1-6"><a class="margin-note" href="#a2-1-1">No sum.</a>' in html
    excerpt = html.partition('<pre class="listing">')[2].partition("</pre>")[0]
    assert re.findall(r'data-n="(\d+)"', excerpt) == ["4", "5", "6"]
    assert "Your code: residual_block.py · 6 lines · one note in the margin" in Page(html).text


def test_a_line_of_a_notebook_is_one_of_its_cell():
    """The same number in another cell has no note."""
    texts = tuple(HandedText(file="residual_block.ipynb", cell=cell, text=CODE) for cell in (1, 4))
    where = (replace(LINE, file="residual_block.ipynb", cell=4),)
    html = student_page(
        COURSE, graded([failed("a", "No.", where=where)], texts=texts), "es", "student"
    )
    assert html.count('class="margin-note"') == 1
    assert 'id="a2-code-2-6"' in html
    assert "celda 1" in html
    assert "celda 4" in html


def test_a_line_that_the_code_does_not_have_is_only_named():
    """A line beyond the end is no link and has no lines around it."""
    page = read(with_code(failed("a", "No.", where=(replace(LINE, line=99),))))
    assert "residual_block.py:99, in forward" in page.text
    assert not [link for link in page.attributes("href") if link.startswith("#a2-code-")]


NETWORKS = """import torch

class BasicBlock(torch.nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        return x


def freeze_group(layers):
    pass
"""


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("BasicBlock gives other numbers.", "7, in BasicBlock.forward"),
        ("After freeze_group(stem) nothing is frozen.", "11, in freeze_group"),
        ("Something is wrong.", None),
    ],
)
def test_a_cause_without_a_line_points_at_what_it_names(message: str, place: str | None):
    """Of a network that the sentence names its forward is shown, of a function its first line."""
    html = student_page(COURSE, with_code(failed("a", message), text=NETWORKS), "en", "student")
    if place is None:
        assert 'class="hit"' not in html
    else:
        assert f"In your code residual_block.py:{place}" in Page(html).text
        assert f'id="a2-code-1-{place.partition(",")[0]}"' in html


def test_staff_see_the_code_too():
    """The page of staff shows the same lines."""
    html = student_page(COURSE, with_code(FAILED), "en", "staff")
    assert "The code: residual_block.py" in Page(html).text
    assert '<span class="hk">class</span>' in html


def test_hostile_code_is_shown_and_not_obeyed():
    """Markup and invisible characters of code are text, in code and in a document."""
    texts = (
        HandedText(file="residual_block.py", text=f'x = """{HOSTILE_OUTPUT}"""'),
        HandedText(file="report.md", text=HOSTILE_OUTPUT),
    )
    html = student_page(COURSE, graded([FAILED], texts=texts), "en", "student")
    assert "<script" not in html
    assert "<img" not in html
    assert r"\u202egpj.exe" in html


def test_lines_stay_whole_whatever_their_tokens():
    """A string over several lines is closed and opened again at each of them."""
    lines = code_lines('x = """a\n\nb"""\ny = 1')
    assert [re.sub(r"<[^>]+>", "", line) for line in lines] == [
        "x = &#34;&#34;&#34;a",
        "",
        "b&#34;&#34;&#34;",
        "y = 1",
    ]
    assert all(line.count("<span") == line.count("</span>") for line in lines)


def test_data_in_a_line_is_not_read_as_code():
    """A file with a line of hundreds of characters is shown without colors."""
    assert "<span" not in code_lines("x = " + "1," * MAX_LINE_CHARS)[0]


def test_cut_code_says_what_is_left_out():
    """Of a text that is too long the page says how much is missing."""
    text = HandedText(file="residual_block.py", text=CODE, left_out=7)
    assert "[cut: 7 more characters]" in read(graded([FAILED], texts=(text,))).text


LONG = "\n".join(f"x{n} = {n}" for n in range(6000))  # 70 kB


def test_long_code_is_shown_without_colors_and_cut_at_a_line():
    """A page holds so much code and no more, whole lines of it, and says how much is missing."""
    html = student_page(
        COURSE, with_code(failed("a", "No.", where=(LINE,)), text=LONG), "en", "student"
    )
    assert len(html) < 250_000
    assert "hn" not in re.findall(r'<span class="(h.)"', html)
    assert re.search(r"\[cut: \d{4,} more characters\]", html)


def test_each_assignment_has_its_share_of_the_page():
    """What a short one leaves is for the others; the second of two long ones is not crowded out."""
    texts = {
        name: (HandedText(file=f"{name}.py", text="x" * size),)
        for name, size in (("long", 900), ("longer", 5000), ("short", 10))
    }
    texts["cells"] = (HandedText(file="c.ipynb", cell=1, text="y\n" * 300), *texts["long"])
    shown = fitted(texts, CodeRoom(colored=0, plain=2000))
    assert {name: sum(len(t.text) for t in each) for name, each in shown.items()} == {
        "short": 10,
        "long": 0,
        "cells": 600,
        "longer": 0,
    }


def test_pictures_beyond_the_page_are_named():
    """The smaller one is shown; the larger one is said to be in the hand-in."""
    pictures = tuple(
        HandedPicture(check=PASSED.id, file=f"{size}.png", png=b"x" * size)
        for size in (MAX_PICTURE_BYTES, 1000)
    )
    html = student_page(COURSE, graded([PASSED, FAILED], pictures=pictures), "en", "student")
    assert html.count("<img") == 1
    assert f"{MAX_PICTURE_BYTES}.png: it is too large for this page" in html


# ---------------------------------------------------------------- where to go on


def steps_of(final_grade: FinalGrade) -> tuple[NextStep, ...]:
    """Return the steps of a page."""
    return next_steps(assignment_views(COURSE, final_grade, "en", shown_code(final_grade)))


def test_the_costliest_causes_come_first():
    """Three causes are named, those with most points first, summed over criteria."""
    common = failed("a", "No skip.", "no_skip")
    basic = [common, failed("b", "Two."), failed("c", "Three."), failed("d", "Four.")]
    steps = steps_of(graded(basic, [replace(common, criterion=BOTTLENECK.id)], earned=0))
    assert [(step.words, step.points) for step in steps] == [
        ("No skip.", 20),
        ("Two.", 5),
        ("Three.", 5),
    ]
    assert steps[0].anchor == "a2-1-1"


def test_a_step_has_its_place_and_points():
    """A step names the assignment, the criterion and the line, and links to the cause."""
    page = read(with_code(failed("a", "No sum.", where=(LINE,), hint="Add x.")))
    words = "No sum. Residual block · Basic block · residual_block.py:6, in forward · Add x. +20"
    assert f"Where to go on {words}" in page.text


def test_who_has_every_point_is_sent_nowhere():
    """Without a lost point there is no list."""
    assert steps_of(decided("Leo", 30, 20, 15, 25, 10)) == ()
    assert "Where to go on" not in read(decided("Leo", 30, 20, 15, 25, 10)).text


def test_what_stopped_everything_is_the_step_for_all_of_it():
    """Where nothing ran, the finding about the whole submission gives the points back."""
    finding = failed("import", "SyntaxError in line 3.", criterion="", where=(LINE,))
    blocked = [failed("a", "Import first.", outcome=Outcome.BLOCKED)]
    other = [replace(blocked[0], criterion=BOTTLENECK.id)]
    (step,) = steps_of(graded(blocked, other, earned=0, findings=(finding,)))
    assert (step.words, step.points, step.anchor) == ("SyntaxError in line 3.", 35, "a2-f1")


def test_nothing_handed_in_is_a_step():
    """An assignment that counts as zero is named with all its points."""
    found = decided("Leo", 0, 20, 15, 25, 10)
    stages = {**found.stages, "concepts": "absent"}
    absent = replace(found, sheets=found.sheets[1:], stages=stages)
    (step,) = steps_of(absent)
    assert (step.anchor, step.points) == ("a1", 30)
    assert "This task is not handed in yet Concept questions +30 points" in read(absent).text


# ---------------------------------------------------------------- answers


def answered(outcome: Outcome, answer: str, credit: Fraction | None = None) -> FinalGrade:
    """Return a grade with a question of the theory."""
    check = failed("q", "Not right.", criterion=THEORY.id, outcome=outcome, credit=credit)
    check = replace(check, hint="Read again: gradients.")
    given = GivenAnswer(check=check.id, question="Why?", answer=answer)
    lost = score(THEORY, 0, check)
    every = {c.id: score(c, c.points) for c in RUBRIC.criteria.values()} | {THEORY.id: lost}
    sheets = (sheet("Ana", "concepts", lost, answers=(given,)),)
    return final_grade_of("Ana", every, sheets, "failed")


@pytest.mark.parametrize(
    ("outcome", "answer", "credit", "words"),
    [
        (Outcome.PASSED, "b) Because.", None, "Why? b) Because. Right"),
        (Outcome.FAILED, "b) No.", None, "Why? b) No. Not right Read again: gradients."),
        (Outcome.FAILED, "a, b", Fraction(1, 2), "Right in part Read again: gradients."),
        (Outcome.FAILED, "", None, "Why? Left blank Read again: gradients."),
        (Outcome.MANUAL, "Well…", None, "Why? Well… A person reads it"),
    ],
)
def test_a_question_stands_with_the_own_answer(outcome, answer, credit, words):
    """A row has the question, the own answer, how it was judged, and what to read again."""
    assert words in read(answered(outcome, answer, credit)).text


def test_wrong_answers_are_one_step():
    """The questions of a criterion are counted, and lead to its row."""
    (step,) = steps_of(answered(Outcome.FAILED, "b"))
    assert (step.wrong_answers, step.points, step.anchor) == (1, 30, "a1-1")


# ---------------------------------------------------------------- curves


def test_curves_are_drawn_with_words():
    """Loss and accuracy are two pictures; each says in words where its curves begin and end."""
    loss, accuracy = curves_pictures([CURVES, SCRATCH], "en")
    assert (
        'aria-label="Loss: training, from 2 to 0.5; validation, from 2.1 to 1.4; best: epoch 2."'
    ) in loss
    assert "from scratch, from 10% to 20%" in accuracy
    assert 'class="curve curve-scratch"' in accuracy
    assert "curve-scratch" not in loss
    assert "Pérdida: entrenamiento, de 2 a 0,5" in curves_pictures([CURVES], "es")[0]


def test_the_best_epoch_is_that_of_the_validation():
    """By loss where there is one, else by accuracy, else there is none."""
    assert best_epoch(CURVES) == 1
    assert best_epoch(SCRATCH) == 2
    assert best_epoch(HandedCurves(file="x.json", train_loss=(1.0,))) is None
    assert best_epoch(None) is None


def test_one_epoch_and_a_loss_beyond_all_others_are_drawn_too():
    """A single epoch is a dot; a first loss of a million does not flatten the rest."""
    (single,) = curves_pictures([HandedCurves(file="h.json", val_loss=(0.0,))], "en")
    assert '<circle class="dot curve-val"' in single
    (steep,) = curves_pictures([HandedCurves(file="h.json", val_loss=(1e6, 2.0, 1.0, 0.5))], "en")
    assert ">12<" in steep


def test_curves_stand_beside_what_was_handed_in():
    """The page has the drawings and the written report."""
    texts = (HandedText(file="report.md", text="# It works"),)
    page = read(graded([FAILED], curves=(CURVES, SCRATCH), texts=texts))
    assert "Curves and figures" in page.text
    assert "What was written: report.md # It works" in page.text


# ---------------------------------------------------------------- attempts and the class

ATTEMPTS: Attempts = {
    "residual_block": (
        GradedAttempt(
            submission_digest="a",
            submitted_at="2026-11-28T10:00:00+01:00",
            points={BASIC.id: "5", BOTTLENECK.id: None},
        ),
        GradedAttempt(submission_digest="b", points={BASIC.id: "25/2", BOTTLENECK.id: "0"}),
    ),
    "concepts": (GradedAttempt(submission_digest="c", points={THEORY.id: "1"}),),
}


def test_attempts_say_what_the_last_one_changed():
    """Points by attempt, the day where it is known, and each criterion that changed."""
    page = Page(student_page(COURSE, eventful(), "en", "student", attempts=ATTEMPTS))
    assert "Residual block: attempt 1 (2026-11-28) 5 → attempt 2 12.5" in page.text
    assert "Basic block: 5 → 12.5 +7.5" in page.text
    assert "Concept questions: attempt" not in page.text


def test_an_attempt_that_changed_nothing_says_so():
    """Equal points are no change, and damaged ones are left out."""
    first, second = (
        GradedAttempt(submission_digest=name, points={BASIC.id: "5", BOTTLENECK.id: "x"})
        for name in "ab"
    )
    attempts = {"residual_block": (first, second)}
    page = Page(student_page(COURSE, eventful(), "en", "student", attempts=attempts))
    assert "The last one changed no criterion." in page.text


PLACE = ClassPlace(quarter_word="second", low=Fraction(61), high=Fraction(165, 2), count=20)


def test_the_place_in_the_class_is_off_unless_the_course_says_so():
    """Without the key nothing is said of others; with it, a quarter and no name."""
    course = replace(COURSE, pages=PageRules(class_place=True))
    words = "second quarter of the class; the middle half has 61 to 82.5 (20 students)"
    assert "quarter" not in student_page(COURSE, eventful(), "en", "student", place=PLACE)
    assert words in student_page(course, eventful(), "en", "student", place=PLACE)


def test_quarters_are_of_the_decided_totals():
    """The lowest total is in the lowest quarter; who waits has none, and a small class has none."""
    grades = [decided(f"{n}", n, 20, 15, 25, 10) for n in range(20)]
    quartiles = class_quartiles([*grades, eventful()])
    places = [class_place(each, quartiles) for each in grades]
    words = [place.quarter_word for place in places if place is not None]
    assert [words.count(word) for word in ("lowest", "second", "third", "highest")] == [5] * 4
    assert class_place(eventful(), quartiles) is None
    assert class_place(grades[0], class_quartiles(grades[:7])) is None


# ---------------------------------------------------------------- the handout

HANDOUT = """# Blocks

## What to write

Basic things.

```
## no heading
```

## How it is judged

| criterion | what |
| --- | --- |
| Bottleneck | all of it |
"""


@pytest.mark.parametrize(
    ("criterion", "section"),
    [(BASIC, "What to write"), (BOTTLENECK, "How it is judged"), (THEORY, None)],
    ids=str,
)
def test_a_criterion_leads_to_its_section_of_the_handout(tmp_path: Path, criterion, section):
    """The section with a row for it, or that shares its words; nothing where there is none."""
    (tmp_path / "README.md").write_text(HANDOUT, encoding="utf-8")
    assignment = replace(COURSE.assignments[1], root=tmp_path)
    address = PageRules(handout="https://example.org/{assignment}/README.md")
    found = handout_section(replace(COURSE, pages=address), assignment, criterion, "en")
    assert (found.section if found else None) == section
    if found:
        anchor = anchor_of(found.section)
        assert found.url == f"https://example.org/residual_block/README.md#{anchor}"
        assert handout_section(COURSE, assignment, criterion, "en").url == ""


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("Qué escribir", "qué-escribir"), ("A. Congelar: ya", "a-congelar-ya")],
)
def test_anchors_are_those_of_git_hosts(heading, anchor):
    """Words in lower case with hyphens, without marks."""
    assert anchor_of(heading) == anchor


def test_a_course_without_handouts_names_none(tmp_path: Path):
    """Where no file is, no section is named."""
    assignment = replace(COURSE.assignments[1], root=tmp_path)
    assert handout_section(COURSE, assignment, BASIC, "es") is None


def test_a_page_has_one_style_and_no_inline_one():
    """Classes carry all style: the policy forbids style attributes."""
    html = student_page(COURSE, with_code(failed("a", "No.", where=(LINE,))), "en", "staff")
    assert re.search(r"<[^>]+ style=", html) is None
    assert html.count("<style>") == 1
    assert len(asset("report.css")) < 40_000

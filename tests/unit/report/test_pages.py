"""The reports: what a student reads, what only staff read, the class at a glance, the table of
scores.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from typing import Any, get_args

import pytest
import yaml

from autograder.handin.collect.identity.enrollment import Enrollment
from autograder.model import (
    SANDBOX_LEVELS,
    Accuracy,
    CheckResult,
    FinalGrade,
    GradeVerdict,
    HandedPicture,
    Outcome,
    Stage,
    State,
    Status,
)
from autograder.report import class_page, find_identical_work, scores_csv, student_page
from autograder.report.class_summary import FLAGS, STATUSES_BY_URGENCY
from autograder.report.class_table import SIGNS
from autograder.report.identical_work import WorkKind
from autograder.report.labels import labels
from autograder.report.points_bar import PointsBar
from autograder.report.student.class_place import QUARTER_WORDS
from autograder.report.work.curves import CurveKind
from autograder.text.sanitize import MAX_SHOWN_CHARS, visible
from tests.support.examples_of_final_grades import (
    BASIC,
    BASIS,
    BLOCKED,
    COURSE,
    FAILED,
    FINDING,
    HOSTILE_NAME,
    HOSTILE_OUTPUT,
    OURS,
    PARTLY,
    PASSED,
    RUBRIC,
    class_of,
    decided,
    eventful,
    every_outcome,
    final_grade_of,
    judged,
    score,
    sheet,
)
from tests.support.networks import compared
from tests.support.places import REPOSITORY
from tests.support.reading_pages import Page

LANGS = ("es", "en")
ASSIGNMENTS = [a.id for a in COURSE.assignments]
AUDIENCES = ("student", "staff")


def with_checks(*checks: CheckResult, earned: int = 10, **changes: Any) -> FinalGrade:
    """Return a grade with half the basic block's points by these checks; the rest is not graded."""
    basic = score(BASIC, earned, *checks)
    scores = {
        c.id: replace(score(c, None), state="not_graded")
        for c in RUBRIC.criteria.values()
        if c is not BASIC
    }
    return final_grade_of(
        "Ana",
        {**scores, BASIC.id: basic},
        (sheet("Ana", "residual_block", basic, **changes),),
        "pending",
    )


def read(final_grade: FinalGrade, lang: str = "en", audience: str = "student") -> Page:
    """Return the student's page, parsed."""
    return Page(student_page(COURSE, final_grade, lang, audience))  # type: ignore[arg-type]


# ---------------------------------------------------------------- a student's page


@pytest.mark.parametrize(
    ("lang", "headline"),
    [
        ("es", "Semana 23: redes residuales Ana Núñez"),
        ("es", "30,5 de 100 Pendiente"),
        ("es", "Aún hay 55 puntos por decidir."),
        ("en", "30.5 out of 100 Pending"),
        ("en", "55 points are still to be decided."),
    ],
)
def test_opens_with_who_how_many_points_and_why(lang, headline):
    """The page opens with the name, the total, the verdict and the reasons for it."""
    assert headline in read(eventful(), lang).text


@pytest.mark.parametrize(
    ("lang", "alternative"),
    [
        ("en", "Performance: 12.5 of 35 points earned, 15 waiting, 7.5 not earned; 21 are needed."),
        ("en", "Knowledge: 0 of 30 points earned, 30 waiting, 0 not earned; 15 are needed."),
        (
            "es",
            "Desempeño: 12,5 de 35 puntos conseguidos, 15 en espera, 7,5 no conseguidos; "
            "hacen falta 21.",
        ),
    ],
)
def test_a_category_is_a_picture_with_a_text_alternative(lang, alternative):
    """Who cannot see a category's bar hears the same numbers."""
    assert alternative in read(eventful(), lang).attributes("aria-label")


@pytest.mark.parametrize(
    ("earned", "waiting", "pieces"),
    [
        (14, 7, ("40%", "20%", 14)),
        (0, 0, ("0%", "0%", 35)),
        (35, 0, ("100%", "0%", 0)),
        (30, 20, ("85.71%", "14.29%", 0)),
    ],
)
def test_a_bar_never_leaves_its_frame(earned, waiting, pieces):
    """Earned and waiting pieces stand side by side and end where the category's points end."""
    bar = PointsBar(
        earned=Fraction(earned),
        waiting=Fraction(waiting),
        possible=Fraction(35),
        minimum=Fraction(21),
    )
    assert (bar.earned_width, bar.waiting_width, bar.lost) == pieces
    assert bar.minimum_at == "60%"


def test_what_is_not_decided_is_never_a_zero():
    """A criterion, an assignment and a category without a decision show a dash, and say that it is
    no zero.
    """
    page = read(eventful())
    assert "– / 30" in page.text
    assert re.search(r"\b0 / ", page.text) is None
    assert (
        "You handed it in, and it has not been graded yet. It does not count as zero." in page.text
    )
    assert "A person will judge it. Until then it does not count as zero." in page.text


def test_our_own_fault_costs_nothing_and_says_so():
    """A criterion that our fault left open is under review, without points."""
    page = read(with_checks(OURS))
    assert "Our fault, under review" in page.text
    assert "Something broke in our check, not in your work." in read(eventful()).text


@pytest.mark.parametrize(
    ("earned", "words"), [(20, "Earned"), (7, "Partly earned"), (0, "Not earned")], ids=str
)
def test_a_decided_criterion_says_how_much_was_earned(earned, words):
    """Full, partial and no points are three different words."""
    page = read(decided("Ana", 30, earned, 15, 25, 10))
    assert f"{words} Basic block {earned} of 20 points{earned} / 20 automatic" in page.text


@pytest.mark.parametrize("lang", LANGS)
def test_every_way_to_end_has_its_own_sentence(lang):
    """No two outcomes read the same, and each stands on the page with an icon."""
    html = student_page(COURSE, with_checks(*every_outcome()), lang, "student")
    sentences = labels(lang)["outcome"]
    assert len(set(sentences.values())) == len(Outcome)
    for outcome in Outcome:
        if outcome is Outcome.PASSED:
            continue  # a list of its own holds what passed
        found = re.search(
            rf'class="cause outcome-{outcome.value}".*?>\s*<p class="outcome">(.*?)</p>',
            html,
            re.DOTALL,
        )
        assert found is not None
        assert sentences[outcome.value] in found[1]
        assert '<use href="#icon-' in found[1]


def test_a_failure_explains_itself():
    """A cause says what happened, what it costs, where in the student's file, a hint, and what was
    expected.
    """
    assert (
        "Not passed The output was zero everywhere: the input never reaches the sum. −20 points"
        " In your code residual_block.py:42, in forward"
        " Hint Keep the input before the first convolution and add it before the last ReLU."
        " Expected With its residual branch silent, a block is the ReLU of its input."
    ) in read(with_checks(FAILED)).text


def test_backticks_become_code():
    """What a grader writes between backticks is set as code."""
    assert "code" in read(with_checks(FAILED)).around("ReLU")


def test_staff_read_the_innermost_calls_of_a_deep_recursion():
    """Of a long chain of calls staff see the last four, and how many came before."""
    deep = tuple(replace(FAILED.where[0], line=n) for n in range(1, 101))
    page = read(with_checks(replace(FAILED, where=deep)), audience="staff")
    assert "earlier calls not shown: 96 residual_block.py:97, in forward" in page.text
    assert "residual_block.py:96" not in page.text


def test_students_read_the_innermost_line_alone():
    """Of the calls that led to an error a student's page shows the last one, and no count."""
    deep = tuple(replace(FAILED.where[0], line=n) for n in range(11, 21))
    page = read(with_checks(replace(FAILED, where=deep)))
    assert set(re.findall(r"residual_block\.py:(\d+)", page.text)) == {"20"}
    assert "earlier calls" not in page.text


def test_a_criterion_is_a_line_that_unfolds():
    """Of a criterion its title, points and checks are in view; causes unfold with it, and what
    passed once more.
    """
    page = read(with_checks(PASSED, FAILED, BLOCKED))
    assert "summary" in page.around("1/3")
    inside = [tags for words, tags in page.words if "it before the last" in words]
    assert inside[-1].count("details") == 1
    assert page.around(BLOCKED.message).count("details") == 1
    assert page.around(PASSED.expects).count("details") == 2
    assert "One check passed" in page.text


def test_findings_stand_on_top_of_their_assignment():
    """What was found about the whole submission precedes the assignment's criteria."""
    words = read(eventful()).text
    task = words.index("Flower classifier Waits for a person · waiting: 10 25 of 35 points25 / 35")
    finding = words.index("About the whole submission Something is missing: We did not find", task)
    assert task < finding < words.index("Test accuracy", task)
    assert FINDING.hint in words


def test_bonuses_and_penalties_are_lines_with_a_sign():
    """Each bonus and penalty that applied is a line with its points and reason; the others are
    folded.
    """
    page = read(eventful())
    assert (
        "Grad-CAM maps Layer 4 only. · Applied automatically +3"
        " Late hand-in One day. · Applied automatically −10 Not applied: 1"
    ) in page.text
    assert "details" in page.around("Documentation")


def test_a_criterion_of_no_assignment_is_shown_too():
    """No criterion of the rubric is lost when no assignment decides it."""
    without = replace(COURSE, assignments=COURSE.assignments[:2])
    page = Page(student_page(without, decided("Ana", 1, 2, 3, 4, 5), "en", "student"))
    assert "Other criteria 9 of 35 points" in page.text
    assert "Task flower_classifier" in page.text


def test_the_footer_says_how_it_was_graded():
    """Version, rubric and digests of what was graded stand at the end."""
    end = read(eventful()).text.partition("How this was graded")[2]
    assert re.search(r"Graded with autograder \d+\.\d+\S* · rubric c0ffeec0ffee", end)
    assert f"Residual block Submission 5ab5ab5ab5ab Grader {BASIS.digest[:12]}" in end
    assert "Sandbox Level B: partly isolated" in end


def test_only_staff_read_the_seed():
    """The seed of the fresh random inputs is in the staff's page alone."""
    assert f"{20_240_501:#x}" not in student_page(COURSE, eventful(), "en", "student")
    assert f"Seed {20_240_501:#x}" in Page(student_page(COURSE, eventful(), "en", "staff")).text


def test_a_category_names_its_band_once_it_is_decided():
    """The band of a category is named when nothing of it is open, and not before."""
    assert "Sufficient" in read(decided("Ana", 20, 20, 15, 25, 10)).text
    assert "Sufficient" not in read(with_checks(PASSED)).text


# ---------------------------------------------------------------- who sees what


def test_students_never_see_evidence_output_or_layers():
    """Raw messages, captured output, the names of hidden checks and missing layers are not in a
    student's page.
    """
    html = student_page(COURSE, eventful(), "en", "student")
    for secret in (
        "AssertionError",
        "pwned",
        "KeyError",
        "seen (2, 8, 6, 6)",
        FAILED.id,
        *PARTLY.missing,
    ):
        assert secret not in html


def test_staff_see_evidence_output_and_layers():
    """Staff see what students do not."""
    page = read(eventful(), audience="staff")
    for secret in ("AssertionError", "KeyError", "seen (2, 8, 6, 6)", FAILED.id):
        assert secret in page.text
    assert "Missing layers user namespace, disk quota" in page.text


def test_only_staff_read_that_a_check_is_on_trust():
    """Beside the name of a check that rests on a report, staff read so."""
    final_grade = with_checks(replace(PASSED, on_trust=True))
    assert f"{PASSED.id} · on trust" in read(final_grade, audience="staff").text
    assert "on trust" not in read(final_grade).text


def test_what_a_gate_withholds_is_no_check_that_did_not_run():
    """A check that passed on trust and does not count is told apart from one that was blocked."""
    withheld = replace(PASSED, outcome=Outcome.BLOCKED, on_trust=True, message="Another first.")
    page = read(with_checks(FAILED, withheld))
    assert "Does not count: it depends on another check" in page.text
    assert "Not checked: it depends" not in page.text


def with_network(title: str = "BasicBlock", earned: int = 10) -> FinalGrade:
    """Return a grade whose one criterion compared a student's network with a right one."""
    shown = replace(compared("no_skip", check=FAILED.id), title=title)
    return with_checks(FAILED, earned=earned, networks=(shown,))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "Primera diferencia: aquí tu red tiene ReLU; la correcta, suma con la entrada."),
        (
            "en",
            "First difference: here your network has ReLU; the right one has addition with the "
            "input.",
        ),
    ],
)
def test_a_lost_criterion_shows_the_network_beside_a_right_one(lang, words):
    """The page says where the networks begin to differ, and draws both with their words."""
    page = read(with_network(), lang)
    assert words in page.text
    drawn = [a["aria-label"] for _, a in page.elements if a.get("class") == "network"]
    assert [("entrada" if lang == "es" else "input") in words for words in drawn] == [True, True]


def test_a_criterion_that_was_earned_shows_no_network():
    """Nothing is drawn where nothing was lost."""
    page = read(with_network(earned=int(BASIC.points)))
    assert "First difference" not in page.text


def test_the_name_of_a_network_is_only_a_name():
    """A title with markup is text."""
    page = read(with_network(title=HOSTILE_NAME))
    assert HOSTILE_NAME in page.text


def test_hostile_output_is_shown_and_not_obeyed():
    """Markup, control characters and direction overrides of captured output are shown as what they
    are.
    """
    html = student_page(COURSE, eventful(), "en", "staff")
    shown = (
        HOSTILE_OUTPUT.replace("\x1b", r"\x1b")
        .replace("\x00", r"\x00")
        .replace("\u202e", r"\u202e")
    )
    assert shown in [words for words, tags in Page(html).words if "pre" in tags]
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(
    "name", [HOSTILE_NAME, "{{ 7 * 7 }}", 'x" onload="y', "a\x1b\u202eb", "\udcff"]
)
def test_a_hostile_name_is_only_a_name(audience, name):
    """Whatever a student is called, the page is well formed, has no script, and shows the name."""
    page = read(eventful(name), audience=audience)
    assert page.around(visible(name))[-1] == "title"
    assert "script" not in [tag for tag, _ in page.elements]
    assert page.attributes("onload") == []


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[0m", r"\x1b[0m"),
        ("a\rb\n\tc", "a\\rb\n\tc"),
        ("\u202e\u2066", r"\u202e\u2066"),
        ("\ud800", r"\ud800"),
        ("Zoë 🌸 – 中文", "Zoë 🌸 – 中文"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # Persian needs its joiners
        ("an\u200da", r"an\u200da"),  # Latin does not
        ("a\u3164b\u2800", r"a\u3164b\u2800"),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 4 + r"\u0301\u0301"),
    ],
)
def test_invisible_characters_become_escapes(given, shown):
    """Control, direction and unpaired surrogate characters are written out; letters of any script
    stay.
    """
    assert visible(given) == shown


@pytest.mark.parametrize("audience", ["student", "staff"])
def test_what_kept_many_checks_from_running_is_said_once(audience):
    """A criterion whose checks all waited for the same thing names it once, and lists what they
    will look at.
    """
    waiting = [replace(BLOCKED, id=f"test_{n}", expects=f"It does thing {n}.") for n in range(12)]
    page = read(with_checks(PASSED, *waiting), audience=audience)
    assert page.text.count(BLOCKED.message) == 1
    assert all(check.expects in page.text for check in waiting)
    assert "12 things will be checked" in page.text
    assert ("test_7" in page.text) == (audience == "staff")


def test_long_output_is_cut_and_says_so():
    """Output beyond the limit is left out, and how much of it is told."""
    page = read(with_checks(replace(FAILED, output="x" * (MAX_SHOWN_CHARS + 7))), audience="staff")
    assert "x" * MAX_SHOWN_CHARS + " [cut: 7 more characters]" in page.text


# ---------------------------------------------------------------- every page


def rendered() -> list[str]:
    """Return a page of each kind."""
    judges = [judged(HOSTILE_NAME), judged("Bo")]
    pages = [
        student_page(COURSE, final_grade, lang, audience, find_identical_work(judges))
        for final_grade in (eventful(HOSTILE_NAME), judges[0])
        for lang in LANGS
        for audience in AUDIENCES
    ]
    return [*pages, *(class_page(COURSE, [*judges, *class_of(8)], lang) for lang in LANGS)]


@pytest.fixture(scope="module")
def every_page() -> list[str]:
    """Return a page of each kind, rendered once."""
    return rendered()


def test_no_page_loads_anything(every_page):
    """Nothing is fetched: links lead within the page or to a report beside it, and the policy
    forbids the rest.
    """
    for html in every_page:
        page = Page(html)
        assert page.attributes("src") == []
        assert not re.search(r"@import|url\((?!#)", html)
        assert all(
            re.match(r"#|data:,$|reports/|staff/|scores\.csv$", link)
            for link in page.attributes("href")
        )
        assert any(
            policy.startswith("default-src 'none';") for policy in page.attributes("content")
        )


def test_ids_are_unique_and_references_lead_somewhere(every_page):
    """Every id occurs once, and each label or link within a page finds its target."""
    for html in every_page:
        page = Page(html)
        ids = page.attributes("id")
        assert len(ids) == len(set(ids))
        targets = {link[1:] for link in page.attributes("href") if link.startswith("#")}
        assert targets | set(page.attributes("aria-labelledby")) <= set(ids)


def test_pages_are_the_same_bytes_each_time(every_page):
    """No clock, host or path enters a page: rendered again it is identical."""
    assert rendered() == every_page
    assert not any(str(COURSE.root.absolute()) in html for html in every_page)


def test_nothing_handed_in_is_not_the_same_as_not_graded_yet():
    """Without a sheet, a task with points was not handed in; one without a decision was not graded
    yet.
    """
    absent = replace(
        decided("Leo", 0, 0, 0, 0, 0), sheets=(), stages=dict.fromkeys(ASSIGNMENTS, "absent")
    )
    scores = {c.id: replace(score(c, None), state="not_graded") for c in RUBRIC.criteria.values()}
    ungraded = final_grade_of("Eva", scores, (), "pending")
    nothing = (
        "Concept questions Not handed in 0 of 30 points0 / 30 "
        "There is no hand-in of yours for this task."
        " Not earned The depth problem 0 of 30 points0 / 30"
    )
    assert nothing in read(absent).text
    waiting = (
        "Concept questions Handed in, not graded yet · waiting: 30 not decided, worth 30– / 30"
    )
    assert waiting in read(ungraded).text
    table = Page(class_page(COURSE, [absent, ungraded])).text
    assert "Leo ↗ 0 Not passed Not handed in" in table
    assert "Eva ↗ 0 Pending Not graded yet" in table


STAGES = {
    "absent": ("Not handed in", "There is no hand-in of yours for this task.", "Not handed in"),
    "handed_in": ("Handed in, not graded yet", "It does not count as zero.", "Not graded yet"),
    "not_due": ("Not due yet", "Its deadline has not passed yet.", "Not due yet"),
    "unknown": (
        "Not looked at",
        "This time nobody looked whether you handed it in.",
        "Not looked at",
    ),
}


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_told_everywhere(stage):
    """The student's page and the table say how far an assignment is in the same words, the class's
    page in a few words and in a sign of the map that its legend explains.
    """
    scores = {c.id: replace(score(c, None), state="not_graded") for c in RUBRIC.criteria.values()}
    found = replace(
        final_grade_of("Eva", scores, (), "pending"), stages=dict.fromkeys(ASSIGNMENTS, stage)
    )
    label, note, short = STAGES[stage]
    assert (
        f"Concept questions {label} · waiting: 30 not decided, worth 30– / 30" in read(found).text
    )
    assert note in read(found).text
    table = Page(class_page(COURSE, [found])).text
    assert f"Eva ↗ 0 Pending {short} 100" in table
    assert f"{SIGNS[stage]} {label.lower()}".removesuffix("handed in, not graded yet") in table
    assert f"{SIGNS[stage]} " * 5 in table
    rows = list(csv.DictReader(io.StringIO(scores_csv(COURSE, [found]))))
    assert [rows[0][f"{name}_stage"] for name in ASSIGNMENTS] == [label.lower()] * 3


def test_a_mark_of_earlier_graders_is_marked():
    """What counts although other graders made it says so on the pages and in the table."""
    found = decided("Leo", 30, 20, 15, 25, 10)
    first, *others = found.sheets
    found = replace(found, sheets=(replace(first, is_earlier=True), *others))
    assert "Concept questions Graded by earlier graders 30 of 30 points" in read(found).text
    assert "Leo ↗ 100 Passed Graded earlier 30 35 35" in Page(class_page(COURSE, [found])).text
    assert ",graded by earlier graders,graded,graded\n" in scores_csv(COURSE, [found])


# ---------------------------------------------------------------- the table of scores


def test_the_table_has_a_row_per_student():
    """Columns are criteria, categories, what came on top, total, verdict and levels; what is open
    is blank.
    """
    assert scores_csv(COURSE, [eventful("Eva"), decided("Leo", 14, 20, 15, 25, 10)]) == (
        "student,knowledge.depth_problem,performance.residual_block.basic_block,"
        "performance.residual_block.bottleneck,product.training.accuracy,product.code.clean,"
        "knowledge,performance,product,bonuses,penalties,total,waiting,verdict,"
        "knowledge_level,performance_level,product_level,accuracy,project_level,"
        "concepts_stage,residual_block_stage,flower_classifier_stage\n"
        "Eva,,12.5,,25,,,12.5,25,3,-10,30.5,55,pending,,,,,,"
        '"handed in, not graded yet",graded,graded\n'
        "Leo,14,20,15,25,10,14,35,35,0,0,84,0,failed,,sufficient,sufficient,,,graded,graded,graded\n"
    )


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\t=1"),
        ("\r=1", "'\\r=1"),
        ("-5", "-5"),
        ("+34.5", "+34.5"),
        ('Núñez, "Ana"', 'Núñez, "Ana"'),
        ("\uff1d1+1", "'\uff1d1+1"),  # the wide sign
        ("  =1+1", "'  =1+1"),
        ("\n@x", "'\\n@x"),
        ("a;=1+1", "a;=1+1"),
    ],
)
def test_no_cell_is_a_formula(name, cell):
    """What a spreadsheet would run is led by an apostrophe; numbers, commas and quotes survive."""
    rows = list(csv.DictReader(io.StringIO(scores_csv(COURSE, [eventful(name)]))))
    assert [row["student"] for row in rows] == [cell]


def test_a_semicolon_begins_no_cell():
    """Where a spreadsheet's separator is the semicolon, a name that holds one is quoted and stays
    one cell.
    """
    text = scores_csv(COURSE, [eventful("a;=1+1")])
    assert next(csv.reader(io.StringIO(text.split("\n")[1]), delimiter=";"))[0].startswith(
        "a;=1+1,"
    )


def test_the_table_of_an_empty_class_is_its_header():
    """Without students there is one line."""
    assert scores_csv(COURSE, []).count("\n") == 1


# ---------------------------------------------------------------- labels

TEXTS = yaml.safe_load(
    resources.files("autograder.report").joinpath("labels.yml").read_text("utf-8")
)
COUNTED = (  # texts with a singular and a plural
    *("points", "wrong_answers", "passed_checks", "withheld_checks", "blocked_checks"),
    *("noticed_by", "found_in_places", "lines_of_code", "margin_notes", "alike_groups"),
)
CLOSED_SETS = {
    "outcome": [o.value for o in Outcome],
    "verdict": get_args(GradeVerdict),
    "who": get_args(State),
    "status": [*get_args(Status), "no_sheet"],
    "stage": ["graded", "earlier", *get_args(Stage)[1:]],
    "stage_note": [stage for stage in get_args(Stage) if stage != "graded"],
    "level": SANDBOX_LEVELS,
    "met": ["reached", "missed", "open"],
    "condition": ["full", "partial", "none", "review", "manual", "not_graded"],
    "why_open": ["review", "manual", "not_graded"],
    "alike": list(get_args(WorkKind)),
    "short_status": STATUSES_BY_URGENCY,
    "filter": FLAGS,
    "sign": SIGNS,
    **{name: ["one", "many"] for name in COUNTED},
    "class_place": list(QUARTER_WORDS),
    "answer_state": ["right", "partly", "wrong", "blank", "open", "read"],
    "curve": [
        *("loss", "accuracy", *get_args(CurveKind)),
        *("epoch", "best", "from_to"),
    ],
    "interval": get_args(Accuracy),
    "decided_by": get_args(Accuracy),
}


def test_both_languages_have_every_text():
    """Each text exists in Spanish and English, with the same blanks to fill in."""
    for name, entry in TEXTS.items():
        for words in [entry] if "es" in entry else entry.values():
            assert list(words) == ["es", "en"], name
            blanks = [sorted(re.findall(r"\{\w+\}", words[lang])) for lang in LANGS]
            assert blanks[0] == blanks[1], name


def test_groups_of_texts_hold_exactly_the_words_of_their_sets():
    """An outcome, a verdict or a level without a text, or a text for none, cannot exist."""
    groups = {name: sorted(entry) for name, entry in TEXTS.items() if "es" not in entry}
    assert groups == {name: sorted(words) for name, words in CLOSED_SETS.items()}


def test_no_text_is_unused():
    """Every label is named by a template or a module, and every name in a template is a label."""
    folder = REPOSITORY / "autograder" / "report"
    templates = " ".join(file.read_text("utf-8") for file in folder.rglob("*.j2"))
    modules = " ".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    named = set(re.findall(r"\bt\.(\w+)", templates))
    assert named | set(re.findall(r'label_group\("(\w+)"', modules)) == set(TEXTS)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_picture_stands_once_and_its_criterion_leads_to_it(audience: str) -> None:
    """Students and staff see it inside the page, described by its name."""
    basic = score(BASIC, 4, PASSED)
    picture = HandedPicture(check=PASSED.id, file="curves.png", png=b"made anew")
    shown = replace(sheet("Ana", "residual_block", basic), pictures=(picture,))
    html = student_page(COURSE, replace(with_checks(PASSED), sheets=(shown,)), "en", audience)  # type: ignore[arg-type]
    assert html.count("<img") == 1
    assert 'src="data:image/png;base64,bWFkZSBhbmV3"' in html
    assert 'alt="The picture that was handed in: curves.png"' in html
    assert html.count('href="#a2-figures"') == 1
    assert html.count('id="a2-figures"') == 1


def test_the_table_has_sections_and_groups_where_the_list_of_students_has() -> None:
    """The last columns name them; a student who is not in the list has none."""
    enrollments = {"Eva": Enrollment(sections=("A", "B"), groups=("Lab 1",))}
    grades = [eventful("Eva"), decided("Leo", 14, 20, 15, 25, 10)]
    rows = list(csv.DictReader(io.StringIO(scores_csv(COURSE, grades, enrollments))))
    assert [(row["sections"], row["groups"]) for row in rows] == [("A, B", "Lab 1"), ("", "")]

"""Items: what counts as earned, what the rest is, and which checks fail with which."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.class_analysis.items.check_items import check_items
from autograder.class_analysis.items.criterion_items import criterion_items
from autograder.class_analysis.items.findings import find_remarks
from autograder.class_analysis.items.item import AssignmentItems, ClassItems, Item, KnownKills
from autograder.class_analysis.items.known_kills import read_kills
from autograder.class_analysis.items.options import options_of
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import ScoreSheet, Text
from autograder.questionnaire.questions import Choice, Question
from tests.support.item_classes import grade_of, items_of, sheet_of
from tests.support.places import CASES

TITLE = Text(es="Tensores", en="Tensors")
GOOD = dict.fromkeys(("ana", "bo", "cy", "di"), "++++++")


def remarks_of(items: dict[str, Item]) -> dict[str, dict[str, str]]:
    """Return the English sentences by kind of remark and item."""
    found = ClassItems(
        students=9,
        assignments=(
            AssignmentItems(
                assignment="tensors",
                title=TITLE,
                hand_ins=9,
                by_earlier=0,
                items=tuple(items.values()),
            ),
        ),
        criteria=(),
    )
    said: dict[str, dict[str, str]] = {}
    for remark in find_remarks(found):
        said.setdefault(remark.kind, {})[remark.item.id] = remark.sentence("en")
        assert remark.sentence("es")
    return said


def test_outcomes_are_counted_and_facility_is_what_is_earned() -> None:
    """A blocked check did not run, a fault of ours and what waits are not decided."""
    item = items_of({"a1": "+", "a2": "5", "a3": "x", "a4": "b", "a5": "!", "a6": "?"})["a"]
    assert item.outcomes == {
        "passed": 1,
        "failed": 1,
        "raised": 1,
        "blocked": 1,
        "grader_error": 1,
        "manual": 1,
    }
    assert (item.n, item.facility, item.failed) == (3, 0.5, 2)


def test_the_item_itself_is_no_part_of_the_rest() -> None:
    """An item that nothing else goes with has no correlation with the rest."""
    rows = {"p": "++-", "q": "+-+", "r": "-++", "s": "---", "t": "+++"}
    alone = items_of({name: signs[0] for name, signs in rows.items()})["a"]
    assert alone.discrimination.reason == "no_rest"
    assert items_of(rows)["a"].discrimination.n == 4  # of s no check passes


def test_what_a_person_overruled_counts_as_the_person_says() -> None:
    """A failed check that counts as passed is earned, and the other way round."""
    rows = {"ana": "-+", "bo": "++"}
    items = items_of(rows, overruled=[("ana", "a"), ("bo", "b")])
    assert (items["a"].facility, items["b"].facility) == (1.0, 0.5)


def test_a_check_that_nobody_fails_is_named_with_what_verify_knows() -> None:
    """The kill matrix says whether the check has its reason."""
    kills = {
        "a": KnownKills(killed=("wrong/x", "wrong/y"), killed_alone=("wrong/x",)),
        "b": KnownKills(killed=("wrong/y",), killed_alone=()),
        "c": KnownKills(killed=(), killed_alone=()),
    }
    said = remarks_of(items_of(dict.fromkeys(GOOD, "+++"), kills=kills))["never_fails"]
    assert said["a"].startswith("nobody failed it: all 4 passed. `verify` knows 2 wrong answers")
    assert said["a"].endswith("1 of them it alone: keep it.")
    assert "another detects each of them" in said["b"]
    assert "no wrong answer that it detects" in said["c"]


def test_checks_that_fail_for_the_same_students_are_told_once() -> None:
    """The first of them names the others; who fails nearly everything says nothing."""
    rows = GOOD | {"ed": "--++++", "fe": "--++++", "no": "------"}
    said = remarks_of(items_of(rows))
    assert said["fail_together"] == {"a": "it failed 2 times, always together with b."}
    assert "fails_with_others" not in said


def test_a_check_that_never_fails_alone_is_named() -> None:
    """It fails only where another one fails, which also fails by itself."""
    rows = GOOD | {"ed": "--++++", "fe": "--++++", "gil": "+-++++", "hu": "++++++"}
    items = items_of(rows)
    assert (items["a"].failed_alone, items["b"].failed_alone) == (0, 1)
    assert set(remarks_of(items)["fails_with_others"]) == {"a"}


def test_a_question_that_the_best_get_wrong_is_named() -> None:
    """So is an item where who is better elsewhere is worse here."""
    rows = {
        "s1": "-+++++",
        "s2": "-+++++",
        "s3": "-+++++",
        "s4": "+-++++",
        "s5": "+-+-++",
        "s6": "+-+--+",
        "s7": "+-+---",
        "s8": "+-----",
    }
    said = remarks_of(items_of(rows))
    assert said["best_err"]["a"].startswith("3 of the 3 best by the rest err")
    assert "who is better at the rest is worse here" in said["negative"]["a"]


def test_a_check_that_always_waits_is_decided_for_nobody() -> None:
    """It is told apart from one that nobody passes."""
    said = remarks_of(items_of(dict.fromkeys(GOOD, "?-+")))
    assert set(said["never_ran"]) == {"a"}
    assert set(said["never_passes"]) == {"b"}


def test_options_are_counted_by_thirds_of_the_class() -> None:
    """Wrong answers name their options; who earns all chose the right ones."""
    key = Choice(options=(TITLE, TITLE, TITLE), right=frozenset({1}), several=False)
    question = Question(id="q", criterion="code.all", ask=TITLE, review=TITLE, key=key)
    sheets = {"ana": sheet_of("ana", "+"), "bo": sheet_of("bo", "-", ["q:2"])}
    sheets["cy"] = sheet_of("cy", "-", ["other:0"])  # left blank
    options = options_of(question, sheets, {"ana": 1.0, "bo": 0.0, "cy": 0.0}, None)
    assert [(o.letter, o.is_right, o.count) for o in options] == [
        ("a", False, 0),
        ("b", True, 1),
        ("c", False, 1),
        ("", False, 1),
    ]


def test_criteria_are_of_final_grades() -> None:
    """What is not decided is left out, and the rest is that of the rubric."""
    course = load_course(CASES / "tiny_course")
    points = {
        "ana": {"code.double": (4, 4), "code.total": (3, 3)},
        "bo": {"code.double": (2, 4), "code.total": (0, 3)},
        "cy": {"code.double": (None, 4), "code.total": (3, 3)},
    }
    grades = [grade_of(student, each) for student, each in points.items()]
    items = {item.id: item for item in criterion_items(course, grades)}
    assert (items["code.double"].n, items["code.double"].facility) == (2, 0.75)
    assert items["code.total"].facility == pytest.approx(Fraction(2, 3))
    assert items["words.essay"].n == 0


def test_a_matrix_that_is_none_is_named(tmp_path: Path) -> None:
    """A missing file is no matrix of this assignment; a damaged one is an error with a way out."""
    assert read_kills(tmp_path, "tensors") is None
    (tmp_path / "tensors.json").write_text("[]", encoding="utf-8")
    with pytest.raises(CourseError, match=r"not a kill matrix.*autograder verify tensors"):
        read_kills(tmp_path, "tensors")


def test_an_option_that_deceives_nobody_is_named() -> None:
    """Only where others deceive somebody: a question that all get right says nothing of one."""
    key = Choice(options=(TITLE,) * 4, right=frozenset({1}), several=False)
    question = Question(id="q", criterion="code.all", ask=TITLE, review=TITLE, key=key)
    sheets = [sheet_of(f"s{n}", "++") for n in range(7)]
    wrong = replace(sheet_of("s8", "-+", ["q:0"]), student="s8")

    def kinds(of_class: list[ScoreSheet]) -> dict[str, dict[str, str]]:
        named = [_with_check(sheet, "a", "a[q]") for sheet in of_class]
        items = check_items(named, (), {"q": question}, None, {})
        return remarks_of({item.id: item for item in items})

    assert kinds([*sheets, wrong])["unused_options"] == {"a[q]": "nobody chooses c, d."}
    assert "unused_options" not in kinds(sheets)


def _with_check(sheet: ScoreSheet, old: str, new: str) -> ScoreSheet:
    """Return a sheet with another id for one of its checks."""
    [score] = sheet.scores
    checks = tuple(replace(c, id=new) if c.id == old else c for c in score.checks)
    return replace(sheet, scores=(replace(score, checks=checks),))


def test_a_key_that_is_wrong_stands_out_in_a_large_class() -> None:
    """Of ten questions, right with the odds of ability, only the one with its key reversed does."""
    rng = random.Random(16)
    rows = {}
    for number in range(200):
        ability = rng.gauss(0, 1)
        right = [rng.random() < 1 / (1 + math.exp(-1.5 * ability)) for _ in range(10)]
        right[3] = not right[3]
        rows[f"s{number:03}"] = "".join("+" if each else "-" for each in right)
    items = items_of(rows)
    found = {name: item.discrimination for name, item in items.items()}
    assert {name for name, each in found.items() if each.high is not None and each.high < 0} == {
        "d"
    }
    assert all(each.low is not None and each.low > 0 for n, each in found.items() if n != "d")
    assert set(remarks_of(items)["negative"]) == {"d"}

"""The file of marks: read strictly, with a line for every mistake, and written without loss."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from autograder.errors import CourseError
from autograder.model import Adjustment, Decisions, Mark, Waiver
from autograder.scoring.overrides import decide, marks_text, read_marks, undecide, write_marks
from tests.support.examples_of_final_grades import BASIC, CLEAN, RUBRIC

WHO = "author: Marta, reason: Se lee bien."
STUDENTS = ("ana", "bo", "123")
MARK = Mark(
    criterion=CLEAN.id,
    points=Fraction(5, 2),
    author="Marta Ruiz",
    reason="Nombres claros: se lee bien.",
)
LATE = Adjustment(id="penalty.late", days=2, author="Marta", reason="Llegó el martes.")
CAM = Adjustment(id="bonus.grad_cam", author="Marta", reason="Muy bien.")
WAIVER = Waiver(id="bonus.documentation", author="Leo", reason="Está copiada.")
DECISIONS = Decisions(marks=(MARK,), adjustments=(LATE, CAM), waivers=(WAIVER,))


def read(folder: Path, text: str) -> dict[str, Decisions]:
    """Return the decisions of a file of this text."""
    file = folder / "marks.yml"
    file.write_text(text, encoding="utf-8")
    return read_marks(file, RUBRIC, STUDENTS)


def complaints(folder: Path, text: str) -> list[str]:
    """Return the complaints about a file of this text, without the folder."""
    with pytest.raises(CourseError) as caught:
        read(folder, text)
    return [line.removeprefix(f"{folder}/") for line in caught.value.complaints]


# ---------------------------------------------------------------- reading


def test_every_kind_of_decision_is_read(tmp_path: Path) -> None:
    """A criterion has points, a penalty may have days, a waiver neither; each has author and
    reason.
    """
    text = f"""
ana:
  criteria:
    {CLEAN.id}: {{points: 2.5, {WHO}}}
  adjustments:
    penalty.late: {{days: 2, {WHO}}}
  waivers:
    bonus.grad_cam: {{{WHO}}}
"""
    words = {"author": "Marta", "reason": "Se lee bien."}
    assert read(tmp_path, text) == {
        "ana": Decisions(
            marks=(Mark(criterion=CLEAN.id, points=Fraction(5, 2), **words),),
            adjustments=(Adjustment(id="penalty.late", days=2, **words),),
            waivers=(Waiver(id="bonus.grad_cam", **words),),
        )
    }


@pytest.mark.parametrize(
    ("points", "value"), [("0", 0), ("10", 10), ("1/3", Fraction(1, 3)), ("0.1", Fraction(1, 10))]
)
def test_points_are_exact(tmp_path: Path, points: str, value: Fraction) -> None:
    """Points are whole, decimal or a fraction, from nothing to what the criterion gives."""
    found = read(tmp_path, f"ana: {{criteria: {{{CLEAN.id}: {{points: {points}, {WHO}}}}}}}")
    assert found["ana"].marks[0].points == value


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "",
            "marks.yml:1: the file is empty; expected the students and what is decided about each",
        ),
        ("anna: {}", "marks.yml:1: no student 'anna' here; did you mean 'ana'?"),
        ("zoe: {}", "marks.yml:1: no student 'zoe' here; name the student's folder"),
        (
            "ana: {marks: {}}",
            "marks.yml:1: ana: unknown key 'marks'; "
            "expected one of criteria, adjustments, waivers, appeals",
        ),
        ("ana: {}\nana: {}", "marks.yml:2: key 'ana' appears twice; keep one"),
        (
            f"ana:\n  criteria:\n    product.code.claen: {{points: 1, {WHO}}}",
            "marks.yml:3: ana.criteria.product.code.claen: "
            "no criterion 'product.code.claen' in the rubric;"
            " did you mean 'product.code.clean'?",
        ),
        (
            f"ana:\n criteria:\n  {CLEAN.id}:\n   points: 10.5\n   author: Marta\n   reason: Sí.",
            f"marks.yml:4: ana.criteria.{CLEAN.id}: points must be from 0 to 10, got 10.5",
        ),
        (
            f"ana: {{criteria: {{{CLEAN.id}: {{points: -1, {WHO}}}}}}}",
            f"marks.yml:1: ana.criteria.{CLEAN.id}: points must be from 0 to 10, got -1",
        ),
        (
            f"ana: {{criteria: {{{CLEAN.id}: {{points: 1, reason: Sí.}}}}}}",
            f"marks.yml:1: ana.criteria.{CLEAN.id}: missing key 'author'",
        ),
        (
            f"ana: {{criteria: {{{CLEAN.id}: {{points: 1, author: Marta, reason: ' '}}}}}}",
            f"marks.yml:1: ana.criteria.{CLEAN.id}: reason must be a text, got ' '",
        ),
        (
            f"ana: {{adjustments: {{penalty.late: {{{WHO}}}}}}}",
            "marks.yml:1: ana.adjustments.penalty.late: counts days; say how many, such as days: 1",
        ),
        (
            f"ana: {{adjustments: {{bonus.grad_cam: {{days: 1, {WHO}}}}}}}",
            "marks.yml:1: ana.adjustments.bonus.grad_cam.days: "
            "this one does not count days; leave them out",
        ),
        (
            f"ana: {{waivers: {{bonus.gradcam: {{{WHO}}}}}}}",
            "marks.yml:1: ana.waivers.bonus.gradcam: "
            "no bonus or penalty 'bonus.gradcam' in the rubric;"
            " did you mean 'bonus.grad_cam'?",
        ),
        (
            f"ana:\n  adjustments: {{bonus.grad_cam: {{{WHO}}}}}\n"
            f"  waivers:\n    bonus.grad_cam: {{{WHO}}}",
            "marks.yml:4: ana.waivers.bonus.grad_cam: is both set and waived; keep one",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    """Each mistake is one complaint: file, line, place, what was expected, and a suggestion."""
    assert complaints(tmp_path, text) == [complaint]


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Reading does not stop at the first mistake; complaints go down the file."""
    text = f"anna:\n  criteria:\n    {CLEAN.id}: {{points: 99, {WHO}}}\nzoe: {{}}\n"
    assert [line.split(":")[1] for line in complaints(tmp_path, text)] == ["1", "3", "4"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file and a folder in its place are complaints, not tracebacks."""
    with pytest.raises(CourseError, match="no such file"):
        read_marks(tmp_path / "marks.yml", RUBRIC, STUDENTS)
    with pytest.raises(CourseError, match="is a directory"):
        read_marks(tmp_path, RUBRIC, STUDENTS)


# ---------------------------------------------------------------- writing


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Nothing is lost on the way through the file, a name of digits and a third of a point
    included.
    """
    third = Decisions(
        marks=(Mark(criterion=BASIC.id, points=Fraction(1, 3), author="'#: {", reason="a\nb: - c"),)
    )
    decided = {"ana": DECISIONS, "123": third}
    write_marks(tmp_path / "marks.yml", decided)
    assert read_marks(tmp_path / "marks.yml", RUBRIC, STUDENTS) == decided


def test_the_file_is_one_that_people_can_edit() -> None:
    """Points stand as they would be typed, Spanish letters as they are, students in order."""
    text = marks_text({"bo": Decisions(adjustments=(LATE,)), "ana": Decisions(marks=(MARK,))})
    assert text.splitlines()[1:6] == [
        "ana:",
        "  criteria:",
        "    product.code.clean:",
        "      points: 2.5",
        "      author: Marta Ruiz",
    ]
    assert "reason: Llegó el martes." in text


def test_a_file_without_decisions_can_be_read_again(tmp_path: Path) -> None:
    """When the last decision is cleared an empty list of students is left."""
    write_marks(tmp_path / "marks.yml", {"ana": Decisions()})
    assert read_marks(tmp_path / "marks.yml", RUBRIC, STUDENTS) == {}


@pytest.mark.parametrize(
    "points", [Fraction(1, 10), Fraction(1, 3), Fraction(7), Fraction(1, 1024)], ids=str
)
def test_points_survive_exactly(tmp_path: Path, points: Fraction) -> None:
    """A decimal that a float would round comes back as it was."""
    write_marks(
        tmp_path / "m.yml", {"ana": Decisions(marks=(Mark(**{**_fields(MARK), "points": points}),))}
    )
    assert read_marks(tmp_path / "m.yml", RUBRIC, STUDENTS)["ana"].marks[0].points == points


def _fields(mark: Mark) -> dict[str, object]:
    return {"criterion": mark.criterion, "author": mark.author, "reason": mark.reason}


def test_the_file_is_plain_yaml() -> None:
    """Any YAML reader can take it."""
    assert (
        yaml.safe_load(marks_text({"ana": DECISIONS}))["ana"]["criteria"][CLEAN.id]["points"] == 2.5
    )


# ---------------------------------------------------------------- changing


def test_a_decision_replaces_the_older_one_about_the_same() -> None:
    """Of two decisions about one id the later one counts, also where one waives the other."""
    waived = Waiver(id=CAM.id, author="Leo", reason="No era suyo.")
    found = decide(DECISIONS, waived)
    assert found == Decisions(marks=(MARK,), adjustments=(LATE,), waivers=(WAIVER, waived))
    assert decide(found, CAM).waivers == (WAIVER,)


def test_a_decision_can_be_forgotten() -> None:
    """Without it the others stand as they were."""
    assert undecide(DECISIONS, CLEAN.id) == Decisions(adjustments=(LATE, CAM), waivers=(WAIVER,))

"""What load_course reads, and its problems for mistakes in grading.yml and criterion marks."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import DeclaredFile, LeaderboardRules, Limits, PageRules, Penalty, Text
from tests.support.places import CASES

COURSES = CASES / "courses"
MISTAKEN = sorted(path.parent.name for path in COURSES.glob("*/complaints.txt"))
IN_ORDER = sorted({path.parent.name for path in COURSES.glob("*/grading.yml")} - set(MISTAKEN))
VALID = (COURSES / "valid" / "grading.yml").read_text(encoding="utf-8")


def course_of(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write a grading.yml in `folder`: the valid one, each change made in its one place."""
    text = VALID
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} must stand in the valid course once"
        text = text.replace(old, new)
    (folder / "grading.yml").write_text(text, encoding="utf-8")
    return folder


def complaints_of(path: Path) -> list[str]:
    """Return the problems of load_course with a course; nothing where it is in order."""
    try:
        load_course(path)
    except CourseError as error:
        return list(error.complaints)
    return []


@pytest.mark.parametrize("name", MISTAKEN)
def test_every_mistake_is_reported_with_its_line(name: str) -> None:
    """All mistakes of a course come in one error, each with line, place and expectation."""
    expected = (COURSES / name / "complaints.txt").read_text(encoding="utf-8").splitlines()
    assert complaints_of(COURSES / name) == expected


@pytest.mark.parametrize("name", IN_ORDER)
def test_a_course_in_order_loads(name: str) -> None:
    """A course without mistakes loads without a complaint."""
    assert load_course(COURSES / name).id == "tiny"


def test_the_file_and_its_folder_name_the_same_course() -> None:
    """load_course takes grading.yml or the folder that holds it."""
    assert load_course(COURSES / "valid") == load_course(COURSES / "valid" / "grading.yml")


def test_the_digest_is_that_of_the_bytes() -> None:
    """The digest is the SHA-256 of grading.yml as it lies on disk."""
    data = (COURSES / "valid" / "grading.yml").read_bytes()
    assert load_course(COURSES / "valid").digest == hashlib.sha256(data).hexdigest()


def test_assignments_know_their_folders() -> None:
    """An assignment's folders hang from the folder of grading.yml."""
    course = load_course(COURSES / "valid")
    sums = course.assignment("sums")
    assert course.root == COURSES / "valid"
    assert (sums.root, sums.solution) == (
        course.root / "assignments/sums",
        course.root / "solutions/sums",
    )


def test_what_is_left_out_keeps_its_default() -> None:
    """An assignment without limits, worker, sandbox and hidden packages has those of the model."""
    sums = load_course(COURSES / "valid").assignment("sums")
    assert (sums.limits, sums.worker, sums.sandbox, sums.hidden_packages) == (
        Limits(),
        "criterion",
        "A",
        (),
    )


def test_criteria_keep_the_order_of_the_file() -> None:
    """An assignment holds the rubric's own criteria, in the order in which it names them."""
    course = load_course(COURSES / "valid")
    assert [c.id for c in course.assignment("sums").criteria] == [
        "performance.add",
        "performance.halve",
    ]
    assert course.rubric.criteria["performance.add"].title == Text(es="Sumar", en="Add")


@pytest.mark.parametrize(
    ("add", "halve", "exact"),
    [
        ("2.5", "7.5", Fraction(5, 2)),
        ("1/3", "29/3", Fraction(1, 3)),
        ('"1/3"', "29/3", Fraction(1, 3)),
        ("0.1", "9.9", Fraction(1, 10)),
        ("6", "4.00", Fraction(6)),
    ],
)
def test_points_are_exact(tmp_path: Path, add: str, halve: str, exact: Fraction) -> None:
    """Whole numbers, decimals and fractions are read exactly, never through a float."""
    folder = course_of(
        tmp_path, ("points: 6", f"points: {add}"), ("points: 4\n", f"points: {halve}\n")
    )
    assert load_course(folder).rubric.criteria["performance.add"].points == exact


def test_a_course_may_ask_for_everything(tmp_path: Path) -> None:
    """A minimum may be as high as its category, and the pass total as high as the total."""
    folder = course_of(tmp_path, ("minimum: 4", "minimum: 10"), ("pass_total: 5", "pass_total: 10"))
    rubric = load_course(folder).rubric
    assert rubric.pass_total == rubric.categories[0].minimum == 10


@pytest.mark.parametrize(
    ("written", "size"),
    [("512", 512), ("512 B", 512), ("2 KiB", 2048), ("1.5 MiB", 1_572_864), ("1GiB", 1 << 30)],
)
def test_sizes_are_read_with_their_unit(tmp_path: Path, written: str, size: int) -> None:
    """A size is a number of bytes, or of KiB, MiB and GiB."""
    folder = course_of(tmp_path, ("1 MiB", written))
    assert load_course(folder).assignment("sums").files == (
        DeclaredFile(name="sums.py", alternatives=("sums.ipynb",), max_bytes=size),
    )


def test_limits_are_read_with_their_unit(tmp_path: Path) -> None:
    """Seconds may say so, and every limit can be set."""
    limits = """    minutes: 10
    limits: {wall_import: 2.5 s, wall_check: 4, wall_submission: 40 s, cpu: 30 s,
             memory: 1 GiB, processes: 2, open_files: 64, output: 1 KiB, disk: 2 MiB, answer: 3 MiB}
"""
    folder = course_of(tmp_path, ("    minutes: 10\n", limits))
    assert load_course(folder).assignment("sums").limits == Limits(
        wall_import=2.5,
        wall_check=4.0,
        wall_submission=40.0,
        cpu=30,
        memory=1 << 30,
        processes=2,
        open_files=64,
        output=1024,
        disk=2 << 20,
        answer=3 << 20,
    )


def test_penalties_are_fixed_daily_or_a_share(tmp_path: Path) -> None:
    """A penalty takes points, points a day, or a share of the total."""
    penalties = """penalties:
  penalty.fixed: {points: -10, title: {es: Fija, en: Fixed}}
  penalty.daily: {points: -2.5, days: 3, title: {es: Diaria, en: Daily}}
  penalty.share: {share: -50 %, title: {es: Parte, en: Share}}
assignments:
"""
    folder = course_of(tmp_path, ("assignments:\n", penalties))
    assert load_course(folder).rubric.penalties == (
        Penalty(id="penalty.fixed", title=Text(es="Fija", en="Fixed"), points=Fraction(-10)),
        Penalty(
            id="penalty.daily", title=Text(es="Diaria", en="Daily"), points=Fraction(-5, 2), days=3
        ),
        Penalty(id="penalty.share", title=Text(es="Parte", en="Share"), share=Fraction(-1, 2)),
    )


def test_anchors_and_aliases_work(tmp_path: Path) -> None:
    """A value may be written once and referred to, as YAML allows."""
    folder = course_of(
        tmp_path,
        ("{es: Sumar, en: Add}", "&name {es: Sumar, en: Add}"),
        ("{es: Partir, en: Halve}", "*name"),
    )
    assert load_course(folder).rubric.criteria["performance.halve"].title == Text(
        es="Sumar", en="Add"
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "grading.yml:1: the file is empty; expected the course's rubric and assignments"),
        (
            b"# nothing\n",
            "grading.yml:1: the file is empty; expected the course's rubric and assignments",
        ),
        (b"id: a\ntitle: Dise\xf1o\n", "grading.yml:2: not UTF-8 text; save the file as UTF-8"),
        (b"id: a\n\x07\n", "grading.yml:2: not valid YAML: a character that YAML does not allow"),
        (b"[" * 5000, "grading.yml:1: not valid YAML: nested too deeply"),
        (b"id: *nowhere\n", "grading.yml:1: not valid YAML: found undefined alias 'nowhere'"),
        (b"a: 1\n---\nb: 2\n", "grading.yml:2: not valid YAML: but found another document"),
    ],
)
def test_what_is_no_yaml_is_said_to_be_none(tmp_path: Path, content: bytes, complaint: str) -> None:
    """A file that cannot be read as YAML gets one complaint with its line, never a traceback."""
    (tmp_path / "grading.yml").write_bytes(content)
    assert complaints_of(tmp_path) == [complaint]


@pytest.mark.parametrize(
    "content", ["- 1\n", "course\n", "!!python/object/apply:os.system [ls]\n", "? [a]\n: 1\n"]
)
def test_another_kind_of_yaml_is_refused(tmp_path: Path, content: str) -> None:
    """YAML that is no mapping of names, tags that would run code included, is complained about."""
    (tmp_path / "grading.yml").write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=r"^grading\.yml:1: ") as caught:
        load_course(tmp_path)
    assert "Error" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Where there is no grading.yml the error names the path and what to do."""
    with pytest.raises(
        CourseError, match=r"grading\.yml: no such file or directory; name grading\.yml or"
    ):
        load_course(tmp_path)


def test_graders_are_read_and_never_imported(tmp_path: Path) -> None:
    """A grader that would fail at import loads, for only its syntax tree is read."""
    graders = course_of(tmp_path) / "assignments/sums/graders"
    graders.mkdir(parents=True)
    source = (COURSES / "valid_with_graders/assignments/sums/graders/test_sums.py").read_text(
        encoding="utf-8"
    )
    (graders / "test_sums.py").write_text(
        f"{source}\nraise SystemExit('imported')\n", encoding="utf-8"
    )
    assert load_course(tmp_path).assignment("sums").is_gradable


@pytest.mark.parametrize("lost", range(len(VALID.splitlines())))
def test_a_damaged_file_never_ends_in_a_traceback(tmp_path: Path, lost: int) -> None:
    """A course with one of its lines lost either loads or is complained about."""
    lines = VALID.splitlines(keepends=True)
    del lines[lost]
    (tmp_path / "grading.yml").write_text("".join(lines), encoding="utf-8")
    assert all(complaint.startswith("grading.yml:") for complaint in complaints_of(tmp_path))


def test_pages_show_nothing_more_unless_they_are_told_to() -> None:
    """Without the key no page speaks of the class, and no criterion has an address."""
    assert load_course(COURSES / "valid").pages == PageRules()


def test_a_course_says_what_its_pages_show(tmp_path: Path) -> None:
    """The place in the class is a flag, and the handout an address."""
    address = "https://example.org/{assignment}/README.md"
    pages = f"pages: {{class_place: true, handout: '{address}'}}\nassignments:"
    course = load_course(course_of(tmp_path, ("\nassignments:", f"\n{pages}")))
    assert course.pages == PageRules(class_place=True, handout=address)


def test_a_course_has_no_leaderboard_unless_it_says_so(tmp_path: Path) -> None:
    """Without the key nobody is shown; with it, who opted in, or everyone."""
    assert load_course(COURSES / "valid").leaderboard == LeaderboardRules(shows="nobody")
    shown = "leaderboard: {shows: opted_in}\nassignments:"
    course = load_course(course_of(tmp_path, ("\nassignments:", f"\n{shown}")))
    assert course.leaderboard == LeaderboardRules(shows="opted_in")

"""`replay` grades a hand-in as recorded: the same bytes, with graders from the course's history."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from autograder.grading.workers.seeds import SeedSource
from autograder.results import read_result, to_json
from tests.support.clones import NEEDS_GIT, git
from tests.support.command_line import CLASS, TINY, Ended, autograder, grade, result
from tests.support.publishing import contents

pytestmark = NEEDS_GIT
STUDENTS = ("adds", "right")
GRADER = "assignments/tensors/graders/test_tensors.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course in a git repository, and a class that was graded by its first commit."""

    root: Path
    submitted: Path
    out: Path

    def replay(self, *options: object, student: str = "adds", out: Path | None = None) -> Ended:
        """Run `autograder replay` for a student's tensors."""
        return autograder(
            *("replay", student, "tensors", "--out", out or self.out),
            *("--submitted", self.submitted, "--course", self.root, *options),
        )

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file of the course, and commit it."""
        path = self.root / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        git(self.root, "commit", "--quiet", "--all", f"--message=Change {name}")

    def bundle(self, *options: object, name: str = "appeal.zip") -> Path:
        """Write the bundle of an appeal, and return it."""
        file = self.out.parent / name
        self.replay("--bundle", file, *options)
        return file


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return a course and a class that was graded once; tests copy it."""
    folder = tmp_path_factory.mktemp("graded")
    made = Course(root=folder / "course", submitted=folder / "submitted", out=folder / "out")
    shutil.copytree(TINY, made.root, ignore=shutil.ignore_patterns("__pycache__"))
    for student in STUDENTS:
        shutil.copytree(CLASS / student, made.submitted / student)
    git(made.root, "init", "--quiet", "--initial-branch=main")
    git(made.root, "add", "--all")
    git(made.root, "commit", "--quiet", "--message=Add the graders")
    ended = grade(made.submitted, made.out, course=made.root)
    assert ended.returncode == 0, ended.stderr
    return made


@pytest.fixture
def course(graded: Course, tmp_path: Path) -> Course:
    """Return a copy of the course, its class and its results."""
    made = Course(root=tmp_path / "course", submitted=tmp_path / "submitted", out=tmp_path / "out")
    for before, after in (
        (graded.root, made.root),
        (graded.submitted, made.submitted),
        (graded.out, made.out),
    ):
        shutil.copytree(before, after)
    return made


def test_the_same_gives_the_same_bytes(course: Course) -> None:
    """Where nothing differs the result has the recorded bytes, and OUT is left as it was."""
    before = contents(course.out)
    ended = course.replay()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "nothing that the result rests on differs today" in ended.stdout
    assert "the result is byte for byte the recorded one" in ended.stdout
    assert contents(course.out) == before


def test_recorded_graders_are_found_in_the_history(course: Course) -> None:
    """Two commits later the recorded graders and rules are those of the first commit."""
    course.change(GRADER, "2 * x", "3 * x")
    course.change("grading.yml", "wall_check: 1 s", "wall_check: 2 s")
    ended = course.replay()
    assert ended.returncode == 0, ended.stdout
    assert f"differs today: graders: {GRADER} changed (restored)" in ended.stdout
    assert "differs today: grading.yml: limits of tensors changed (restored)" in ended.stdout
    assert "of 2026-11-01: Add the graders" in ended.stdout
    assert "the result is byte for byte the recorded one" in ended.stdout


def test_searching_leaves_the_repository_alone(course: Course) -> None:
    """What is changed and not committed stays, and so does git's index."""
    course.change(GRADER, "2 * x", "3 * x")
    (course.root / GRADER).write_text("# half an idea\n", encoding="utf-8")
    git(course.root, "add", "--all")
    before = contents(course.root)
    course.replay()
    assert contents(course.root) == before


def test_graders_that_no_commit_has_are_named(course: Course) -> None:
    """Graders that were never committed cannot be restored: today's are used, and it says so."""
    path = course.root / GRADER
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("1e-4", "1e-5"), encoding="utf-8")
    assert grade(course.submitted, course.out, course=course.root).returncode == 0
    path.write_text(text, encoding="utf-8")
    ended = course.replay()
    assert ended.returncode == 1
    assert f"differs today: graders: {GRADER} changed\n" in ended.stdout
    assert "no commit of the course's repository has the recorded ones" in ended.stdout
    assert "other content in: basis, grader" in ended.stdout


def test_a_course_outside_of_git_is_named(course: Course) -> None:
    """Without a repository there is no history to search, and it says so."""
    shutil.rmtree(course.root / ".git")
    path = course.root / GRADER
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    ended = course.replay()
    assert ended.returncode == 1
    assert "the course lies in no git repository" in ended.stdout


def test_another_hand_in_is_named(course: Course) -> None:
    """Where the recorded hand-in is gone, the present one is graded, and all says so."""
    shutil.copyfile(
        CLASS / "right/tensors/tensors.py", course.submitted / "adds/tensors/tensors.py"
    )
    ended = course.replay()
    assert ended.returncode == 1
    assert "differs today: tensors: another hand-in" in ended.stdout
    assert "ended otherwise: failed → passed: test_double" in ended.stdout
    assert "another result: 10 points" in ended.stdout


def test_the_recorded_attempt_is_found(course: Course) -> None:
    """An earlier attempt that `collect` kept is graded again, though another one counts now."""
    kept = course.submitted / ".attempts" / "adds" / "tensors" / "1"
    shutil.copytree(course.submitted / "adds" / "tensors", kept)
    shutil.copyfile(
        CLASS / "right/tensors/tensors.py", course.submitted / "adds/tensors/tensors.py"
    )
    ended = course.replay()
    assert ended.returncode == 0, ended.stdout
    assert "hand-in: attempt 1" in ended.stdout


def test_one_check_is_shown_with_its_evidence(course: Course) -> None:
    """--check shows how it ended, what it asked, and how its random numbers are drawn again."""
    shown = course.replay("--check", "test_double").stdout
    for part in (
        "recorded: test_double: failed",
        "of the values differ",
        "asked by graders/test_tensors.py:",
        'assert_close(submission.call("double", x), 2 * x)',
        'seed_judge("test_double", 0)',
        "question 0: double(tensor float32 [3, 4]: ",
    ):
        assert part in shown


def test_the_random_numbers_are_those_of_the_check(course: Course) -> None:
    """The lines that --check prints draw the very input: its error is the recorded evidence."""
    content = result(course.out, "adds")
    check = next(c for c in content["criteria"][0]["checks"] if c["id"] == "test_double")
    SeedSource(int(content["seed"], 16), content["submission"]).seed_judge("test_double", 0)
    x = torch.randn(3, 4)  # (B, C)
    assert f"by up to {(x + 2 - 2 * x).abs().max().item():.3g}" in check["evidence"]


def test_an_unknown_check_or_student_is_suggested(course: Course) -> None:
    """A name that is not there ends with exit code 2 and the nearest one."""
    for ended, hint in (
        (course.replay("--check", "test_duoble"), "test_double"),
        (course.replay(student="rihgt"), "right"),
    ):
        assert ended.returncode == 2
        assert hint in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_result_of_public_checks_is_refused(course: Course) -> None:
    """What a runner graded by public checks is no record of `grade`, and it says so."""
    path = course.out / "results" / "adds" / "tensors.json"
    sheet = read_result(path)
    basis = replace(sheet.basis, files={"public/test_tensors.py": "0" * 16})
    path.write_text(to_json(replace(sheet, basis=basis)), encoding="utf-8")
    ended = course.replay()
    assert ended.returncode == 2
    assert "graded by public checks alone" in ended.stderr


def test_a_bundle_is_byte_identical(course: Course) -> None:
    """Where nothing differs two bundles have the same bytes, and no second result."""
    first, second = course.bundle(name="first.zip"), course.bundle(name="second.zip")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "appeal.html",
            "final_grade.json",
            "graders/probes.py",
            "graders/test_tensors.py",
            "graders/texts.yml",
            "questions.json",
            "recorded.json",
            "replay.json",
            "submission/tensors.py",
        ]
        recorded = archive.read("recorded.json")
        handed_in = archive.read("submission/tensors.py")
    assert recorded == (course.out / "results/adds/tensors.json").read_bytes()
    assert handed_in == (CLASS / "adds/tensors/tensors.py").read_bytes()


def test_a_bundle_says_what_differs(course: Course) -> None:
    """With another result the bundle holds both, and the page and the JSON say what differs."""
    shutil.copyfile(
        CLASS / "right/tensors/tensors.py", course.submitted / "adds/tensors/tensors.py"
    )
    with zipfile.ZipFile(course.bundle("--lang", "en")) as archive:
        said = json.loads(archive.read("replay.json"))
        page = archive.read("appeal.html").decode()
        assert json.loads(archive.read("replayed.json"))["earned"] == 10
    assert said["identical"] is False
    assert {"id": "test_double", "recorded": "failed", "replayed": "passed"} in said["checks"]
    assert '<html lang="en">' in page
    assert "Graded again it gives another result." in page


def test_a_published_result_is_replayed(course: Course) -> None:
    """The folder of a version serves as OUT, also when OUT has moved on."""
    who = ("--author", "Marta Ruiz", "--reason", "Notas.", "--course", course.root)
    assert autograder("publish", course.out, *who).returncode == 0
    (course.out / "results" / "adds" / "tensors.json").unlink()
    ended = course.replay(out=course.out / "published" / "1")
    assert ended.returncode == 0, ended.stderr
    assert "byte for byte" in ended.stdout

"""`autograder ci`: how a run in a runner ends, and what it leaves there."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from autograder.publishing import read_grades
from tests.support.command_line import CLASS, SECONDS, TINY, Ended, command, environment, grade
from tests.support.levels import skip_where_refused

NO_NAMESPACES, NO_LANDLOCK = "unshare=EPERM", "landlock_create_ruleset=ENOSYS"
CLASSROOM = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "tensors",
    "ASSIGNMENT_TYPE": "individual",
    "SUBMISSION_TAG": "submit/1",
    "OWNER": "ana",
    "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r",
    "REVIEW_URL": "https://example.org/v",
}


def run(
    folder: Path,
    student: str,
    *options: object,
    variables: Mapping[str, str] | None = None,
    within: tuple[str, ...] = (),
    course: Path = TINY,
) -> Ended:
    """Run `autograder ci` over a student's checkout, as a runner of GitHub does."""
    if not (folder / "work").exists():
        shutil.copytree(CLASS / student / "tensors", folder / "work")
    ended = subprocess.run(
        [*within, *command("ci", "work", "--course", course, "--lang", "en", *options)],
        cwd=folder,
        env={
            **environment(),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "ana",
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GITHUB_OUTPUT": str(folder / "output"),
            **(variables or {}),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if not within:
        skip_where_refused(ended.stderr)
    return ended


def outputs(folder: Path) -> dict[str, Any]:
    """Return the step's outputs, with the reporter's result decoded."""
    lines = (folder / "output").read_text(encoding="utf-8").splitlines()
    found: dict[str, Any] = dict(line.split("=", 1) for line in lines)
    if "result" in found:
        found["result"] = json.loads(base64.b64decode(found["result"]))
    return found


def cases(folder: Path) -> dict[str, int]:
    """Return the counts of the JUnit file."""
    root = ElementTree.parse(folder / "results" / "junit.xml").getroot()
    return {name: int(root.get(name, "0")) for name in ("failures", "errors")}


@pytest.mark.level_a
@pytest.mark.parametrize("checks", ["public", "all"])
def test_right_work_ends_with_0_and_wrong_work_with_1(checks: str, tmp_path: Path) -> None:
    """Exit code, status, JUnit and the reporter's result say the same."""
    options = ("--checks", checks, "--to", "results", "--assignment", "tensors")
    for student, code, status in (("right", 0, "pass"), ("adds", 1, "fail")):
        folder = tmp_path / student
        folder.mkdir()
        ended = run(folder, student, *options)
        assert ended.returncode == code, ended.stdout + ended.stderr
        found = outputs(folder)
        assert (found["status"], found["result"]["status"]) == (status, status)
        assert (cases(folder)["failures"] == 0, cases(folder)["errors"]) == (code == 0, 0)
        assert (folder / "results" / "report.html").exists() == (checks == "all")


@pytest.mark.level_a
def test_the_points_of_hidden_graders_are_those_of_grade(tmp_path: Path) -> None:
    """A runner and a run over the class give one mark."""
    run(tmp_path, "adds", "--checks", "all", "--assignment", "tensors")
    grade(CLASS, tmp_path / "out", "--student", "adds", "--assignment", "tensors")
    (expected,) = read_grades(tmp_path / "out")
    assert outputs(tmp_path)["points"] == f"{float(expected.total):.2f}"


@pytest.mark.level_a
def test_the_runners_page_shows_what_the_student_may_read(tmp_path: Path) -> None:
    """The summary has the criteria, says that public checks give no mark, and annotates lines."""
    ended = run(tmp_path, "adds")
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert "Only the public checks were run: these points are not the mark." in summary
    assert "| Criterion | Points | Result |" in summary
    lines = ended.stdout.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert lines.index(f"::{token}::") < next(i for i, x in enumerate(lines) if "::notice" in x)


@pytest.mark.level_a
def test_an_annotation_names_the_file_from_the_top_of_the_repository(tmp_path: Path) -> None:
    """GitHub finds the line also where the assignment has a folder of its own."""
    shutil.copytree(CLASS / "raises" / "tensors", tmp_path / "work" / "tensors")
    words = ("--checks", "all", "--assignment", "tensors")
    lines = run(tmp_path, "raises", *words).stdout.splitlines()
    assert any(line.startswith("::error file=tensors/tensors.py,line=") for line in lines)


@pytest.mark.level_a
def test_wrong_work_may_end_with_0(tmp_path: Path) -> None:
    """With --no-fail the exit code says only whether there is a result."""
    assert run(tmp_path, "adds", "--no-fail").returncode == 0
    assert outputs(tmp_path)["status"] == "fail"


def test_nothing_handed_in_ends_with_1_and_says_what_was_expected(tmp_path: Path) -> None:
    """An empty repository is not right, and nothing failed either."""
    (tmp_path / "work").mkdir()
    ended = run(tmp_path, "", "--to", "results")
    assert (ended.returncode, outputs(tmp_path)) == (1, {"status": "fail"})
    assert "Nothing is handed in: expected tensors.py." in ended.stdout


@pytest.mark.level_a
def test_classroom50_gets_its_files_and_a_0(tmp_path: Path) -> None:
    """result.json and release-body.md are where its grader ends, also for wrong work."""
    ended = run(tmp_path, "adds", "--checks", "all", "--classroom50", variables=CLASSROOM)
    assert ended.returncode == 0, ended.stderr
    content = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (content["schema"], content["owner"]) == ("classroom50/result/v1", "ana")
    assert 0 < content["score"] < content["max-score"]
    assert "# Autograding" in (tmp_path / "release-body.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------- faults are not the student's


def assert_no_mark(folder: Path, ended: Ended, code: int) -> None:
    """Check that a run that failed says so everywhere, and has no points anywhere."""
    assert ended.returncode == code, ended.stderr
    found = outputs(folder)
    assert found["status"] == "error"
    assert {"points", "max-points"} & found.keys() == set()
    assert (found["result"]["status"], found["result"]["tests"]) == ("error", [])
    assert cases(folder) == {"failures": 0, "errors": 1}
    assert "a fault that is not yours" in (folder / "summary").read_text(encoding="utf-8")
    assert not (folder / "result.json").exists()


@pytest.mark.parametrize("options", [(), ("--classroom50",)])
def test_a_machine_without_a_sandbox_is_no_wrong_answer(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    """Where no level can be reached the run ends with 4, and the work is not judged."""
    (tmp_path / "result.json").write_text("{}", encoding="utf-8")  # of an earlier run
    without = (sys.executable, "-m", "tests.support.without", NO_NAMESPACES, NO_LANDLOCK, "--")
    variables = {**CLASSROOM, "PYTHONPATH": environment()["PYTHONPATH"]}
    if not options:
        (tmp_path / "result.json").unlink()
    words = ("--to", "results", *options)
    ended = run(tmp_path, "right", *words, variables=variables, within=without)
    assert_no_mark(tmp_path, ended, 4)


def test_a_mistake_of_the_course_is_no_wrong_answer(tmp_path: Path) -> None:
    """A course that cannot be read ends with 2."""
    course = tmp_path / "course"
    shutil.copytree(TINY, course)
    (course / "grading.yml").write_text("total: [", encoding="utf-8")
    assert_no_mark(tmp_path, run(tmp_path, "right", "--to", "results", course=course), 2)


@pytest.mark.level_a
def test_a_grader_that_fails_is_no_wrong_answer(tmp_path: Path) -> None:
    """A fault in a check ends with 3: the student's points are not known."""
    course = tmp_path / "course"
    shutil.copytree(TINY, course)
    check = course / "assignments" / "tensors" / "graders" / "test_tensors.py"
    text = check.read_text(encoding="utf-8")
    fault = "\n\n@pytest.mark.criterion('code.double')\ndef test_fault(submission):\n    1 / 0\n"
    check.write_text(text + fault, encoding="utf-8")
    words = ("--to", "results", "--checks", "all", "--assignment", "tensors")
    ended = run(tmp_path, "right", *words, course=course)
    assert ended.returncode in (2, 3), ended.stderr
    assert outputs(tmp_path)["status"] == "error"
    assert cases(tmp_path)["errors"] > 0
    assert cases(tmp_path)["failures"] == 0


def test_a_full_disk_is_no_wrong_answer(tmp_path: Path) -> None:
    """Where results cannot be written the run ends with 4."""
    (tmp_path / "work").mkdir()
    ended = run(tmp_path, "", variables={"GITHUB_OUTPUT": "/dev/full"})
    assert (ended.returncode, "/dev/full: No space left" in ended.stderr) == (4, True)


def test_a_variable_that_is_missing_is_said_before_anything_is_graded(tmp_path: Path) -> None:
    """Without the variables of a grader of Classroom 50 the run ends with 2."""
    missing = {name: value for name, value in CLASSROOM.items() if name != "COMMIT_URL"}
    ended = run(tmp_path, "right", "--classroom50", variables=missing)
    assert (ended.returncode, "COMMIT_URL not set" in ended.stderr) == (2, True)


@pytest.mark.level_a
def test_the_repository_of_a_student_configures_nothing(tmp_path: Path) -> None:
    """Modules at the top of a checkout are not those of the harness."""
    shutil.copytree(CLASS / "right" / "tensors", tmp_path / "work")
    (tmp_path / "work" / "torch.py").write_text("raise SystemExit(9)", encoding="utf-8")
    (tmp_path / "work" / "conftest.py").write_text("raise SystemExit(9)", encoding="utf-8")
    assert run(tmp_path, "right", "--assignment", "tensors").returncode == 0

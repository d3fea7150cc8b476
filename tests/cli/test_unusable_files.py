"""Faults in files: graders with bugs, damaged results, odd things in OUT, and a clock that runs
back.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.command_line import (
    CLASS,
    REPOSITORY,
    TINY,
    Ended,
    autograder,
    checks,
    grade,
    graded_class,
    result,
    written,
)

GRADER = "course/assignments/tensors/graders/test_tensors.py"


def course_with(folder: Path, *edits: tuple[str, str]) -> Path:
    """Return a copy of the tiny course in which words of its grader are replaced."""
    shutil.copytree(TINY, folder / "course")
    text = (folder / GRADER).read_text()
    for words, others in edits:
        assert words in text
        text = text.replace(words, others)
    (folder / GRADER).write_text(text)
    return folder / "course"


def copy_of_class(folder: Path) -> Path:
    """Return a copy of the OUT into which the class was graded."""
    return Path(shutil.copytree(graded_class()[1], folder / "out"))


# ---------------------------------------------------------------- the course


def test_a_grader_that_ends_the_process_when_imported_is_named(tmp_path: Path) -> None:
    """sys.exit in a grader stops the run with file and line, and does not pass for success."""
    course = course_with(tmp_path, ("import probes\n", "import probes\n\nraise SystemExit(0)\n"))
    ended = grade(CLASS, tmp_path / "out", course=course)
    line = f"{tmp_path / GRADER}:7: cannot be collected: SystemExit: 0\n"
    assert (ended.returncode, ended.stderr) == (2, line)


def test_a_fixture_that_raises_is_never_scored_and_nothing_that_rests_on_it(tmp_path: Path) -> None:
    """What a broken fixture kept from being checked is undecided, as is what requires it; the rest
    counts.
    """
    fixture = (
        "@pytest.fixture\ndef reference():\n"
        '    raise FileNotFoundError("reference.pt")\n\n\ndef expect_number'
    )
    course = course_with(
        tmp_path,
        ("def expect_number", fixture),
        ("def test_total(", "def test_total(reference: None, "),
    )
    ended = grade(CLASS, tmp_path / "out", "--student", "right", "--jobs", "1", course=course)
    content = result(tmp_path / "out", "right")
    assert (ended.returncode, content["status"]) == (3, "needs_review")
    assert [criterion["earned"] for criterion in content["criteria"]] == [4, None, None]
    assert "reference.pt" in checks(content)["test_total"]["evidence"]


def test_a_solution_that_is_missing_is_named(tmp_path: Path) -> None:
    """verify says which file it needs; exit code 2."""
    course = course_with(tmp_path)
    shutil.rmtree(course / "solutions")
    ended = autograder("verify", "--course", course)
    line = f"{course}/solutions/tensors/tensors.py: no such file; verify needs it\n"
    assert (ended.returncode, ended.stderr) == (2, line)


def test_judges_that_die_one_after_the_other_do_not_stop_the_run(tmp_path: Path) -> None:
    """Who is lost twice is set aside for review, everybody else is graded, and all have their
    reports.
    """
    die = "import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n    x = torch.randn(6)"
    course = course_with(tmp_path, ("x = torch.randn(6)", die))
    students = ("adds", "begins", "detaches", "right")
    chosen = [option for student in students for option in ("--student", student)]
    tensors = ("--assignment", "tensors", "--jobs", "2")
    ended = grade(CLASS, tmp_path / "out", *tensors, *chosen, course=course)
    assert (ended.returncode, ended.stderr) == (3, "")
    sheets = [result(tmp_path / "out", student) for student in students]
    assert {sheet["status"] for sheet in sheets} == {"needs_review"}
    assert {criterion["earned"] for sheet in sheets for criterion in sheet["criteria"]} == {None}
    evidence = "lost twice, the second time alone: the judge process died"
    assert {finding["evidence"] for sheet in sheets for finding in sheet["findings"]} == {evidence}
    assert {path.stem for path in (tmp_path / "out" / "reports").iterdir()} == set(students)


def test_a_judge_that_never_comes_back_from_c_code_is_killed(tmp_path: Path) -> None:
    """No timer reaches it there: the kernel ends it, its hand-in is set aside, and the next one is
    graded.
    """
    stuck = "if submission.student == 'adds':\n        sum(range(10**12))\n    x = torch.randn(6)"
    course = course_with(tmp_path, ("x = torch.randn(6)", stuck))
    rubric = course / "grading.yml"
    rubric.write_text(
        rubric.read_text().replace("memory: 256 MiB", "memory: 256 MiB\n      reserve: 1 s")
    )
    students = ("--student", "adds", "--student", "right", "--assignment", "tensors")
    ended = grade(CLASS, tmp_path / "out", "--jobs", "1", *students, course=course)
    assert (ended.returncode, ended.stderr) == (3, "")
    assert result(tmp_path / "out", "adds")["status"] == "needs_review"
    assert result(tmp_path / "out", "right")["earned"] == 10


# ---------------------------------------------------------------- OUT


def damage(out: Path) -> None:
    """Do to each student's result what can happen to a file."""
    file = {path.parent.name: path for path in out.glob("results/*/tensors.json")}
    file["adds"].write_text(file["adds"].read_text()[:100])
    file["begins"].write_bytes(os.urandom(3000))
    file["detaches"].write_text(
        file["detaches"].read_text().replace('"status": "graded"', '"status": 3')
    )
    os.truncate(file["endless"], 100 << 20)
    forged, hungry = file["forges"].read_text(), file["hungry"].read_text()
    file["forges"].write_text(hungry)
    file["hungry"].write_text(forged)
    file["leaves"].unlink()
    file["leaves"].symlink_to(file["right"])
    file["miscounts"].write_text("[" * 100_000)
    file["misspells"].write_text("")
    file["mistypes"].unlink()
    os.mkfifo(file["mistypes"])
    more = file["quits"].read_text().replace('"earned_exact": "4"', '"earned_exact": "400"')
    file["quits"].write_text(more)
    (out / "results/nobody/tensors.json").mkdir(parents=True)


DAMAGED = 11  # students


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """Damage the results of a graded class, each in its own way, and grade it again."""
    folder = tmp_path_factory.mktemp("damaged")
    out = copy_of_class(folder)
    damage(out)
    (out / "scores.csv").unlink()
    (out / "scores.csv").symlink_to(folder / "elsewhere.csv")
    return grade(CLASS, out, "--jobs", "2"), out


def test_damaged_results_are_graded_again(damaged: tuple[Ended, Path]) -> None:
    """Cut, garbled, swapped, forged, linked, endless or empty: none counts, and all marks are as
    before.
    """
    ended, out = damaged
    assert ended.returncode == 0
    assert len(re.findall(r"tensors: .+\d s\)$", ended.stdout, re.MULTILINE)) == DAMAGED
    assert written(out) == written(graded_class()[1])


def test_what_is_no_result_is_named(damaged: tuple[Ended, Path]) -> None:
    """A folder in the place of somebody's result is said to be none, and does not stop the run."""
    ended, out = damaged
    assert f"{out}/results/nobody/tensors.json: not a regular file; grade it again" in ended.stdout
    assert ended.stderr == ""


def test_a_link_among_the_reports_is_replaced_not_followed(damaged: tuple[Ended, Path]) -> None:
    """Nothing is written where a link in the place of a file leads."""
    _, out = damaged
    assert not (out / "scores.csv").is_symlink()
    assert not (out.parent / "elsewhere.csv").exists()


def test_a_folder_in_the_way_of_a_result_is_named(tmp_path: Path) -> None:
    """Where a result cannot be written the run stops with the path: exit code 4."""
    (tmp_path / "results/right/tensors.json").mkdir(parents=True)
    ended = grade(CLASS, tmp_path, "--student", "right")
    line = f"{tmp_path}/results/right/tensors.json: Is a directory; what was finished is kept\n"
    assert (ended.returncode, ended.stderr) == (4, line)


@pytest.mark.parametrize("name", ["results/right", ".lock"])
def test_a_link_in_out_leads_nobody_elsewhere(tmp_path: Path, name: str) -> None:
    """A link where a folder of results, or the lock, should be: nothing is written through it, exit
    code 4.
    """
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "folder").mkdir(parents=True)
    (elsewhere / "file").write_text("mine")
    link = tmp_path / "out" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere / ("file" if name == ".lock" else "folder"))
    ended = grade(CLASS, tmp_path / "out", "--student", "right")
    assert ended.returncode == 4
    assert ended.stderr.startswith(str(tmp_path / "out"))
    assert ended.stderr.count("\n") == 1
    assert (list((elsewhere / "folder").iterdir()), (elsewhere / "file").read_text()) == (
        [],
        "mine",
    )


# ---------------------------------------------------------------- the clock

RUNS_BACK = """
import itertools, sys, time
began, looks = time.time(), itertools.count()
time.time = lambda: began - 3600 * next(looks)
from autograder.cli import run
del sys.argv[1:4]  # python -m autograder
run()
"""


@pytest.mark.level_a
def test_a_clock_that_is_set_back_changes_nothing(tmp_path: Path) -> None:
    """Where each look at the clock shows an hour less, limits, marks and files are as ever."""
    seed = ("--seed", "7")
    ended = grade(CLASS, tmp_path, *seed, "--jobs", "2", within=(sys.executable, "-c", RUNS_BACK))
    assert ended.returncode == 0, ended.stderr
    assert written(tmp_path) == written(graded_class(*seed)[1])


def test_the_times_of_files_mean_nothing(tmp_path: Path) -> None:
    """Results from the far past and the future stand: what counts is what they were made from."""
    out = copy_of_class(tmp_path)
    for path, year in zip(sorted(out.rglob("*")), itertools.cycle((1975, 2099)), strict=False):
        os.utime(path, ((year - 1970) * 31_556_952,) * 2)
    ended = grade(CLASS, out, "--jobs", "1")
    assert (ended.returncode, ended.stdout.count("(as before)")) == (
        0,
        len(list(out.glob("results/*/*.json"))),
    )
    assert written(out) == written(graded_class()[1])


def test_no_deadline_looks_at_the_clock_on_the_wall() -> None:
    """Only what people or other systems read asks what time it is, and what compares the times of
    files: the index, the store, the watch. Every limit is monotonic.
    """
    asks = re.compile(
        r"\btime\.(?:time|time_ns|localtime|gmtime|ctime|strftime)\b|\.(?:utc)?now\(|_REALTIME"
    )
    files = [
        *(REPOSITORY / "autograder").rglob("*.py"),
        *(REPOSITORY / "assignments").rglob("*.py"),
    ]
    asking = {path.name for path in files if asks.search(path.read_text(encoding="utf-8"))}
    assert asking == {
        "ags_token.py",
        "class_grades.py",
        "check.py",
        "check_magic.py",
        "dispatcher.py",
        "index.py",
        "log.py",
        "outputs.py",
        "publish.py",
        "run_metadata.py",
        "runners.py",
        "scores.py",
        "store.py",
        "watcher.py",
    }

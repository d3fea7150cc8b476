"""What `grade` writes, what it takes over from an earlier run, and what it says about input that is
no good.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import (
    CLASS,
    TINY,
    Ended,
    grade,
    graded_class,
    result,
    written,
)
from tests.support.places import CASES

RIGHT = CLASS / "right" / "tensors" / "tensors.py"
STUDENTS = sorted(folder.name for folder in CLASS.iterdir())
MARKS = {"raises": 7, "right": 10, "mistypes": 0, "miscounts": 4}
BROKEN_COURSES = {
    "points_not_positive": "grading.yml:13: performance.add: points must be positive, got -6",
    "syntax_error": "grading.yml:",
}


def hand_in(folder: Path, student: str, source: Path = RIGHT, assignment: str = "tensors") -> Path:
    """Make a student's folder for an assignment, with a copy of a file in it, and return it."""
    own = folder / student / assignment
    own.mkdir(parents=True)
    shutil.copy(source, own)
    return own


def total_by_student(out: Path) -> dict[str, str]:
    """Return the column `total` of scores.csv, by student."""
    with (out / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row["total"] for row in csv.DictReader(file)}


# ---------------------------------------------------------------- what it writes


def test_a_class_is_graded_into_its_files() -> None:
    """Each student has results, a final grade, a report and one for staff; the class has a table
    and a page.
    """
    ended, out = graded_class()
    assert (ended.returncode, ended.stderr) == (0, "")
    of_the_class = {"scores.csv", "index.html"}
    of_students = {f"{kind}/{s}.html" for kind in ("reports", "staff") for s in STUDENTS}
    for kind in ("final_grades", "attempts"):
        of_students |= {f"{kind}/{s}.json" for s in STUDENTS}
    results = {f"results/{s}/tensors.json" for s in STUDENTS}
    works_of_right = {"results/right/essay.json", "results/right/poster.json"}
    assert set(written(out)) == of_the_class | of_students | results | works_of_right


def test_the_table_holds_the_marks() -> None:
    """scores.csv has a line per student, with the total of the result files."""
    _, out = graded_class()
    totals = total_by_student(out)
    assert sorted(totals) == STUDENTS
    assert {student: float(totals[student]) for student in MARKS} == MARKS


def test_two_runs_give_the_same_bytes() -> None:
    """A fresh run over the same class and seed writes the same bytes, with however many jobs."""
    _, first = graded_class("--seed", "7")
    _, second = graded_class("--seed", "7", "--jobs", "1")
    assert written(first) == written(second)


def test_another_seed_gives_the_same_marks() -> None:
    """Other random inputs and another language judge the same code alike."""
    _, spanish = graded_class()
    _, english = graded_class("--lang", "en", "--seed", "7")
    assert total_by_student(spanish) == total_by_student(english)


def test_a_run_draws_a_seed_that_only_its_owner_reads() -> None:
    """Without `--seed` OUT keeps 128 random bits, which each result records."""
    _, out = graded_class()
    seed = (out / "seed").read_text(encoding="ascii").strip()
    assert int(seed, 0) > 1 << 64
    assert result(out, "right")["seed"] == seed
    assert (out / "seed").stat().st_mode & 0o777 == 0o600


def test_two_runs_draw_different_seeds() -> None:
    """Who knows the seed of one run cannot foretell the inputs of another."""
    _, first = graded_class()
    _, second = graded_class("--jobs", "1")
    assert result(first, "right")["seed"] != result(second, "right")["seed"]


def test_a_seed_that_is_replayed_is_not_kept() -> None:
    """A later run into the same folder does not grade by a seed that may be known."""
    _, out = graded_class("--lang", "en", "--seed", "7")
    assert not (out / "seed").exists()


@pytest.mark.parametrize("seed", ["-1", "five", "0x1" + 32 * "0"])
def test_a_seed_that_is_none_is_refused(tmp_path: Path, seed: str) -> None:
    """The error says which numbers are seeds."""
    ended = grade(CLASS, tmp_path / "out", f"--seed={seed}")
    assert ended.returncode == 2
    assert "is not a number from 0 to 2^128 - 1, in decimal or hex" in ended.stderr


def test_the_seed_and_the_language_are_recorded() -> None:
    """A result says by which seed its inputs were drawn and in which language it speaks."""
    _, out = graded_class("--lang", "en", "--seed", "7")
    content = result(out, "right")
    assert (content["seed"], content["lang"]) == ("0x7", "en")


@pytest.mark.parametrize(
    ("options", "title"),
    [((), "Resultados de la clase"), (("--lang", "en", "--seed", "7"), "Class results")],
)
def test_the_page_of_the_class_is_in_the_language_of_the_run(
    options: tuple[str, ...], title: str
) -> None:
    """`--lang` holds for the page of the class as for those of students."""
    _, out = graded_class(*options)
    assert f"<h1>{title}</h1>" in (out / "index.html").read_text(encoding="utf-8")


def test_pages_for_staff_lead_to_each_other_and_to_the_class() -> None:
    """Staff page through the class in its order; a student's own page names nobody else."""
    _, out = graded_class()
    first, second = STUDENTS[:2]
    html = (out / "staff" / f"{first}.html").read_text(encoding="utf-8")
    assert f'<a rel="next" href="{second}.html">' in html
    assert 'href="../index.html"' in html
    assert 'rel="prev"' not in html
    assert f"{second}.html" not in (out / "reports" / f"{first}.html").read_text(encoding="utf-8")


# ---------------------------------------------------------------- again


@pytest.fixture
def graded_before(tmp_path: Path) -> Path:
    """Return a folder with `class`, and `out` as an earlier run left it."""
    shutil.copytree(CLASS, tmp_path / "class")
    shutil.copytree(graded_class()[1], tmp_path / "out")
    return tmp_path


def test_a_second_run_grades_nothing_again(graded_before: Path) -> None:
    """Results over the same files stand: they are named as before, and not even written again."""
    results = sorted((graded_before / "out" / "results").glob("*/*.json"))
    times = [path.stat().st_mtime_ns for path in results]
    ended = grade(graded_before / "class", graded_before / "out")
    assert ended.returncode == 0
    assert ended.stdout.count("(as before)") == len(results)
    assert [path.stat().st_mtime_ns for path in results] == times
    assert written(graded_before / "out") == written(graded_class()[1])


def test_an_edited_submission_alone_is_graded_again(graded_before: Path) -> None:
    """Who hands in another file gets another mark; everybody else's result stands."""
    shutil.copy(RIGHT, graded_before / "class" / "adds" / "tensors")
    ended = grade(graded_before / "class", graded_before / "out")
    again = [
        line
        for line in ended.stdout.splitlines()
        if " tensors: " in line and "as before" not in line
    ]
    assert len(again) == 1
    assert "adds tensors: 10 of 10" in again[0]
    assert result(graded_before / "out", "adds")["earned"] == 10


def test_a_damaged_result_is_graded_again(graded_before: Path) -> None:
    """A result file that is cut short counts as absent."""
    path = graded_before / "out" / "results" / "right" / "tensors.json"
    path.write_bytes(path.read_bytes()[:100])
    ended = grade(graded_before / "class", graded_before / "out", "--student", "right")
    assert ended.returncode == 0
    assert written(graded_before / "out") == written(graded_class()[1])


def test_a_result_of_a_weaker_sandbox_does_not_stand(graded_before: Path) -> None:
    """What was graded at level B is graded again where the assignment asks for A and nothing else
    is allowed.
    """
    path = graded_before / "out" / "results" / "right" / "tensors.json"
    path.write_text(path.read_text().replace('"level": "A"', '"level": "B"'))
    ended = grade(graded_before / "class", graded_before / "out", "--student", "right")
    assert ended.returncode == 0
    assert written(graded_before / "out") == written(graded_class()[1])


def test_what_a_killed_run_left_unfinished_is_swept_away(graded_before: Path) -> None:
    """A half-written file of an earlier run is gone after the next one."""
    leftover = graded_before / "out" / "results" / "right" / ".tensors.json.4711.unfinished"
    leftover.write_text('{"schema": 1, ')
    assert (
        grade(graded_before / "class", graded_before / "out", "--student", "right").returncode == 0
    )
    assert not leftover.exists()


# ---------------------------------------------------------------- a part of it


def test_one_student_and_one_assignment_can_be_chosen(tmp_path: Path) -> None:
    """--student and --assignment leave everything else alone."""
    ended = grade(
        CLASS, tmp_path, "--student", "right", "--student", "raises", "--assignment", "tensors"
    )
    assert ended.returncode == 0
    results = {name for name in written(tmp_path) if name.startswith("results/")}
    assert results == {"results/right/tensors.json", "results/raises/tensors.json"}


def test_a_single_folder_is_one_students_hand_in(tmp_path: Path) -> None:
    """A folder that holds an assignment's file is graded for the student who is named."""
    ended = grade(RIGHT.parent, tmp_path, "--assignment", "tensors", "--student", "ana")
    assert ended.returncode == 0
    assert result(tmp_path, "ana")["earned"] == 10


def test_a_single_file_is_one_students_hand_in(tmp_path: Path) -> None:
    """A file of any name is graded for one assignment; its student is called as the file is."""
    shutil.copy(RIGHT, tmp_path / "ana.py")
    ended = grade(tmp_path / "ana.py", tmp_path / "out", "--assignment", "tensors")
    assert ended.returncode == 0
    assert result(tmp_path / "out", "ana")["earned"] == 10


# ---------------------------------------------------------------- input that is no good


@pytest.fixture(scope="module")
def bad_inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """Grade a class in which only `right` is in order."""
    folder = tmp_path_factory.mktemp("bad")
    hand_in(folder / "class", "right")
    misnamed = hand_in(folder / "class", "misnamed")
    misnamed.joinpath("tensors.py").rename(misnamed / "tensors.txt")
    hand_in(folder / "class", "empty").joinpath("tensors.py").write_bytes(b" \n")
    hand_in(folder / "class", "latin").joinpath("tensors.py").write_bytes("# año".encode("latin-1"))
    (folder / "class/folder/tensors/tensors.py").mkdir(parents=True)
    (folder / "class/link/tensors").mkdir(parents=True)
    (folder / "class/link/tensors/tensors.py").symlink_to("/etc/passwd")
    with hand_in(folder / "class", "large").joinpath("tensors.py").open("wb") as sparse:
        sparse.truncate(1 << 30)
    hand_in(folder / "class", "lost", assignment="tensor")
    hand_in(folder / "class", "Eva")
    hand_in(folder / "class", "eva")
    hand_in(folder / "class", "\x1b[2J")
    (folder / "class/linked").symlink_to(folder / "class/right")
    (folder / "class/notes.txt").write_text("not a folder")
    out = folder / "out"
    return grade(folder / "class", out, "--lang", "en"), out


FINDINGS = {
    "misnamed": "The file tensors.py is missing.",
    "empty": "The file tensors.py is empty.",
    "latin": "tensors.py is not UTF-8 (byte 3).",
    "folder": "tensors.py is a folder; a file was expected.",
    "link": "tensors.py is a link; hand in the file itself.",
    "large": "tensors.py has 1024.0 MiB; the most is 65536 B.",
}
COMPLAINTS = (
    "class/lost/tensor: no assignment 'tensor' in the course; expected one of "
    "tensors, essay, poster",
    "class: duplicate student 'Eva', 'eva': the same name twice; rename one",
    "class/\\x1b[2J: not a usable name; at most 200 printable bytes",
    "class/linked: a link; expected the folder of a student itself",
    "class/notes.txt: a file; expected the folder of a student",
)


@pytest.mark.parametrize("student", FINDINGS)
def test_an_unusable_file_is_one_clear_line(bad_inputs: tuple[Ended, Path], student: str) -> None:
    """A file that cannot be graded earns nothing, and the result and the terminal say why in one
    line.
    """
    ended, out = bad_inputs
    content = result(out, student)
    assert [finding["message"] for finding in content["findings"]] == [FINDINGS[student]]
    assert content["earned"] == 0
    assert f"    {FINDINGS[student]}\n" in ended.stdout


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_an_unusable_folder_is_one_clear_line(
    bad_inputs: tuple[Ended, Path], complaint: str
) -> None:
    """What is no hand-in is listed with its path, and with what was expected."""
    ended, _ = bad_inputs
    assert [line for line in ended.stdout.splitlines() if line.endswith(complaint)] != []


def test_the_rest_of_a_bad_class_is_graded(bad_inputs: tuple[Ended, Path]) -> None:
    """Whoever handed in properly is graded beside the others; the exit code says that something was
    unusable.
    """
    ended, out = bad_inputs
    assert result(out, "right")["earned"] == 10
    assert ended.returncode == 1
    assert "Traceback" not in ended.stdout + ended.stderr
    assert sorted(p.name for p in (out / "results").iterdir()) == sorted([*FINDINGS, "right"])


def test_an_empty_class_is_one_clear_line(tmp_path: Path) -> None:
    """A folder without submissions says what it should look like."""
    (tmp_path / "class").mkdir()
    ended = grade(tmp_path / "class", tmp_path / "out")
    assert ended.returncode == 1
    assert "class: no submissions; expected <student>/<assignment>/<files>" in ended.stdout
    assert ended.stdout.startswith("nothing is graded yet\n")  # and no table of nobody


def test_a_student_who_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    """--student names somebody of the class, and stops the run before anything is written."""
    ended = grade(CLASS, tmp_path / "out", "--student", "nobody")
    assert ended.returncode == 2
    assert ended.stderr.endswith("class: no student 'nobody'\n")
    assert not (tmp_path / "out").exists()


def test_an_assignment_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    """--assignment names one of the course, and a slip of the pen is recognised."""
    ended = grade(CLASS, tmp_path, "--assignment", "tensor")
    assert ended.returncode == 2
    assert ended.stderr == (
        "tensor: no such assignment; the course has tensors, essay, poster; did you "
        "mean 'tensors'?\n"
    )


def test_a_class_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    """SUBMITTED exists."""
    ended = grade(tmp_path / "nowhere", tmp_path / "out")
    assert ended.returncode == 2
    assert "nowhere' does not exist" in ended.stderr


@pytest.mark.parametrize("name", BROKEN_COURSES)
def test_a_broken_course_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    """A mistake in grading.yml stops the run before anything is written."""
    ended = grade(CLASS, tmp_path / "out", course=CASES / "courses" / name)
    assert ended.returncode == 2
    assert ended.stderr.startswith(BROKEN_COURSES[name])
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- graders with faults


@pytest.fixture(scope="module")
def faulty_graders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """Grade a class, without a solution, by a check that raises on None and is killed on 13."""
    folder = tmp_path_factory.mktemp("faulty")
    shutil.copytree(TINY, folder / "course", ignore=shutil.ignore_patterns("solutions"))
    grader = folder / "course/assignments/tensors/graders/test_tensors.py"
    text = grader.read_text().replace("import probes", "import os, signal\n\nimport probes")
    sound = (
        '    expect_number(submission.call("total", x), x.sum().item(), "wrong_total", len(x))\n'
    )
    faulty = """    got = submission.call("total", x)
    if got + 0 == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    expect_number(got, x.sum().item(), "wrong_total", len(x))
"""
    assert sound in text
    grader.write_text(text.replace(sound, faulty))
    hand_in(folder / "class", "right")
    for student, answer in (("trips", "None"), ("kills", "13")):
        file = hand_in(folder / "class", student) / "tensors.py"
        file.write_text(file.read_text().replace("return x.sum().item()", f"return {answer}"))
    out = folder / "out"
    return grade(folder / "class", out, "--jobs", "2", course=folder / "course"), out


def test_a_graders_bug_is_never_scored(faulty_graders: tuple[Ended, Path]) -> None:
    """Where a check itself fails, its criterion has no points at all, staff read why, and a person
    has to look.
    """
    _, out = faulty_graders
    content = result(out, "trips")
    earned = {criterion["id"]: criterion["earned"] for criterion in content["criteria"]}
    assert content["status"] == "needs_review"
    assert (earned["code.double"], earned["code.total"]) == (4, None)
    total = next(c for c in content["criteria"] if c["id"] == "code.total")["checks"][0]
    assert total["outcome"] == "grader_error"
    assert total["message"].startswith("No pudimos comprobarlo por un fallo nuestro.")
    assert "TypeError" in total["evidence"]


def test_a_judge_that_dies_costs_only_its_own_submission(
    faulty_graders: tuple[Ended, Path],
) -> None:
    """The submission whose judge died is for review, without a point decided; the others are
    graded.
    """
    _, out = faulty_graders
    content = result(out, "kills")
    assert content["status"] == "needs_review"
    assert {criterion["earned"] for criterion in content["criteria"]} == {None}
    assert result(out, "right")["earned"] == 10


def test_a_fault_of_ours_shows_in_the_exit_code(faulty_graders: tuple[Ended, Path]) -> None:
    """Exit code 3 says that something needs review, and the terminal says whose it is."""
    ended, _ = faulty_graders
    assert ended.returncode == 3
    for student in ("trips", "kills"):
        assert any(
            f"{student} tensors:" in line and "needs review" in line
            for line in ended.stdout.splitlines()
        )


def test_a_grader_that_cannot_be_collected_is_named(tmp_path: Path) -> None:
    """A grader that does not import stops the run with its file and line."""
    shutil.copytree(TINY, tmp_path / "course")
    grader = tmp_path / "course/assignments/tensors/graders/test_tensors.py"
    grader.write_text(grader.read_text().replace("import probes", "import prob"))
    ended = grade(CLASS, tmp_path / "out", course=tmp_path / "course")
    assert ended.returncode == 2
    assert (
        ended.stderr
        == f"{grader}:5: cannot be collected: ModuleNotFoundError: No module named 'prob'\n"
    )

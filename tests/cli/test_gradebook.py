"""`autograder gradebook sync`: from a graded class into a gradebook, and from formgrader into the
report.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.results import from_json, to_json
from tests.support.command_line import REPOSITORY, Ended, autograder, grade
from tests.support.gradebooks import ask, give, scores, sheet, sqlite, synced
from tests.support.places import CASES

FORM = CASES / "form_course"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the forms of a class, graded; no test changes it."""
    folder = tmp_path_factory.mktemp("graded")
    shutil.copytree(FORM / "submitted", folder / "submitted")
    assert grade(folder / "submitted", folder / "out", course=FORM).returncode == 0
    return folder


@pytest.fixture
def folder(graded: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, which a test may change."""
    return Path(shutil.copytree(graded, tmp_path / "class"))


def sync(folder: Path, *options: object) -> Ended:
    """Run `autograder gradebook sync` in a folder."""
    return autograder(
        "gradebook", "sync", "submitted", "--out", "out", "--course", FORM, *options, folder=folder
    )


def test_a_mark_of_formgrader_reaches_the_report(folder: Path) -> None:
    """Scores go in; a mark from formgrader comes out, and the next `grade` reports it."""
    ended = sync(folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "form: made the assignment, its notebook",
        "ada: form: added",
        "bea: form: added",
        "formgrader shows only what nbgrader has files of: see docs/how-to/sync-the-gradebook.md",
        "2 submissions, 2 changed",
    ]
    give(sqlite(folder), "form-style", 1.5, "Short, and clear.")
    ended = sync(folder)
    taken = "ada: form.style: 1.5 of 2 (formgrader: Short, and clear.): now in submitted/marks.yml"
    assert (ended.returncode, ended.stdout.splitlines()) == (
        0,
        [taken, "2 submissions, nothing changed"],
    )
    assert grade(folder / "submitted", folder / "out", course=FORM).returncode == 0
    final_grade = json.loads(
        (folder / "out" / "final_grades" / "ada.json").read_text(encoding="utf-8")
    )
    (style,) = [
        criterion for criterion in final_grade["criteria"] if criterion["id"] == "form.style"
    ]
    assert (style["earned"], style["mark"]) == (
        1.5,
        {"author": "formgrader", "reason": "Short, and clear.", "overrules": []},
    )


def test_what_a_person_has_to_settle_is_told(folder: Path) -> None:
    """Two decisions that differ are a line on stderr, and exit code 1; both stay."""
    synced(sqlite(folder), sheet())
    give(sqlite(folder), "form-style", 1)
    marks = "ada: {criteria: {form.style: {points: 2, author: Marta Ruiz, reason: Clear.}}}\n"
    (folder / "submitted" / "marks.yml").write_text(marks, encoding="utf-8")
    ended = sync(folder)
    assert ended.returncode == 1
    assert "ada: form.style: 1 in formgrader, 2 of Marta Ruiz in marks.yml" in ended.stderr
    assert scores(sqlite(folder))["form-style"] == (2.0, 1.0, False)
    assert (folder / "submitted" / "marks.yml").read_text(encoding="utf-8") == marks


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (
            ["--db", "gradebook.db"],
            2,
            "gradebook.db: no database URL; expected one such as sqlite:///gradebook.db",
        ),
        (
            ["--db", "postgresql://me:secret@127.0.0.1:1/x"],
            4,
            "postgresql://me:***@127.0.0.1:1/x: connection failed",
        ),
        (["--out", "."], 2, ".: no results of this course; run `autograder grade`"),
    ],
    ids=["no URL", "no server", "no results"],
)
def test_what_cannot_be_done_is_a_line(
    graded: Path, options: list[str], code: int, said: str
) -> None:
    """The message says what and what to do, never a traceback or a password."""
    ended = sync(graded, *options)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.startswith(said)
    assert ended.stderr.count("\n") == 1


COMMENTS = """
    select distinct c.auto_comment from comment c
    join submitted_notebook n on n.id = c.notebook_id
    join submitted_assignment a on a.id = n.assignment_id
    where a.student_id = 'ada'
"""


def test_results_of_earlier_graders_are_written_and_say_so(folder: Path) -> None:
    """A result that was made on another Python counts; its comments say so, and the exit code."""
    file = folder / "out" / "results" / "ada" / "form.json"
    made = from_json(file.read_text(encoding="utf-8"))
    file.write_text(
        to_json(replace(made, basis=replace(made.basis, python="3.0"))), encoding="utf-8"
    )
    ended = sync(folder)
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (1, "2 submissions, 2 changed")
    assert ended.stderr == "graded by earlier graders: 1 of 2 results; grade the class again\n"
    assert all(
        "Calificado por evaluadores anteriores." in str(comment)
        for (comment,) in ask(sqlite(folder), COMMENTS)
    )


def test_a_hand_in_without_a_result_is_no_zero(folder: Path) -> None:
    """What was handed in and not graded waits in the gradebook, and the sync names it."""
    (folder / "out" / "results" / "ada" / "form.json").unlink()
    ended = sync(folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "handed in, not graded yet: 1 (ada: form)\n" in ended.stdout
    assert set(scores(sqlite(folder)).values()) == {(None, None, True)}
    assert all(
        "Entregado, aún sin calificar." in str(comment)
        for (comment,) in ask(sqlite(folder), COMMENTS)
    )


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Code of Python about the command line, in a process of its own."""
    words = [sys.executable, "-c", f"import sys; {code}", *map(str, arguments)]
    return subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_without_nbgrader_it_says_what_to_install(graded: Path) -> None:
    """Where the extra is not installed the message is the command that installs it."""
    hidden = "sys.modules['nbgrader'] = None; from autograder.cli import run; run()"
    ended = python(
        hidden, "gradebook", "sync", graded / "submitted", "--out", graded / "out", "--course", FORM
    )
    assert (ended.returncode, ended.stderr) == (
        4,
        "nbgrader is not installed; pip install 'dl-course-autograder[nbgrader]'\n",
    )


def test_only_what_needs_nbgrader_imports_it(folder: Path) -> None:
    """Its hundred packages take two seconds: help and grading do without them."""
    run = "from autograder.cli import main; main(sys.argv[1:], standalone_mode=False); "
    heavy = {"nbgrader", "jupyter_server", "jupytext", "nbformat", "sqlalchemy"}
    names = f"print({heavy} & set(sys.modules))"
    again = (
        "grade",
        folder / "submitted",
        "--out",
        folder / "again",
        "--course",
        FORM,
        "--jobs",
        "1",
    )
    for words in (["--help"], again):
        assert python(run + names, *words).stdout.splitlines()[-1] == "set()"

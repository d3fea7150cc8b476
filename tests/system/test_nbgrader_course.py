"""An nbgrader course from an empty folder to feedback, with formgrader in a real browser."""

from __future__ import annotations

import csv
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.browsing import NEEDS_CHROMIUM, Tab
from tests.support.command_line import autograder
from tests.support.nbgrading import (
    ID,
    LETTERS,
    SOLUTION,
    begin,
    environment,
    gradebook,
    nbgrader,
    points,
)

TOKEN = "of-this-test"
HIDDEN = [
    "canaryreconoced",
    "MARK SCHEME",
    "a person decides",
    "HIDDEN TESTS",
]  # of grader and mark scheme


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the instructor's folder after ana fetched, submitted, and was autograded."""
    root = tmp_path_factory.mktemp("course")
    folder, student = root / "nbgrader", root / "ana"
    begin(folder)
    nbgrader("release_assignment", ID, folder=folder)
    student.mkdir()
    (folder / "for_students" / "nbgrader_config.py").rename(student / "nbgrader_config.py")
    nbgrader("fetch_assignment", ID, folder=student)
    (student / ID / "letters.py").write_bytes(SOLUTION.read_bytes())
    (student / ID / "notes.md").write_text(
        "noon <script>document.title = 'pwned'</script>\n", encoding="utf-8"
    )
    nbgrader("submit", ID, "--student=ana", folder=student)
    nbgrader("collect", ID, folder=folder)
    nbgrader("autograde", ID, folder=folder)
    return folder


def text_below(folder: Path) -> dict[str, str]:
    """Return the text of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8", errors="replace")
        for path in files
    }


def test_a_student_fetches_what_the_release_holds(taught: Path) -> None:
    """A student fetches notebook, handout and public checks, but no solution or hidden check."""
    files = text_below(taught.parent / "ana" / ID)
    own = {"letters.py", "notes.md"}
    public = {"public/test_letters.py", "public/texts.yml"}
    assert files.keys() - own == {
        "letters.ipynb",
        "README.md",
        "criteria.md",
        "grading.yml",
        *public,
    }
    released = "".join(text for name, text in files.items() if name not in own)
    assert [text for text in [*HIDDEN, "slicing turns it round"] if text in released] == []


def test_autograde_stores_what_the_grader_found(taught: Path) -> None:
    """Each criterion has a score and a comment, and the report of the harness exists too."""
    assert points(taught, "ana") == [8, 4, 3, None]
    assert (
        gradebook(taught, "ana")["letters-mirror"].comment
        == "- ✓ is_palindrome knows a palindrome."
    )
    assert (taught / "graded" / "results" / "ana" / f"{ID}.json").is_file()
    assert (taught / "graded" / "reports" / "ana.html").is_file()


def test_feedback_holds_comments_and_nothing_hidden(taught: Path) -> None:
    """Feedback holds scores, comments and own files, but no mark scheme or hidden check."""
    nbgrader("generate_feedback", ID, "--force", folder=taught)
    files = text_below(taught / "feedback" / "ana" / ID)
    page = files[f"{ID}.html"]
    assert "is_palindrome knows a palindrome." in page
    assert "<script>document.title" not in page
    assert [(name, text) for name, page in files.items() for text in HIDDEN if text in page] == []


def test_the_exported_rubric_has_a_row_for_each_criterion(taught: Path) -> None:
    """The exported CSV quotes commas and has no cell that a spreadsheet would run."""
    with sqlite3.connect(taught / "gradebook.db") as database:
        names = ("O'Neil, Jr.", '=HYPERLINK("http://evil")')
        database.execute("update student set last_name = ?, first_name = ?", names)
    database.close()
    nbgrader("export", "--to", "rubric.csv", folder=taught)
    with (taught / "rubric.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["criterion"], row["auto_score"], row["max_score"]) for row in rows] == [
        ("letters.vowels", "8.0", "8.0"),
        ("letters.mirror", "4.0", "4.0"),
        ("letters.notes", "3.0", "3.0"),
        ("letters.style", "", "5.0"),
    ]
    assert {(row["student_id"], row["last_name"], row["first_name"]) for row in rows} == {
        ("ana", "O'Neil, Jr.", '\'=HYPERLINK("http://evil")')
    }


# ---------------------------------------------------------------- formgrader


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Start a Jupyter server in a folder; return its address once it answers."""
    words = [
        "--no-browser",
        "--ip=127.0.0.1",
        "--port=0",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter_server", *words, f"--IdentityProvider.token={TOKEN}"],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                return
        raise AssertionError("".join(told))
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def marked(taught: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the instructor's folder after ana's style was marked in formgrader."""
    with sqlite3.connect(taught / "gradebook.db") as database:
        (submission,) = database.execute("select id from submitted_notebook").fetchone()
    database.close()
    tab = Tab(tmp_path_factory.mktemp("profile"))
    try:
        with serving(taught) as address:
            # Logged in on formgrader's own pages, they would wait for answers that never come.
            tab.load(f"{address}/login?token={TOKEN}&next=/formgrader/submissions/{submission}/")
            tab.wait_for("window.formgrader?.grades?.loaded && formgrader.comments?.loaded")
            assert "noon <script>" in tab.value("document.body.innerText")
            assert tab.value("document.title") != "pwned"
            tab.value(
                "window.saved = 0; $(document).on('finished_saving', () => { window.saved += 1; })"
            )
            tab.type("#letters-style", "2.5")
            tab.wait_for("window.saved === 1")
            tab.type("#letters-style-comment", "Se lee bien.")
            tab.wait_for("window.saved === 2")
    finally:
        tab.close()
    return taught


def browser(test: object) -> object:
    """Skip without chromium."""
    for mark in NEEDS_CHROMIUM:
        test = mark(test)
    return test


@browser
def test_a_mark_from_formgrader_is_stored(marked: Path) -> None:
    """Score and comment of a manual criterion are in the gradebook, and it is decided."""
    row = gradebook(marked, "ana")["letters-style"]
    assert (row.auto, row.manual, row.waits, row.comment) == (None, 2.5, False, "Se lee bien.")


@browser
def test_a_mark_from_formgrader_arrives_in_the_report(marked: Path) -> None:
    """A mark imported into marks.yml is in the next report with its reason."""
    submitted, out = marked / "submitted", marked / "graded"
    db = f"sqlite:///{marked / 'gradebook.db'}"
    synced = autograder(
        "gradebook", "sync", submitted, "--out", out, "--db", db, "--course", LETTERS
    )
    assert synced.returncode == 0, synced.stderr
    assert "formgrader" in (submitted / "marks.yml").read_text(encoding="utf-8")
    again = autograder("grade", submitted, "--out", out, "--course", LETTERS, "--lang", "en")
    assert again.returncode == 0, again.stderr
    report = (out / "reports" / "ana.html").read_text(encoding="utf-8")
    assert "Se lee bien." in report
    assert "17.5" in report


# ---------------------------------------------------------------- begun wrong


def test_nothing_is_begun_in_a_folder_that_holds_something(tmp_path: Path) -> None:
    """A folder that is not empty stays unchanged, and the message says what to do."""
    (tmp_path / "thesis.txt").write_text("all of it", encoding="utf-8")
    ended = autograder("nbgrader", "init", tmp_path, "--course", LETTERS)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "not an empty folder; name a new one" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

"""Opening a gradebook: made once whoever comes first, whatever is on the PATH; anything else is
refused.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import AutograderError, CourseError, HostError
from autograder.integrations.gradebook.database import opened
from autograder.release.notebook import notebook_bytes, source_notebook
from tests.support.gradebooks import FORM, ask, scores, sheet, sqlite, synced
from tests.support.places import REPOSITORY

BINARIES = Path(sys.executable).parent
BARE = {
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": str(REPOSITORY),
}  # as where no environment is activated
ACTIVATED = {**os.environ, "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}"}
MADE_BY_NBGRADER = (
    "import sys; from nbgrader.api import Gradebook\nGradebook(sys.argv[1], 'forms').close()"
)
MADE_BY_THREE = """
import multiprocessing, sys
from autograder.integrations.gradebook.database import opened
from autograder.release.notebook import source_notebook, notebook_bytes
def make(url):
    with opened(url, "forms"):
        pass
with multiprocessing.get_context("fork").Pool(3) as pool:
    pool.map(make, sys.argv[1:] * 3, chunksize=1)
"""


def run(code: str, url: str, environment: dict[str, str]) -> tuple[int, str]:
    """The exit status of code over a gradebook, in a fresh process, and what it said."""
    words = [sys.executable, "-W", "ignore", "-c", code, url]
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_many_may_be_the_first(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Several processes open a new database at once, without `alembic` on the PATH: each finds one
    gradebook.
    """
    url = sqlite(tmp_path) if kind == "sqlite" else request.getfixturevalue("postgresql")()
    assert run(MADE_BY_THREE, url, BARE) == (0, "")
    assert len(ask(url, "select version_num from alembic_version")) == 1


def test_nbgrader_upgrades_what_we_made(tmp_path: Path) -> None:
    """What was made without the program `alembic` is a whole gradebook: `nbgrader db upgrade`
    accepts it.
    """
    with opened(sqlite(tmp_path), "forms"):
        pass
    upgrade = ["nbgrader", "db", "upgrade"]
    ended = subprocess.run(
        upgrade, cwd=tmp_path, env=ACTIVATED, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_a_gradebook_that_nbgrader_made_is_taken(tmp_path: Path) -> None:
    """Scores go into a gradebook that nbgrader itself began."""
    assert run(MADE_BY_NBGRADER, sqlite(tmp_path), ACTIVATED) == (0, "")
    synced(sqlite(tmp_path), sheet())
    assert scores(sqlite(tmp_path))["form-answers"] == (3.0, None, False)


def test_a_gradebook_without_a_version_gets_it(tmp_path: Path) -> None:
    """nbgrader, whose first try failed for want of `alembic`, leaves tables that its own upgrade
    would refuse.
    """
    assert (
        "No such file or directory: 'alembic'" in run(MADE_BY_NBGRADER, sqlite(tmp_path), BARE)[1]
    )
    with opened(sqlite(tmp_path), "forms"):
        pass
    assert len(ask(sqlite(tmp_path), "select version_num from alembic_version")) == 1


def test_a_gradebook_of_another_version_is_refused(tmp_path: Path) -> None:
    """A column that is missing is named, with the command that adds it."""
    synced(sqlite(tmp_path), sheet())
    ask(sqlite(tmp_path), "alter table grade drop column extra_credit")
    with pytest.raises(CourseError, match=r"\(no grade.extra_credit\); run `nbgrader db upgrade`"):
        synced(sqlite(tmp_path), sheet())


def test_a_gradebook_in_use_is_waited_for_no_longer_than_it_takes(tmp_path: Path) -> None:
    """Whoever keeps the file locked is not waited for without end; nothing is half written."""
    synced(sqlite(tmp_path), sheet())
    other = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(HostError, match="in use by another program; try again"):
        synced(sqlite(tmp_path) + "?timeout=0.1", sheet("ada", 1))
    other.close()
    assert scores(sqlite(tmp_path))["form-answers"] == (3.0, None, False)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "gradebook.db",
            "gradebook.db: no database URL; expected one such as sqlite:///gradebook.db",
        ),
        ("sqlite://", "sqlite://: no file in a folder that exists"),
        (
            "sqlite:///nowhere/gradebook.db",
            "sqlite:///nowhere/gradebook.db: no file in a folder that exists",
        ),
        ("sqlite:///notes.txt", "sqlite:///notes.txt: a file, but no gradebook; name another --db"),
        (
            "sqlite:///school.db",
            "sqlite:///school.db: no gradebook, but something with tables of its own",
        ),
        ("sqlite:///folder", "sqlite:///folder: unable to open database file"),
        ("oracle://host/name", "oracle://host/name: no driver for it (No module named"),
        ("nonsense://host/name", "nonsense://host/name: no driver for it (Can't load plugin"),
        (
            "postgresql://me:secret@/x?host=/nowhere",
            "postgresql://me:***@/x?host=%2Fnowhere: connection",
        ),
    ],
)
def test_what_is_no_gradebook_is_refused(
    url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URL that is none, what lies elsewhere, or something else that is there: a line, and no
    password in it.
    """
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("Not a database, however long it is. " * 99)
    Path("folder").mkdir()
    school = sqlite3.connect("school.db")
    school.execute("create table student (name)")
    school.execute("create table teacher (name)")
    school.close()
    with pytest.raises(AutograderError) as error, opened(url, "forms"):
        pass
    assert str(error.value).startswith(said)


def test_nbgrader_releases_what_was_synced_before(tmp_path: Path) -> None:
    """`nbgrader generate_assignment` takes our notebook, also after the first hand-in."""
    synced(sqlite(tmp_path), sheet())
    source = tmp_path / "source" / "form"
    source.mkdir(parents=True)
    (source / "form.ipynb").write_bytes(
        notebook_bytes(source_notebook(None, FORM.assignments[0], "en"))
    )
    generate = ["nbgrader", "generate_assignment", "form", "--course=forms"]
    ended = subprocess.run(
        generate, cwd=tmp_path, env=ACTIVATED, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert scores(sqlite(tmp_path))["form-answers"] == (3.0, None, False)

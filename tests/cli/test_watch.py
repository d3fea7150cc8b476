"""`watch`: hand-ins are graded as they arrive, and OUT ends as `grade` would leave it."""

from __future__ import annotations

import fcntl
import re
import shutil
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clones import NEEDS_GIT, commit
from tests.support.command_line import (
    CLASS,
    TINY,
    Ended,
    Running,
    autograder,
    descendants,
    graded_class,
    left_alive,
    result,
    watched,
    written,
)
from tests.support.places import CASES

SEED = ("--seed", "7")
COURSE = CASES / "partial_course"
QUICK = ("--poll", "0.1", "--settle", "0.2")
STATUS_PAGE = "watch.html"


def watch(folder: Path, out: Path, *options: object, course: Path = COURSE) -> Ended:
    """Run a watch that ends when nothing waits."""
    words = ("watch", folder, "--out", out, "--course", course, *QUICK, "--until-idle", *options)
    return autograder(*words)


def watching(folder: Path, out: Path, *options: object, course: Path = COURSE) -> Running:
    """Start a watch that ends when it is told to."""
    return Running("watch", folder, "--out", out, "--course", course, *QUICK, *options)


def graded_files(out: Path) -> dict[str, bytes]:
    """Return what `grade` would have written, too."""
    return {name: content for name, content in written(out).items() if name != STATUS_PAGE}


def hand_in(folder: Path, student: str, text: str = "one") -> Path:
    """Hand in the first text."""
    file = folder / student / "one" / "one.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


# ---------------------------------------------------------------- kill -9


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[int], Ended, Path]:
    """Kill a watch while it grades a class, and let another one end the work."""
    out = tmp_path_factory.mktemp("killed") / "out"
    out.mkdir()
    (out / "seed").write_text(SEED[1])
    run = watching(CLASS, out, "--jobs", "1", course=TINY)
    run.read_past("of 10, graded")
    with watched(descendants(run.process.pid)) as handles:
        run.process.kill()
        run.finish()
        alive = left_alive(handles)
    return alive, watch(CLASS, out, course=TINY), out


def test_kill_9_leaves_no_process(killed: tuple[list[int], Ended, Path]) -> None:
    """Lanes, judges, sandboxes and writers end with a watch that could not end them."""
    assert killed[0] == []


def test_a_watch_after_kill_9_ends_with_the_bytes_of_grade(
    killed: tuple[list[int], Ended, Path],
) -> None:
    """What was graded stands, the rest is graded, and nothing differs from an undisturbed run."""
    _, ended, out = killed
    assert (ended.returncode, ended.stderr) == (0, "")
    assert graded_files(out) == graded_files(graded_class(*SEED)[1])
    number_graded = len(re.findall(r": .*(?:graded|a person|not graded yet) \(", ended.stdout))
    assert 0 < number_graded < len(list(CLASS.glob("*/*")))


# ---------------------------------------------------------------- a watch that goes on


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Running, Path]]:
    """Return a watch of an empty folder, and the folder around it; it is ended afterwards."""
    shutil.copytree(COURSE, tmp_path / "course")
    run = watching(tmp_path / "class", tmp_path / "out", course=tmp_path / "course")
    run.read_past("watching")
    yield run, tmp_path
    if run.process.poll() is None:
        run.process.kill()
        run.finish()


def test_a_watch_grades_what_comes_until_ctrl_c(live: tuple[Running, Path]) -> None:
    """A new hand-in, a newer attempt, OUT in use, and changed graders: each is a line, and the end
    is clean.
    """
    run, folder = live
    hand_in(folder / "class", "ana", "another")
    assert " ana one: 0 of 10, graded (" in run.read_past("ana one: ", "graded")
    run.read_past("reports: 1 result added")
    with (folder / "out" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        hand_in(folder / "class", "ana")
        assert "10 of 10" in run.read_past("ana one: ", "graded")
        run.read_past("another command writes into OUT: waiting for it; 1 result kept until then")
        assert result(folder / "out", "ana", "one")["earned"] == 0
    run.read_past("reports: 1 result added")
    assert result(folder / "out", "ana", "one")["earned"] == 10
    grader = folder / "course/assignments/one/graders/test_one.py"
    grader.write_text(grader.read_text().replace('[b"one"]', '[b"uno"]'))
    run.read_past("the course has changed")
    run.read_past("ana one: to be graded again: assignments/one/graders/test_one.py changed")
    assert "0 of 10" in run.read_past("ana one: ", "graded")
    run.press_ctrl_c()
    status, rest, err = run.finish()
    assert (status, err) == (0, "")
    assert rest.splitlines()[-1].endswith(" ended (0 waiting)")
    assert "<h1>Watch: ended</h1>" in (folder / "out" / STATUS_PAGE).read_text()


def test_a_course_with_a_mistake_does_not_end_a_watch(live: tuple[Running, Path]) -> None:
    """The mistake is a line, hand-ins are graded as before, and the corrected file is read."""
    run, folder = live
    file = folder / "course" / "grading.yml"
    content = file.read_text()
    file.write_text("id: [")
    run.read_past("grading.yml:1: ")
    run.read_past("the watch goes on with the course as it was")
    hand_in(folder / "class", "ana")
    run.read_past("ana one: 10 of 10, graded")
    file.write_text(content)
    run.read_past("the course has changed")
    run.process.send_signal(signal.SIGTERM)
    assert run.finish()[0] == 0


def test_a_second_watch_of_one_out_is_refused(live: tuple[Running, Path]) -> None:
    """It says that another one has it; exit code 4."""
    _, folder = live
    ended = watch(folder / "class", folder / "out")
    line = f"{folder}/out: another watch writes here; end it, or choose another\n"
    assert (ended.returncode, ended.stderr) == (4, line)


# ---------------------------------------------------------------- what is collected


@NEEDS_GIT
def test_downloads_and_remotes_are_collected_and_graded(tmp_path: Path) -> None:
    """A zip and a remote end as `collect` puts them, and what cannot be used is named."""
    (tmp_path / "drop").mkdir()
    with zipfile.ZipFile(tmp_path / "drop" / "download.zip", "w") as archive:
        archive.writestr("ana/one/one.txt", "one")
        archive.writestr("leo/two/two.txt", "other")
    (tmp_path / "drop" / "junk.zip").write_text("junk")
    commit(tmp_path / "one-mia", "one", "2026-12-01T20:00:00Z", "one.txt")
    (tmp_path / "remotes.txt").write_text(f"{tmp_path}/one-mia\n{tmp_path}/one-gone\n")
    out = tmp_path / "out"
    ended = watch(
        *(tmp_path / "class", out, "--drop", tmp_path / "drop"),
        *("--git", tmp_path / "remotes.txt"),
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    found = {path.parent.name: path.stem for path in (out / "results").glob("*/*.json")}
    assert found == {"ana": "one", "leo": "two", "mia": "one"}
    assert (tmp_path / "class" / ".attempts" / "mia" / "one" / "1" / "one.txt").read_text() == "one"
    assert "came 2026-12-01 20:00 UTC (commit)" in ended.stdout
    assert f"{tmp_path}/drop/junk.zip: cannot be read as an archive" in ended.stdout
    assert f"{tmp_path}/one-gone: fatal: " in ended.stdout


def test_a_grader_that_cannot_be_collected_ends_the_watch_that_starts(tmp_path: Path) -> None:
    """As with `grade`: exit code 2 and the grader's own line."""
    shutil.copytree(COURSE, tmp_path / "course")
    grader = tmp_path / "course/assignments/one/graders/test_one.py"
    grader.write_text(grader.read_text() + "\nimport nothing_of_this_name\n")
    hand_in(tmp_path / "class", "ana")
    ended = watch(tmp_path / "class", tmp_path / "out", course=tmp_path / "course")
    assert ended.returncode == 2
    assert f"{grader}:" in ended.stderr


def test_a_drop_folder_in_the_class_is_refused(tmp_path: Path) -> None:
    """What is dropped there would be graded as a student's."""
    (tmp_path / "class" / "drop").mkdir(parents=True)
    ended = watch(tmp_path / "class", tmp_path / "out", "--drop", tmp_path / "class" / "drop")
    assert (ended.returncode, "choose another" in ended.stderr) == (2, True)

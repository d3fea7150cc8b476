"""kill -9 while grades are published or graded: version n or n-1 is there, never a half."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CLASS, REPOSITORY, TINY, Running, autograder, environment
from tests.support.publishing import BY, SEED, GradedClass, contents, graded_class

FIRST, BOTH = [1], [1, 2]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what each attempt left, one killed at each file operation of publishing version 2."""
    folder = tmp_path_factory.mktemp("killed")
    made = graded_class(folder, folder / "graded")
    assert made.publish().returncode == 0
    made.hand_in("right", like="adds")
    made.grade()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_publish", made.out, TINY, folder / "copies"],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_every_moment_is_tried(killed: list[dict[str, Any]]) -> None:
    """The process was killed at dozens of operations, before and after the version appeared."""
    assert len(killed) > 30
    assert [attempt["killed"] for attempt in killed] == [True] * (len(killed) - 1) + [False]
    assert {tuple(attempt["left"]) for attempt in killed} == {tuple(FIRST), tuple(BOTH)}


def test_a_version_is_whole_or_absent(killed: list[dict[str, Any]]) -> None:
    """Whenever it is killed, all versions that are there are as their manifests say."""
    assert [attempt for attempt in killed if attempt["left"] not in (FIRST, BOTH)] == []


def test_the_same_command_completes_it(killed: list[dict[str, Any]]) -> None:
    """Run again it makes version 2, once, and leaves nothing else below OUT/published."""
    assert [attempt for attempt in killed if attempt["again"] != BOTH] == []
    assert [attempt for attempt in killed if attempt["names"] != ["1", "2"]] == []


def test_a_killed_grade_is_not_published(tmp_path: Path) -> None:
    """After kill -9 in a run, publishing is refused until a run has finished; versions stay."""
    made = GradedClass(submitted=CLASS, out=tmp_path / "out")
    run = Running("grade", CLASS, "--out", made.out, "--course", TINY, "--jobs", "1", *SEED)
    run.read_until("[3/")
    run.process.kill()
    run.finish()
    ended = autograder("publish", made.out, *BY, "--course", TINY)
    assert ended.returncode == 2
    assert "grade" in ended.stderr
    assert not (made.out / "published").exists()


def test_a_killed_regrade_is_not_published(tmp_path: Path) -> None:
    """A version stands while a run over it is killed, and the half of OUT does not become one."""
    made = graded_class(tmp_path, tmp_path / "graded")
    assert made.publish().returncode == 0
    before = contents(made.out / "published")
    made.hand_in("adds", like="right")
    made.hand_in("right", like="adds")
    run = Running("grade", made.submitted, "--out", made.out, "--course", TINY, "--jobs", "1")
    run.read_until("[1/")
    run.process.kill()
    run.finish()
    ended = made.publish("--accept")
    assert ended.returncode == 2
    assert "a run did not finish here" in ended.stderr
    assert contents(made.out / "published") == before

"""Git remotes: their list, and how one is fetched."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.watch.remotes import Fetched, Remote, RemotePoll, read_remotes
from tests.support.clones import NEEDS_GIT, commit


def test_a_list_names_a_remote_a_line(tmp_path: Path) -> None:
    """A clone is called like the end of the URL, or as the line says."""
    file = tmp_path / "remotes.txt"
    file.write_text(
        "# the class\n\nhttps://host/week/one-ana.git\ngit@host:leo/work.git  one-leo # moved\n"
    )
    assert read_remotes(file) == (
        Remote(url="https://host/week/one-ana.git", name="one-ana"),
        Remote(url="git@host:leo/work.git", name="one-leo"),
    )


def test_mistakes_in_the_list_are_all_named(tmp_path: Path) -> None:
    """An option of git, a name that leaves the folder, and a second remote of a name."""
    file = tmp_path / "remotes.txt"
    file.write_text("--upload-pack=x\nhttps://h/one ../up\nhttps://h/a\nhttps://g/a.git\n")
    with pytest.raises(CourseError) as raised:
        read_remotes(file)
    assert [line.rpartition(str(file))[2] for line in raised.value.complaints] == [
        ":1: --upload-pack=x: expected URL, or URL NAME",
        ":2: https://h/one ../up: expected URL, or URL NAME",
        ":4: a second remote called a; write another NAME behind it",
    ]


def fetched(poll: RemotePoll, now: float) -> list[Fetched]:
    """Return what a whole round fetches."""
    found = poll.advance(now)
    while poll.is_busy:
        for process, _, _ in poll._running.values():
            process.wait()
        found += poll.advance(now)
    return found


@NEEDS_GIT
def test_a_remote_is_fetched_again_and_again(tmp_path: Path) -> None:
    """A round says whether there is a new commit, and checks nothing out."""
    commit(tmp_path / "remote", "x = 1\n", "2026-12-01T20:00:00Z")
    remote = Remote(url=str(tmp_path / "remote"), name="one-ana")
    poll = RemotePoll((remote,), tmp_path / "clones", every=60)
    assert fetched(poll, 0) == [Fetched(remote=remote, has_changed=True)]
    assert fetched(poll, 59) == []
    assert fetched(poll, 60) == [Fetched(remote=remote)]
    commit(tmp_path / "remote", "x = 2\n", "2026-12-01T21:00:00Z")
    assert fetched(poll, 120) == [Fetched(remote=remote, has_changed=True)]
    assert [path.name for path in (tmp_path / "clones/one-ana").iterdir()] == [".git"]
    shown = subprocess.run(
        ["git", "-C", tmp_path / "clones/one-ana", "show", "HEAD:two_sums.py"],
        capture_output=True,
        check=True,
    )
    assert shown.stdout == b"x = 2\n"


@NEEDS_GIT
def test_a_remote_that_cannot_be_fetched_is_a_problem(tmp_path: Path) -> None:
    """It says why in the words of git, and the next round tries again."""
    remote = Remote(url=str(tmp_path / "gone"), name="one-ana")
    poll = RemotePoll((remote,), tmp_path / "clones", every=60)
    [answer] = fetched(poll, 0)
    assert answer.problem.startswith("fatal: ")
    assert len(fetched(poll, 60)) == 1

"""Git clones: commits are attempts with their times; nothing but a clone's objects is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.clones import NEEDS_GIT, commit, git
from tests.support.command_line import Ended
from tests.support.in_process import autograder
from tests.unit.handin.test_collect import COURSE, hand_ins

STUB = "def two_sums():\n    raise NotImplementedError\n"
DUE = ("--deadline", "two_sums=2026-12-01T22:00Z")

pytestmark = NEEDS_GIT


def collect(folder: Path, *arguments: object, course: Path = COURSE) -> Ended:
    """Collect the folder's clones."""
    return autograder(
        "collect", "clones", "--into", "into", "--course", course, *arguments, folder=folder
    )


def graded(folder: Path, student: str = "ana") -> str:
    """Return the code that is to be graded."""
    return (folder / "into" / student / "two_sums" / "two_sums.py").read_text(encoding="utf-8")


def test_the_last_commit_in_time_is_graded(tmp_path: Path) -> None:
    """The last commit in time is graded, the newest is kept too, and other files do not count."""
    clone = tmp_path / "clones" / "week-23-two-sums-ana-garcia"
    for content, when in (("x = 1\n", "2026-12-01T20:00:00Z"), ("x = 2\n", "2026-12-01T21:00:00Z")):
        commit(clone, content, when)
    commit(clone, "x = 3\n", "2026-12-02T09:00:00Z")
    commit(clone, "feedback\n", "2026-12-09T00:00:00Z", "README.md")
    ended = collect(tmp_path, *DUE)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line.partition(", came ")[2] for line in ended.stdout.splitlines()[:-1]] == [
        "2026-12-01 21:00 UTC (commit)",
        "2026-12-02 09:00 UTC (commit), 1 day late",
    ]
    assert graded(tmp_path, "ana-garcia") == "x = 2\n"


def test_a_stub_that_was_handed_out_is_no_attempt(tmp_path: Path) -> None:
    """A late solution is graded rather than the template's commit, which was in time."""
    course = shutil.copytree(COURSE, tmp_path / "course")
    (course / "assignments" / "two_sums").mkdir(parents=True)
    (course / "assignments" / "two_sums" / "two_sums.py").write_text(STUB, encoding="utf-8")
    commit(tmp_path / "clones" / "two_sums-ana", STUB, "2026-11-01T00:00:00Z")
    commit(tmp_path / "clones" / "two_sums-ana", "x = 1\n", "2026-12-02T09:00:00Z")
    collect(tmp_path, *DUE, course=course)
    assert graded(tmp_path) == "x = 1\n"


def test_what_is_in_the_work_tree_alone_was_not_handed_in(tmp_path: Path) -> None:
    """The files of the commit are graded, not those in the work tree."""
    clone = tmp_path / "clones" / "two_sums-ana"
    commit(clone, "x = 1\n", "2026-12-01T20:00:00Z")
    (clone / "two_sums.py").write_text("x = 2\n", encoding="utf-8")
    collect(tmp_path)
    assert graded(tmp_path) == "x = 1\n"


def test_nothing_of_a_clone_is_run(tmp_path: Path) -> None:
    """Hooks and configured programs of a clone are not run."""
    clone = tmp_path / "clones" / "two_sums-ana"
    commit(clone, "x = 1\n", "2026-12-01T20:00:00Z")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
    program.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "gpg.program",
        "core.pager",
        "diff.external",
        "alias.log",
    ):
        git(clone, "config", key, str(program))
    git(clone, "config", "log.showSignature", "true")
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(program, clone / ".git" / "hooks" / hook)
    assert collect(tmp_path).returncode == 0
    assert graded(tmp_path) == "x = 1\n"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("way", ["gitdir", "link", "linked objects", "alternates", "linked pack"])
def test_a_clone_cannot_hand_in_what_is_in_another(way: str, tmp_path: Path) -> None:
    """A clone that uses the objects of another repository, such as the solution's, is not read."""
    commit(tmp_path / "private", "the solution\n", "2026-11-01T00:00:00Z")
    private, clone = tmp_path / "private" / ".git", tmp_path / "clones" / "two_sums-ana"
    commit(clone, "x = 1\n", "2026-12-01T20:00:00Z")
    own = clone / ".git"
    if way == "alternates":
        (own / "objects" / "info" / "alternates").write_text(
            f"{private}/objects\n", encoding="utf-8"
        )
    elif way == "linked pack":
        (own / "objects" / "pack" / "pack-1.pack").symlink_to(private / "config")
    elif way == "linked objects":
        shutil.rmtree(own / "objects")
        (own / "objects").symlink_to(private / "objects")
    else:
        shutil.rmtree(own)
        if way == "link":
            own.symlink_to(private)
        else:
            own.write_text(f"gitdir: {private}\n", encoding="utf-8")
    ended = collect(tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("clones/two_sums-ana: ")
    assert ended.stderr.endswith("; make a clone of your own with git clone\n")
    assert hand_ins(tmp_path) == []


@pytest.mark.parametrize(
    "head", ["ref: refs/heads/none\n", "ref: ../../../secret\n", "--output=x\n", ""]
)
def test_a_head_that_names_no_commit_is_reported(head: str, tmp_path: Path) -> None:
    """A clone with a strange HEAD waits for a person, and the others are collected."""
    for student in ("ana", "leo"):
        commit(tmp_path / "clones" / f"two_sums-{student}", "x = 1\n", "2026-12-01T20:00:00Z")
    (tmp_path / "clones" / "two_sums-ana" / ".git" / "HEAD").write_text(head, encoding="utf-8")
    ended = collect(tmp_path)
    assert ended.returncode == 1
    assert (
        "clones/two_sums-ana: no commit yet, or a kind of repository that is not read here"
        in ended.stderr
    )
    assert hand_ins(tmp_path) == ["leo/two_sums/two_sums.py"]


def test_a_link_in_a_commit_is_not_taken(tmp_path: Path) -> None:
    """A link in a commit is reported, and not followed."""
    clone = tmp_path / "clones" / "two_sums-ana"
    commit(clone, "x = 1\n", "2026-12-01T20:00:00Z")
    (clone / "two_sums.py").unlink()
    (clone / "two_sums.py").symlink_to("/etc/passwd")
    git(clone, "commit", "--all", "--quiet", "--message=link", when="2026-12-01T21:00:00Z")
    ended = collect(tmp_path)
    assert ended.returncode == 1
    assert "two_sums.py is a link, and not taken" in ended.stderr
    assert hand_ins(tmp_path) == []


def test_packed_objects_are_read_too(tmp_path: Path) -> None:
    """A clone with packed branches and objects is read."""
    clone = tmp_path / "clones" / "two_sums-ana"
    commit(clone, "x = 1\n", "2026-12-01T20:00:00Z")
    git(clone, "gc", "--quiet")
    assert collect(tmp_path).returncode == 0
    assert graded(tmp_path) == "x = 1\n"

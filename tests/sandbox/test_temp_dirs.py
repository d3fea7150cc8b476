"""Temporary directories: kept while their run lives, deleted by the next run after it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from autograder.errors import HostError
from autograder.sandbox import cgroup
from autograder.sandbox.launch import GroupLimits, Zygote
from autograder.sandbox.temp_dirs import (
    NAME_PREFIX,
    cleanup_stale,
    create_locked,
    remove_tree,
    temporary_folder,
)
from tests.support import ordinary_user
from tests.support.places import REPOSITORY

pytestmark = pytest.mark.alone

CREATES = """
import pathlib, signal
from autograder.sandbox.temp_dirs import create_locked
directory = create_locked(pathlib.Path())
(directory.folder / "work").mkdir()
(directory.folder / "work" / "file").write_text("mine")
print("ready", flush=True)
signal.pause()
"""
CONFINES = """
import signal, sys, tempfile
from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
tempfile.tempdir = sys.argv[1]
with Zygote("B") as zygote:
    worker = Worker(zygote, Limits(), seed=1)
    worker.wait_until_ready()
    print("ready", flush=True)
    signal.pause()
"""
CLEANS_UP = """
import pathlib, sys
from autograder.sandbox.temp_dirs import cleanup_stale, remove_tree
cleanup_stale(pathlib.Path(sys.argv[1]), remove_tree)
"""


@contextmanager
def another_run(*command: str, folder: Path) -> Iterator[Callable[[], None]]:
    """Return a process that has printed `ready`, and the function that kills it."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None

        def kill() -> None:
            process.kill()
            process.wait()

        try:
            if process.stdout.readline() != "ready\n":
                assert process.wait() == ordinary_user.REFUSED
                pytest.skip("this machine lets root not become an ordinary user")
            yield kill
        finally:
            process.kill()


def test_a_folder_of_a_living_run_stays(tmp_path: Path) -> None:
    """A cleanup while another run is alive leaves its folder alone, files and all."""
    with another_run(sys.executable, "-c", CREATES, folder=tmp_path):
        cleanup_stale(tmp_path, remove_tree)
        assert [path.name for path in tmp_path.rglob("file")] == ["file"]


def test_a_folder_of_a_killed_run_goes(tmp_path: Path) -> None:
    """After kill -9 the next cleanup removes the folder."""
    with another_run(sys.executable, "-c", CREATES, folder=tmp_path) as kill:
        kill()
        assert list(tmp_path.rglob("file"))
        cleanup_stale(tmp_path, remove_tree)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_stays_while_a_forked_process_lives(tmp_path: Path) -> None:
    """A forked judge keeps the lock of its run: the folder stays until both have ended."""
    directory = create_locked(tmp_path)
    ours, theirs = os.pipe()
    judge = os.fork()
    if judge == 0:
        os.close(theirs)
        os.read(ours, 1)
        os._exit(0)
    os.close(directory.lock)
    cleanup_stale(tmp_path, remove_tree)
    assert directory.folder.exists()
    os.close(theirs)
    os.waitpid(judge, 0)
    os.close(ours)
    cleanup_stale(tmp_path, remove_tree)
    assert not directory.folder.exists()


def test_nothing_else_is_cleaned_up(tmp_path: Path) -> None:
    """Other folders, plain files and links of such a name stay, and so does a link's target."""
    (tmp_path / "autograder-tests").mkdir()
    (tmp_path / "precious").mkdir()
    (tmp_path / f"{NAME_PREFIX}file").write_text("a file")
    (tmp_path / f"{NAME_PREFIX}link").symlink_to(tmp_path / "precious")
    before = sorted(tmp_path.iterdir())
    cleanup_stale(tmp_path, remove_tree)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another user's folder")
def test_folders_of_other_users_are_left_to_them(tmp_path: Path) -> None:
    """A folder of another user stays, even where root cleans up."""
    folder = tmp_path / f"{NAME_PREFIX}theirs"
    folder.mkdir()
    os.chown(folder, 61184, 61184)
    cleanup_stale(tmp_path, remove_tree)
    assert folder.exists()


def test_a_temporary_folder_goes_with_its_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there within the block, and gone after it, whatever was raised."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with suppress(KeyboardInterrupt), temporary_folder() as folder:
        (folder / "file").write_text("mine")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_no_place_for_temporary_files_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder can be made there, the message says where, and what to do."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with (
        pytest.raises(HostError, match="set TMPDIR to a folder on a local disk"),
        temporary_folder(),
    ):
        pass


def test_folders_of_workers_without_a_private_disk_are_cleaned_up() -> None:
    """At level B under an ordinary user they stay after kill -9, until the next cleanup."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        script = (
            sys.executable,
            "-m",
            "tests.support.ordinary_user",
            sys.executable,
            "-c",
            CONFINES,
            name,
        )
        with another_run(*script, folder=REPOSITORY) as kill:
            kill()
        assert len(list(folder.iterdir())) == 1
        ordinary_user.run(sys.executable, "-c", CLEANS_UP, name)
        assert list(folder.iterdir()) == []


def cgroups() -> set[Path]:
    """Return the cgroups of runs, wherever they are mounted."""
    return set(cgroup.CGROUP_ROOT.rglob(f"{NAME_PREFIX}*"))


def folders_of(zygote: Zygote) -> set[Path]:
    """Return the cgroups that a zygote holds, if it was given any."""
    return (
        {directory.folder for directory in zygote.cgroup.directories}
        if zygote.cgroup is not None
        else set()
    )


def test_cgroups_of_killed_runs_are_cleaned_up() -> None:
    """An empty cgroup that nobody holds goes; one that is held stays, though it is empty too."""
    held = cgroup.delegated(1 << 30, 64)
    dead = cgroup.delegated(1 << 30, 64)
    if held is None or dead is None:
        pytest.skip("no cgroup is delegated here")
    try:
        for directory in dead.directories:
            os.close(directory.lock)
        cgroup.cleanup_stale_cgroups()
        assert {directory.folder for directory in held.directories} <= cgroups()
        assert cgroups().isdisjoint({directory.folder for directory in dead.directories})
    finally:
        held.remove()
    assert cgroups().isdisjoint({directory.folder for directory in held.directories})


@pytest.mark.level_a
def test_a_zygote_that_ends_takes_its_folders_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zygote that ended or was restarted leaves no folder and no cgroup, even after a kill."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    zygote = Zygote("A", group_limits=GroupLimits(memory=1 << 30, tasks=64))
    made = folders_of(zygote)
    zygote.process.kill()
    zygote.restart()
    made |= folders_of(zygote)
    zygote.close()
    assert list(tmp_path.iterdir()) == []
    assert cgroups().isdisjoint(made)

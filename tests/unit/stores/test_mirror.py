"""Mirrors of object stores: only what changed travels, and an upload may end at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem

from autograder.errors import CourseError, HostError
from autograder.stores.address import open_store, protocol_of
from autograder.stores.mirror import BEHIND_NAME, Transfer, pull, push

ADDRESS = "memory://class/out"


class FailingFileSystem(MemoryFileSystem):
    """A store whose connection ends after so many objects were written."""

    protocol = "failing"
    left = 0

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(path.replace("failing://", "memory://"))

    def put(self, lpath: Any, rpath: Any, *args: Any, **options: Any) -> None:
        """Write objects one by one, until none may be written any more."""
        for local, name in zip(lpath, rpath, strict=True):
            if FailingFileSystem.left == 0:
                raise ConnectionResetError("the connection ended")
            FailingFileSystem.left -= 1
            super().put(local, name)


fsspec.register_implementation("failing", FailingFileSystem, clobber=True)


@pytest.fixture
def store() -> Iterator[MemoryFileSystem]:
    """Return an empty store in memory."""
    store = MemoryFileSystem()
    store.store.clear()
    yield store
    store.store.clear()


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """Return the folder of a mirror."""
    return tmp_path / "mirror"


def put(store: MemoryFileSystem, **contents: str) -> None:
    """Write objects below OUT, as somebody else does."""
    for name, content in contents.items():
        store.pipe_file(f"/class/out/{name}", content.encode())


def objects(store: MemoryFileSystem) -> dict[str, str]:
    """Return the content of each object below OUT."""
    found = store.find("/class/out")
    return {path.removeprefix("/class/out/"): store.cat_file(path).decode() for path in found}


def write(mirror: Path, **contents: str) -> None:
    """Write files of a mirror, as a command does."""
    for name, content in contents.items():
        file = mirror / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def files(mirror: Path) -> dict[str, str]:
    """Return the content of each file of a mirror."""
    folder = mirror / "files"
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.*")}


def test_what_did_not_change_does_not_travel(store: MemoryFileSystem, mirror: Path) -> None:
    """Each way only new objects and files are counted, and are copied."""
    put(store, **{"a.txt": "a", "b.txt": "b"})
    assert pull(ADDRESS, mirror, keeps_own=True) == Transfer(moved=2, removed=0, unchanged=0)
    put(store, **{"b.txt": "bb"})
    assert pull(ADDRESS, mirror, keeps_own=True) == Transfer(moved=1, removed=0, unchanged=1)
    write(mirror, **{"a.txt": "a", "c.txt": "c"})
    assert push(ADDRESS, mirror) == Transfer(moved=1, removed=0, unchanged=2)
    assert objects(store) == {"a.txt": "a", "b.txt": "bb", "c.txt": "c"}
    assert push(ADDRESS, mirror) == Transfer(moved=0, removed=0, unchanged=3)
    assert pull(ADDRESS, mirror, keeps_own=True) == Transfer(moved=0, removed=0, unchanged=3)


def test_what_is_removed_on_one_side_is_removed_on_the_other(
    store: MemoryFileSystem, mirror: Path
) -> None:
    """A student who was taken out of the class, and a page that a run removed."""
    put(store, **{"a.txt": "a", "b.txt": "b", "c.txt": "c"})
    pull(ADDRESS, mirror, keeps_own=True)
    store.rm_file("/class/out/a.txt")
    pull(ADDRESS, mirror, keeps_own=True)
    (mirror / "files" / "b.txt").unlink()
    push(ADDRESS, mirror)
    assert (files(mirror), objects(store)) == ({"c.txt": "c"}, {"c.txt": "c"})


def test_what_an_interrupted_run_wrote_stays(store: MemoryFileSystem, mirror: Path) -> None:
    """It has not travelled yet, and travels after the next run; of hand-ins nothing stays."""
    put(store, **{"a.txt": "a"})
    pull(ADDRESS, mirror, keeps_own=True)
    write(mirror, **{"a.txt": "newer", "b.txt": "b"})
    pull(ADDRESS, mirror, keeps_own=True)
    assert files(mirror) == {"a.txt": "newer", "b.txt": "b"}
    pull(ADDRESS, mirror, keeps_own=False)
    assert files(mirror) == {"a.txt": "a"}


def test_a_run_that_others_overtook_writes_nothing(store: MemoryFileSystem, mirror: Path) -> None:
    """An object that somebody else wrote meanwhile is not overwritten."""
    put(store, **{"a.txt": "a"})
    pull(ADDRESS, mirror, keeps_own=True)
    write(mirror, **{"a.txt": "mine"})
    put(store, **{"a.txt": "theirs"})
    with pytest.raises(HostError, match=r"another run has written there meanwhile \(a.txt\)"):
        push(ADDRESS, mirror)
    assert objects(store) == {"a.txt": "theirs"}
    pull(ADDRESS, mirror, keeps_own=True)
    assert files(mirror) == {"a.txt": "theirs"}


OUT_FILES = {"index.html": "2", "final_grades/ana.json": "2", "results/ana/one.json": "2"}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_upload_that_ends_in_the_middle_says_so(
    store: MemoryFileSystem, mirror: Path, number: int
) -> None:
    """Each object is whole, old or new; no page is newer than what it was made of; the note that
    objects do not fit stays until the next run has ended.
    """
    put(store, **dict.fromkeys(OUT_FILES, "1"))
    address = ADDRESS.replace("memory", "failing")
    pull(address, mirror, keeps_own=True)
    write(mirror, **OUT_FILES)
    FailingFileSystem.left = number
    with pytest.raises(HostError, match="the connection ended"):
        push(address, mirror)
    found = objects(store)
    assert found.pop(BEHIND_NAME) == ""
    order = ("results/ana/one.json", "final_grades/ana.json", "index.html")
    assert [found[name] for name in order] == ["2"] * number + ["1"] * (3 - number)
    FailingFileSystem.left = 10
    pull(address, mirror, keeps_own=True)
    write(mirror, **OUT_FILES)
    (mirror / "files" / BEHIND_NAME).unlink(missing_ok=True)  # as a run does that ends
    push(address, mirror)
    assert objects(store) == OUT_FILES


def test_locks_and_unfinished_files_stay_here(store: MemoryFileSystem, mirror: Path) -> None:
    """They are of this machine alone."""
    write(
        mirror,
        **{
            "a.txt": "a",
            ".lock": "",
            ".a.txt.7.unfinished": "",
            ".watch/x.json": "x",
            ".computed/a.blocks": "x",
        },
    )
    assert push(ADDRESS, mirror).moved == 1
    assert objects(store) == {"a.txt": "a"}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "a//x"])
def test_an_object_cannot_lead_out_of_the_mirror(
    store: MemoryFileSystem, mirror: Path, name: str
) -> None:
    """Its name is refused, and nothing is read."""
    store.store[f"/class/out/{name}"] = MemoryFile(store, f"/class/out/{name}", b"x")
    with pytest.raises(HostError, match="no usable path"):
        pull(ADDRESS, mirror, keeps_own=True)
    assert not (mirror / "files").exists()


@pytest.mark.parametrize("text", ["s3://", "s3:///class", "S3//class", "://class"])
def test_what_is_no_address_is_named(text: str) -> None:
    """An address has a protocol and a bucket."""
    with pytest.raises(CourseError, match="expected an address such as s3://bucket/folder"):
        protocol_of(text)


def test_an_unknown_protocol_is_named() -> None:
    """A misspelt one is a mistake of the command line."""
    with pytest.raises(CourseError, match="s4://class/out: Protocol not known: s4"):
        open_store("s4://class/out")

"""A store keeps files of blocks within its bound, and is never the reason for an error."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from autograder.blocks.block_file import HEADER_BYTES, BlockFile
from autograder.blocks.store import MAX_BLOCK_SHARE, BlockStore, open_store, shared_store
from tests.unit.blocks.test_block_file import BLOCK_BYTES, block_of, key_of, read

ROOM = HEADER_BYTES + 10 * (BLOCK_BYTES + 64)  # of a file with ten blocks


def made(store: BlockStore, name: str) -> BlockFile:
    """Return a file of the store."""
    file = store.make(name, BLOCK_BYTES, {})
    assert file is not None
    return file


def keep(store: BlockStore, name: str, *numbers: int) -> BlockFile:
    """Keep blocks in a file of the store."""
    file = made(store, name)
    store.append(file, [key_of(each) for each in numbers], [block_of(each) for each in numbers])
    return file


def test_what_is_kept_is_there_for_the_next_run(tmp_path: Path) -> None:
    """A later store of the same folder finds files by their names."""
    keep(BlockStore(tmp_path, 2 * ROOM), "first", 1, 2)
    later = BlockStore(tmp_path, 2 * ROOM).file("first")
    assert later is not None
    assert read(later, 1, 2) == [block_of(1), block_of(2)]


def test_a_file_is_made_once(tmp_path: Path) -> None:
    """Two stores that make the same file share it."""
    first, second = BlockStore(tmp_path, 2 * ROOM), BlockStore(tmp_path, 2 * ROOM)
    made(first, "same")
    keep(second, "same", 1)
    assert read(made(first, "same"), 1) == [block_of(1)]


def test_a_file_of_another_block_size_is_not_taken(tmp_path: Path) -> None:
    """What was made for larger blocks serves nobody who asks for smaller ones."""
    made(BlockStore(tmp_path, 2 * ROOM), "same")
    assert BlockStore(tmp_path, 2 * ROOM).make("same", 10, {}) is None


def test_the_bound_holds(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What would take more bytes is not kept, and the log says so once."""
    store = BlockStore(tmp_path, ROOM)
    with caplog.at_level(logging.INFO):
        for number in range(20):
            keep(store, "only", number)
    assert store.size() <= ROOM
    assert read(made(store, "only"), 9, 10) == [block_of(9), None]
    assert caplog.text.count("nothing more is kept") == 1


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    """A new run removes the oldest files that it has not used, and no more than it needs."""
    before = BlockStore(tmp_path, 3 * ROOM)
    for age, name in enumerate(("used", "oldest", "older")):
        keep(before, name, *range(10))
        when = time.time() - 1000 + age
        os.utime(tmp_path / f"{name}.blocks", (when, when))
    store = BlockStore(tmp_path, 3 * ROOM)
    assert store.file("used") is not None
    keep(store, "new", 1, 2, 3)
    names = {path.stem for path in tmp_path.glob("*.blocks")}
    assert names == {"used", "older", "new"}


def test_what_this_run_uses_stays(tmp_path: Path) -> None:
    """Where the bound is reached with files of this run, none of them is removed."""
    store = BlockStore(tmp_path, 2 * ROOM)
    keep(store, "first", *range(10))
    keep(store, "second", *range(10))
    assert store.make("third", BLOCK_BYTES, {}) is None
    assert {path.stem for path in tmp_path.glob("*.blocks")} == {"first", "second"}


def test_a_damaged_file_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file of another form is removed, and the log says so."""
    (tmp_path / "name.blocks").write_bytes(b"what is this")
    with caplog.at_level(logging.WARNING):
        keep(BlockStore(tmp_path, 2 * ROOM), "name", 1)
    assert "made again" in caplog.text


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link in the folder leads nowhere."""
    other = tmp_path / "other"
    made(BlockStore(other, 2 * ROOM), "file")
    store = BlockStore(tmp_path / "store", 2 * ROOM)
    (tmp_path / "store" / "file.blocks").symlink_to(other / "file.blocks")
    assert store.file("file") is None


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    """Files that were not finished go when the next store is opened."""
    (tmp_path / ".half.unfinished").write_bytes(b"")
    BlockStore(tmp_path, ROOM)
    assert not list(tmp_path.iterdir())


def test_a_block_is_worth_its_room_if_a_whole_list_fits(tmp_path: Path) -> None:
    """What one block may take follows from the bound."""
    assert BlockStore(tmp_path, 3 << 30).max_block_bytes == 256 << 10
    assert BlockStore(tmp_path, MAX_BLOCK_SHARE - 1).max_block_bytes == 0


@pytest.mark.parametrize("max_bytes", [0, -1])
def test_without_a_bound_nothing_is_shared(tmp_path: Path, max_bytes: int) -> None:
    """A bound of nothing opens no store and makes no folder."""
    open_store(tmp_path / "store", max_bytes)
    assert shared_store() is None
    assert not (tmp_path / "store").exists()


def test_a_folder_that_cannot_be_made_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says why nothing is shared."""
    (tmp_path / "file").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        open_store(tmp_path / "file" / "store", ROOM)
    assert shared_store() is None
    assert "nothing is shared" in caplog.text

"""A file of blocks holds what was appended, whole, or says that it is missing."""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import os
from pathlib import Path

import pytest

from autograder.blocks.block_file import BadBlockFile, BlockFile, header_of, without_name

BLOCK_BYTES = 1000


def key_of(number: int) -> bytes:
    """Return the key of a block."""
    return hashlib.sha256(str(number).encode()).digest()


def block_of(number: int) -> bytes:
    """Return a block."""
    return bytes([number % 251]) * BLOCK_BYTES


def opened(path: Path) -> BlockFile:
    """Return a file of blocks, made where it is missing."""
    if not path.exists():
        path.write_bytes(header_of(BLOCK_BYTES, {"layout": [1, 2]}))
    return BlockFile(os.open(path, os.O_RDWR), path.name)


def read(file: BlockFile, *numbers: int) -> list[bytes | None]:
    """Return copies of blocks."""
    blocks = file.read([key_of(number) for number in numbers])
    return [None if block is None else bytes(block) for block in blocks]


def append(file: BlockFile, *numbers: int) -> None:
    """Append blocks."""
    file.append([key_of(each) for each in numbers], [block_of(each) for each in numbers])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a file is made."""
    return tmp_path / "some.blocks"


def test_blocks_are_found_by_their_keys(path: Path) -> None:
    """What was appended is read, in any order, and what was not is missing."""
    file = opened(path)
    append(file, 1, 2, 3)
    assert read(file, 3, 7, 1) == [block_of(3), None, block_of(1)]


def test_notes_come_back(path: Path) -> None:
    """Whoever opens a file finds the notes of whoever made it."""
    assert opened(path).notes == {"layout": [1, 2]}
    assert opened(path).block_bytes == BLOCK_BYTES


def test_another_process_finds_what_one_appended(path: Path) -> None:
    """A file that is open sees blocks that another descriptor appends later."""
    first, second = opened(path), opened(path)
    append(first, 1)
    assert read(second, 1) == [block_of(1)]
    append(first, 2)
    assert read(second, 2, 1) == [block_of(2), block_of(1)]


def test_a_file_without_a_name_is_shared(tmp_path: Path) -> None:
    """It holds blocks as any other, and leaves nothing in a folder."""
    file = without_name(BLOCK_BYTES, "crops")
    append(file, 1)
    assert read(file, 1, 2) == [block_of(1), None]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["key", "digest", "block"])
def test_a_damaged_block_is_missing(
    path: Path, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A changed byte costs its block alone, which can be appended again; the log says so."""
    append(opened(path), 1, 2)
    content = bytearray(path.read_bytes())
    offset = {"key": 5, "digest": 40, "block": 64 + 500}[place]
    content[4096 + offset] ^= 1
    path.write_bytes(content)
    file = opened(path)
    with caplog.at_level(logging.WARNING):
        assert read(file, 1, 2) == [None, block_of(2)]
    assert ("damaged" in caplog.text) == (place != "key")  # nobody asks for another key
    append(file, 1)
    assert read(file, 1, 2) == [block_of(1), block_of(2)]


def test_what_a_killed_process_left_is_overwritten(path: Path) -> None:
    """A part of a record at the end is no block, and the next one is whole."""
    append(opened(path), 1)
    with path.open("ab") as stream:
        stream.write(key_of(2) + b"torn")
    file = opened(path)
    assert read(file, 1, 2) == [block_of(1), None]
    append(file, 3)
    assert read(file, 1, 3) == [block_of(1), block_of(3)]


@pytest.mark.parametrize("content", [b"", b"no blocks", b"{}".ljust(4096), b"[]".ljust(4096)])
def test_a_file_of_another_form_is_refused(path: Path, content: bytes) -> None:
    """A file without the header of blocks is not read."""
    path.write_bytes(content)
    with pytest.raises(BadBlockFile):
        opened(path)


def _append_many(path: Path, first: int, count: int) -> None:
    file = opened(path)
    for number in range(first, first + count):
        append(file, number)


def test_several_processes_append_at_once(path: Path) -> None:
    """No block of any process is lost or torn."""
    opened(path)
    context = multiprocessing.get_context("fork")
    writers = [
        context.Process(target=_append_many, args=(path, 100 * each, 50)) for each in range(3)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    numbers = [100 * each + number for each in range(3) for number in range(50)]
    assert read(opened(path), *numbers) == [block_of(number) for number in numbers]

"""The index of OUT: what is known of files is used as long as they are the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.grading.cache.index import (
    INDEX_FILE,
    Index,
    digest_of_hand_in,
    file_state,
    read_index,
    write_index,
)
from autograder.handin.intake import HandIn
from tests.support.places import CASES

COURSE = load_course(CASES / "partial_course")
ASSIGNMENT = COURSE.assignment("one")
LONG_AGO = 1_000_000_000  # seconds since the epoch


def handed_in(folder: Path, text: str, *, changed: int = LONG_AGO) -> HandIn:
    """Hand in a text, last changed then."""
    path = folder / "ana" / "one"
    path.mkdir(parents=True, exist_ok=True)
    (path / "one.txt").write_text(text)
    for place in (path / "one.txt", path):
        os.utime(place, (changed, changed))
    return HandIn(student="ana", assignment="one", path=path)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be old enough at once: nobody can set back the time at which an inode changed."""
    monkeypatch.setattr("autograder.grading.cache.index.SETTLED_NS", -60_000_000_000)


@pytest.mark.usefixtures("settled")
def test_a_known_hand_in_is_not_read_again(tmp_path: Path) -> None:
    """A hand-in whose entries are as they were has the digest that the index holds."""
    index, hand_in = Index(), handed_in(tmp_path, "one")
    digest = digest_of_hand_in(hand_in, ASSIGNMENT, index)
    (entry,) = index.hand_ins.values()
    entry[1] = "noted"
    assert digest != "noted"
    assert digest_of_hand_in(hand_in, ASSIGNMENT, index) == "noted"


@pytest.mark.usefixtures("settled")
def test_a_changed_hand_in_is_read_again(tmp_path: Path) -> None:
    """Another text of the same length, with the time of the first one, is another hand-in."""
    index = Index()
    before = digest_of_hand_in(handed_in(tmp_path, "one"), ASSIGNMENT, index)
    assert digest_of_hand_in(handed_in(tmp_path, "two"), ASSIGNMENT, index) != before


def test_a_hand_in_that_has_just_changed_is_not_noted(tmp_path: Path) -> None:
    """Within a tick of the clock it may change again and look the same."""
    index = Index()
    digest_of_hand_in(handed_in(tmp_path, "one"), ASSIGNMENT, index)
    assert index.hand_ins == {}


@pytest.mark.usefixtures("settled")
def test_a_hand_in_with_a_link_is_not_noted(tmp_path: Path) -> None:
    """What a link leads to may change while the link does not."""
    index, hand_in = Index(), handed_in(tmp_path, "one")
    (hand_in.path / "link").symlink_to(tmp_path)
    digest_of_hand_in(hand_in, ASSIGNMENT, index)
    assert index.hand_ins == {}


def test_an_index_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Names that are no UTF-8 are kept, too."""
    index = Index(
        hand_ins={"a\udcff": ["state", "digest"]},
        results={"r": "0"},
        pages={"ana": "p"},
        class_page="c",
    )
    write_index(tmp_path, index)
    assert read_index(tmp_path) == index


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"harness": "another"}'])
def test_a_damaged_index_is_an_empty_one(tmp_path: Path, content: str) -> None:
    """An index that is damaged, or of another version of the harness, says nothing."""
    (tmp_path / INDEX_FILE).write_text(content)
    assert read_index(tmp_path) == Index()


def test_the_state_of_a_file_that_is_gone_is_none(tmp_path: Path) -> None:
    """Of several files one that is gone is enough."""
    (tmp_path / "a").write_text("a")
    assert file_state(tmp_path / "a")
    assert file_state(tmp_path / "a", tmp_path / "b") == ""

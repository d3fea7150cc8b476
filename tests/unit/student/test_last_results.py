"""What changed since the last check of a file, which is kept in the user's cache folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.model import CheckResult, Outcome
from autograder.student.changes import changes_since
from autograder.student.last_results import keep_results, last_results


def result(name: str, outcome: Outcome = Outcome.PASSED) -> CheckResult:
    """Return the result of a check that expects its own name."""
    return CheckResult(id=name, criterion="c", outcome=outcome, expects=name)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a student's file, with a cache folder beside its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "week").mkdir()
    return tmp_path / "week" / "answer.py"


def test_results_are_kept_by_file_and_not_beside_it(file: Path) -> None:
    """The student's folder stays as it is, and another file has results of its own."""
    keep_results(file, [result("a"), result("b", Outcome.FAILED)])
    assert last_results(file) == {"a": True, "b": False}
    assert last_results(file.with_name("other.py")) == {}
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_damaged_note_counts_as_none(file: Path, content: str) -> None:
    """A note that cannot be read is as if the file had never been checked."""
    keep_results(file, [result("a")])
    (note,) = (file.parent.parent / "cache" / "autograder").iterdir()
    note.write_text(content)
    assert last_results(file) == {}


def test_a_cache_that_cannot_be_written_keeps_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No check fails for it."""
    file.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    keep_results(file, [result("a")])
    assert last_results(file) == {}


def test_what_passes_now_and_what_no_longer_does_is_named() -> None:
    """Checks that were not there before have not changed."""
    now = [result("a"), result("b", Outcome.RAISED), result("new"), result("same")]
    changes = changes_since({"a": False, "b": True, "same": True}, now)
    assert (changes.gained, changes.lost) == (("a",), ("b",))

"""Files that are being written are not graded: they must look the same twice."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.watch.stability import Stability, state_of


def test_a_file_settles_once_it_looks_the_same_for_long_enough(tmp_path: Path) -> None:
    """One look proves nothing; a second one does when enough time has passed."""
    file = tmp_path / "one.zip"
    file.write_text("PK")
    stability: Stability[str] = Stability(2.0)
    looks = [stability.settled({"one": state_of(file)}, now) for now in (0.0, 1.0, 2.0)]
    assert looks == [set(), set(), {"one"}]


def test_a_file_that_grows_begins_anew(tmp_path: Path) -> None:
    """An upload that is slower than the looks is never taken for a whole one."""
    file = tmp_path / "one.zip"
    stability: Stability[str] = Stability(2.0)
    for now in range(6):
        file.write_text("PK" * (1 + now))
        assert stability.settled({"one": state_of(file)}, float(now)) == set()


def test_two_looks_at_one_moment_are_one(tmp_path: Path) -> None:
    """Without any time to settle a file still has to look the same at a later look."""
    (tmp_path / "one").write_text("x")
    stability: Stability[str] = Stability(0.0)
    states = {"one": state_of(tmp_path / "one")}
    looks = [stability.settled(states, now) for now in (0.0, 0.0, 0.5)]
    assert looks == [set(), set(), {"one"}]


def test_a_file_that_was_gone_settles_anew(tmp_path: Path) -> None:
    """What is deleted and put back is looked at like any new file."""
    file = tmp_path / "one"
    file.write_text("x")
    state = state_of(file)
    stability: Stability[str] = Stability(1.0)
    looks = [
        stability.settled({"one": seen}, now)
        for seen, now in ((state, 0.0), (None, 1.0), (state, 2.0), (state, 3.0))
    ]
    assert looks == [set(), set(), set(), {"one"}]


def test_the_state_of_a_folder_is_that_of_all_below(tmp_path: Path) -> None:
    """A file that is added, changed without growing, or renamed changes the state."""
    folder = tmp_path / "ana" / "one"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("x = 1")
    states = [state_of(folder)]
    (folder / "b.py").write_text("")
    states.append(state_of(folder))
    os.utime(folder / "a.py", ns=(1, 1))
    states.append(state_of(folder))
    (folder / "b.py").rename(folder / "c.py")
    states.append(state_of(folder))
    assert len({state.digest for state in states if state is not None}) == 4


def test_what_is_not_there_has_no_state(tmp_path: Path) -> None:
    """A hand-in that was taken back meanwhile is none."""
    assert state_of(tmp_path / "gone") is None

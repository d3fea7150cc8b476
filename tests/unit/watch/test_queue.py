"""The order in which hand-ins are graded: a pure function of what arrived and when."""

from __future__ import annotations

from autograder.watch.queue import Waiting, next_waiting, superseding

MAX_WAIT = 300.0


def waiting(student: str, since: float, *, is_regrade: bool = False) -> Waiting:
    """Return a hand-in that arrived at a time and waits since then."""
    return Waiting(
        student=student, assignment="one", since=since, arrived=since, is_regrade=is_regrade
    )


def order(entries: list[Waiting], now: float, graded_at: dict[str, float] | None = None) -> str:
    """Return the students in the order in which they are graded, one moment after the other."""
    left, graded, found = list(entries), dict(graded_at or {}), []
    while (entry := next_waiting(left, graded, now, MAX_WAIT)) is not None:
        left.remove(entry)
        graded[entry.student] = now
        found.append(entry.student)
    return " ".join(found)


def test_the_newest_attempt_goes_first() -> None:
    """Whoever handed in last is graded first."""
    assert order([waiting("ana", 1), waiting("leo", 3), waiting("mia", 2)], now=10) == "leo mia ana"


def test_the_longest_wait_goes_first_once_it_is_too_long() -> None:
    """A student who waits for the bound goes before newer hand-ins, the oldest before all."""
    entries = [waiting("ana", 5), waiting("leo", 0), waiting("mia", 290)]
    assert order(entries, now=304) == "leo mia ana"
    assert order(entries, now=305) == "leo ana mia"


def test_who_was_just_graded_goes_behind_the_others() -> None:
    """A student who hands in again and again does not go before those who were not graded yet."""
    entries = [waiting("ana", 1), waiting("eager", 9)]
    assert order(entries, now=10, graded_at={"eager": 8}) == "ana eager"
    assert order(entries, now=310 - 1, graded_at={"eager": 8}) == "ana eager"


def test_a_newer_attempt_keeps_the_place_of_the_older_one() -> None:
    """The student goes on waiting since the attempt that is dropped."""
    entry = superseding(waiting("ana", 1), waiting("ana", 250))
    assert (entry.since, entry.arrived) == (1, 250)
    assert order([entry, waiting("leo", 300)], now=301) == "ana leo"


def test_what_has_a_result_is_graded_again_last() -> None:
    """A changed course keeps no student waiting, however long ago it changed."""
    entries = [waiting("ana", 0, is_regrade=True), waiting("leo", 399), waiting("mia", 398)]
    assert order(entries, now=400) == "leo mia ana"


def test_a_new_attempt_of_what_is_graded_again_waits_from_now() -> None:
    """It is no regrade any more, and its wait begins when it arrived."""
    entry = superseding(waiting("ana", 0, is_regrade=True), waiting("ana", 100))
    assert (entry.since, entry.is_regrade) == (100, False)


def test_an_empty_queue_has_no_next() -> None:
    """Nothing is graded where nothing waits."""
    assert next_waiting([], {}, 0, MAX_WAIT) is None

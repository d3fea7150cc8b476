"""What is made once for many tests."""

from __future__ import annotations

import pytest

from tests.support.once import once


def test_a_result_and_a_failure_are_remembered() -> None:
    """A second call makes nothing again, and raises what the first one raised."""
    calls = []

    @once
    def make(number: int) -> int:
        calls.append(number)
        if number < 0:
            pytest.skip("below zero")
        return number * 2

    assert (make(2), make(2)) == (4, 4)
    for _ in range(2):
        with pytest.raises(pytest.skip.Exception, match="below zero"):
            make(-1)
    assert calls == [2, -1]

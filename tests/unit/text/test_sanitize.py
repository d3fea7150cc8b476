"""Texts that others wrote are shown alike, whether they are looked at whole or letter by letter."""

from __future__ import annotations

from autograder.text.sanitize import visible


def test_ordinary_letters_take_no_other_form() -> None:
    """A letter alone is shown as beside one that must be looked at letter by letter."""
    for number in [*range(0xD800), *range(0xE000, 0x10000)]:
        letter = chr(number)
        assert visible(letter + "\x00") == visible(letter) + "\\x00"

"""The terminal: signs, wrapping, and text that is shown and not obeyed."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.model import Outcome
from autograder.text import console as terminal


def printed(
    monkeypatch: pytest.MonkeyPatch, *arguments: object, encoding: str = "utf-8", width: int = 44
) -> str:
    """Return what `print_text` prints on a terminal of an encoding and a width."""
    screen = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=screen, width=width, highlight=False, emoji=False)
    monkeypatch.setattr(terminal, "console", console)
    terminal.print_text(*arguments)  # type: ignore[arg-type]
    screen.flush()
    screen.seek(0)
    return screen.read()


def test_a_text_is_wrapped_behind_its_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further lines are set in as far as the first one, also after an empty line."""
    text = "one two three four five six seven eight nine ten\n\nend"
    sign = terminal.sign_of(Outcome.PASSED)
    assert printed(monkeypatch, text, 2, sign).split("\n") == [
        "  ✓ one two three four five six seven eight",
        "    nine ten",
        "    ",
        "    end",
        "",
    ]


def test_a_narrow_terminal_is_taken_as_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is never wrapped to fewer columns than can be read."""
    words = "one two three four five six seven"
    assert printed(monkeypatch, words, width=5) == words + "\n"


def test_signs_have_substitutes_that_every_encoding_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the terminal has no such letter, a plain sign stands for it."""
    sign = terminal.sign_of(Outcome.FAILED)
    assert printed(monkeypatch, "no", 0, sign, encoding="ascii") == "x no\n"
    assert printed(monkeypatch, "no", 0, sign) == "✗ no\n"


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sign(outcome: Outcome) -> None:
    """What neither passed, nor is blocked, nor waits for a person has the sign of failure."""
    expected = {Outcome.PASSED: "✓", Outcome.BLOCKED: "–", Outcome.MANUAL: "·"}
    assert terminal.sign_of(outcome)[0] == expected.get(outcome, "✗")


def test_markup_and_control_codes_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither moves the cursor nor colours what follows."""
    assert printed(monkeypatch, "[red]\x1b[2J") == "[red]\\x1b[2J\n"
    assert terminal.shown("[red]a\nb") == "\\[red]a\\nb"

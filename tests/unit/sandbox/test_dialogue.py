"""A dialogue: what the judge hears of a function while it runs, and what it can say to it."""

from __future__ import annotations

import copy
import traceback

import pytest

from autograder.sandbox.execution.dialogue import Dialogue


def test_a_function_halts_at_each_question_until_it_is_answered() -> None:
    """Nothing after a question happens before its answer, and the value comes last."""
    done: list[str] = []

    def function() -> str:
        for name in ("first", "second"):
            done.append(dialogue.ask(name))
        return "end"

    dialogue = Dialogue(function)
    assert dialogue.go_on() == "first"
    assert done == []
    assert dialogue.go_on("one") == "second"
    assert done == ["one"]
    assert dialogue.go_on("two") == "end"
    assert done == ["one", "two"]


def test_what_a_function_raises_is_raised_with_its_own_frames() -> None:
    """An error, exit() too, comes out where the judge asked, and says where it was raised."""

    def leaves() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit) as caught:
        Dialogue(leaves).go_on()
    assert "leaves" in [frame.name for frame in traceback.extract_tb(caught.tb)]


def test_what_is_left_of_a_function_asks_in_vain() -> None:
    """A question after the end is answered at once, with nothing: nobody listens any more."""
    dialogue = Dialogue(lambda: None)
    assert dialogue.go_on() is None
    assert dialogue.ask("anybody?") is None


def test_a_copy_goes_on_with_the_same_dialogue() -> None:
    """A network that is copied, and the dialogue with it, still speaks to the judge."""
    dialogue = Dialogue(lambda: None)
    assert copy.deepcopy([dialogue])[0] is dialogue

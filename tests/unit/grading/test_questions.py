"""Questions to student code in words: short, the same for the same, and safe for odd values."""

from __future__ import annotations

import pytest
import torch

from autograder.grading.workers.questions import answer_words, request_words, value_words
from autograder.sandbox.protocol import Answer, CallRequest


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (torch.tensor([[1.0, 2.5]]), "tensor float32 [1, 2]: 1, 2.5"),
        (torch.arange(20), "tensor int64 [20]: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"),
        (torch.tensor(float("nan")), "tensor float32 []: nan"),
        (torch.tensor([True]), "tensor bool [1]: 1"),
        (torch.tensor([1 + 2j]), "tensor complex64 [1]: 1+2j"),
        ([1, (2, {"a": None})], "[1, [2, {'a': None}]]"),
        ([[[[["deep"]]]]], "[[[[[…]]]]]"),
        (list(range(14)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]"),
        (["b", 0, "a"], "[0, 'a', 'b']"),
        ({"b": 1, "a": 2}, "{'a': 2, 'b': 1}"),
        (b"abc", "3 bytes, sha256 ba7816bf8f01cfea"),
        ("a\nb", "'a\\nb'"),
        ("x" * 400, "'" + "x" * 299 + "…"),
    ],
)
def test_a_value_is_written_in_short(value: object, words: str) -> None:
    """A tensor has its type, its shape and the first numbers; what is long or deep is cut."""
    assert value_words(value) == words


def test_a_call_reads_as_python() -> None:
    """A question names the function and its arguments."""
    request = CallRequest(name="double", args=(2,), kwargs={"times": [3]})
    assert request_words(request) == "double(2, times=[3])"


def test_no_answer_is_said() -> None:
    """Where the time ran out there is no answer; None is one."""
    assert answer_words(None) == "no answer"
    assert answer_words(Answer(value=None)) == "None"

"""answers.yml from any hand: nothing in it crashes us, and what is broken costs no other answer."""

from __future__ import annotations

import time

import pytest

from autograder.questionnaire.answers import Answers, WrittenAnswer, read_answers
from autograder.questionnaire.reading import UnreadableAnswer

KNOWN = ("first_question", "second_question", "a_text")


def read(text: str) -> Answers:
    """Return the answers of a file."""
    return read_answers(text.encode(), KNOWN)


def why(written: WrittenAnswer) -> str:
    """Return why an answer cannot be read; "" where it can."""
    return written.value.why if isinstance(written.value, UnreadableAnswer) else ""


def test_a_plain_file_is_read() -> None:
    """Each key has its text; the code of the form stands apart."""
    answers = read('form: "3f9a1c"\nfirst_question: b   # perhaps\nsecond_question: [a, c]\n')
    assert answers.code == "3f9a1c"
    assert answers.under("first_question").value == "b"
    assert answers.under("second_question").value == ("a", "c")


def test_no_scalar_becomes_anything_but_text() -> None:
    """Numbers, truth values, dates and nulls stay as they were written."""
    for word in ("no", "1e999", "0123", "2026-11-24", ".nan", "1_000", "9" * 5000):
        assert read(f"first_question: {word}").under("first_question").value == word


def test_a_code_may_look_like_a_number() -> None:
    """A code of digits keeps its zeros."""
    assert read("form: 001234").code == "001234"


@pytest.mark.parametrize("text", ["", "form:", "first_question: a"])
def test_without_a_code_the_unshuffled_form_counts(text: str) -> None:
    """No code is as good as the code 0."""
    assert read(text).code == "0"


@pytest.mark.parametrize("code", ["xyz", "3f9a1", "[1, 2]", "{a: b}", "3f9a1c\nform: 3f9a1d"])
def test_a_code_that_is_none_is_unreadable(code: str) -> None:
    """Letters mean nothing without the order of their form."""
    assert isinstance(read(f"form: {code}\nfirst_question: a").code, UnreadableAnswer)


@pytest.mark.parametrize(
    "value", ['"b', "[b", "*b", "b: c", "{b", "@b", "!!python/name:os.system b", "&x b", "%b"]
)
def test_a_broken_line_costs_no_other_answer(value: str) -> None:
    """What YAML refuses, and every tag, anchor, alias and mapping, costs its own answer alone."""
    answers = read(f"first_question: {value}\nsecond_question: c\n")
    assert why(answers.under("first_question")) == "not_plain"
    assert answers.under("second_question").value == "c"


@pytest.mark.parametrize("value", ["[[a]]", "\n  - a\n  - - b", "\n  x: a", "[a, " * 1500])
def test_what_is_nested_is_unreadable(value: str) -> None:
    """A list of words is as deep as an answer gets."""
    assert why(read(f"first_question: {value}").under("first_question")) == "not_plain"


def test_a_key_that_stands_twice_is_unreadable() -> None:
    """Nobody knows which of two answers was meant; both are kept to be read."""
    written = read("first_question: a\nfirst_question: b").under("first_question")
    assert (why(written), written.text) == ("twice", "a\nb")


def test_an_endless_answer_is_unreadable() -> None:
    """Nobody writes 8,000 characters by hand."""
    assert why(read("a_text: " + "word " * 3000).under("a_text")) == "too_long"


def test_a_key_that_is_not_there_is_blank() -> None:
    """A question that was deleted was not answered."""
    assert read("first_question: a").under("a_text").value == ""


def test_a_misspelt_key_keeps_its_question_open() -> None:
    """Where another key comes near, a person looks."""
    assert why(read("first_question: a\nsecond_cuestion: b").under("second_question")) == "misnamed"


@pytest.mark.parametrize(
    "text", ["- a\n- b", "just words", "{first_question: a}", "answers:\n  first_question: a"]
)
def test_another_shape_of_file_is_unreadable(text: str) -> None:
    """A file with text and without a known key is for a person, question by question."""
    assert {why(read(text).under(question_id)) for question_id in KNOWN} == {"foreign"}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "form: '0'\n"])
def test_an_empty_file_is_blank(text: str) -> None:
    """Nothing, comments or the code alone answer nothing."""
    assert {read(text).under(question_id).value for question_id in KNOWN} == {""}


def test_a_text_is_kept_as_it_was_typed() -> None:
    """A person reads free text with its lines, whether YAML likes it or not."""
    written = read(
        "a_text: F(x) + x: the identity\nExample: flowers\n# next question\nfirst_question: a"
    ).under("a_text")
    assert written.text == "F(x) + x: the identity\nExample: flowers"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_editor_may_have_saved_the_file(encoding: str) -> None:
    """Accents survive the encodings and line ends of Windows."""
    answers = read_answers(
        "first_question: degradación\r\nsecond_question: b\r\n".encode(encoding), KNOWN
    )
    assert answers.under("first_question").value == "degradación"
    assert answers.under("second_question").value == "b"


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 4096,
        bytes(range(256)) * 16,
        b"\xff\xfe\x00",
        b"a: &a [*a]",
        b"first_question: " + b"[" * 100_000,
        b"first_question: " + b"- " * 60_000,
        b"first_question: " + b'"' * 100_001,
        b"first_question:\n" * 16_000,
        b"first_questio: a\n" * 15_000,
        b"first_question: >\n" + b" \n" * 100_000,
        b"k: v\n" * 50_000,
        b"a_text: x\n" + b"k: v\n" * 50_000,
    ],
)
def test_a_hostile_file_is_read_in_a_moment(data: bytes) -> None:
    """Whatever fills a quarter of a mebibyte is read within a second or two, and never raises."""
    started = time.process_time()
    answers = read_answers(data, KNOWN)
    assert [answers.under(question_id) for question_id in KNOWN]
    assert time.process_time() - started < 5

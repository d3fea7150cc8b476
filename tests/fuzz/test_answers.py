"""answers.yml of any bytes and single answers of any text: read, or UnreadableAnswer."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from autograder.questionnaire.answers import MAX_ANSWER_CHARS, MAX_LIST_ENTRIES, read_answers
from autograder.questionnaire.reading import (
    UnreadableAnswer,
    fold,
    is_blank,
    read_letters,
    read_number,
)
from tests.fuzz.mutation import examples, limited, mutated

KNOWN = ("q1", "q2", "depth", "numbers")
SEEDS = [
    b"form: 0a1b2c\n\n# one\nq1: b\nq2: [a, c]\ndepth: |\n  Some words,\n  more.\n"
    b"numbers: 11,689,512\n",
    "q1: 'a'\nq2:\n  - a\n  - b\nnumbers: ≈ 1,5 × 10^6 parámetros\ndepth: \"\\u00e9\"\n".encode(
        "utf-16"
    ),
    b'q1: "x\\U0010FFFF"\nq2: &a [*a]\ndepth: !!python/object:os.system {a: b}\n'
    b"numbers: 2001-12-14\n",
]
TOKENS = [
    *(
        b"[",
        b"{",
        b"- ",
        b"? ",
        b": ",
        b"&a ",
        b"*a ",
        b"!!",
        b"!<x> ",
        b"|\n",
        b'"\\U99999999"',
        b"%YAML 1.",
        b"---\n",
    ),
    *(
        b"<<: *a\n",
        b"\t",
        b"q1: ",
        b"%TAG ! x\n",
        b"9" * 50,
        b"'",
        b'"',
        b"\xff\xfe",
        b"\r",
        b"\x85",
        b"#",
    ),
]


def read(data: bytes) -> None:
    """Read a file of answers, then each of them in every way."""
    with limited():
        answers = read_answers(data, KNOWN)
        for question in KNOWN:
            written = answers.under(question)
            assert len(written.text) <= MAX_ANSWER_CHARS
            if not isinstance(written.value, UnreadableAnswer):
                assert isinstance(written.value, str) or len(written.value) <= MAX_LIST_ENTRIES + 1
                read_one(written.value)


def read_one(raw: str | tuple[str, ...]) -> None:
    """Read one answer in every way."""
    is_blank(raw)
    for kind in ("single", "multiple", "order"):
        try:
            letters = read_letters(raw, 5, kind)  # type: ignore[arg-type]
        except UnreadableAnswer:
            continue
        assert letters
        assert set(letters) <= set(range(5))
    try:
        numbers = read_number(raw, "M")
    except UnreadableAnswer:
        return
    assert numbers
    assert all(type(number) is Fraction for number in numbers)


@examples()
@given(st.binary(max_size=300) | mutated(SEEDS, TOKENS))
def test_any_file(data: bytes) -> None:
    """Random bytes and mutated forms are read to the end."""
    read(data)


@examples()
@given(
    st.text(max_size=60)
    | st.text("0123456789.,'_ -+*x×^e%/10mb⁻²", max_size=70)
    | st.text("abcyd ,>.-()", max_size=30)
)
def test_any_answer(text: str) -> None:
    """Any text gives letters, numbers and words, or none."""
    with limited():
        read_one(text)
        read_one((text, text[::-1]))
        assert fold(fold(text)) == fold(text) or not text.isascii()


@examples(0.1)
@example(b'"\\U99999999"', 1)  # was an OverflowError of PyYAML's
@example(b"%YAML 1." + b"9" * 5000, 1)  # was a ValueError
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(b"".join), st.sampled_from((1, 50, 3000)))
def test_any_tokens(tokens: bytes, times: int) -> None:
    """YAML's own tokens in any order and number take little time and memory."""
    read(b"q1: " + tokens * times)
    read((tokens * times)[: 256 << 10])

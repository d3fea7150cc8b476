"""Reading one answer: letters, numbers and words as people write them, and what is unclear."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.questionnaire.questions import Kind, Unit
from autograder.questionnaire.reading import (
    Raw,
    UnreadableAnswer,
    fold,
    is_blank,
    read_letters,
    read_number,
)


@pytest.mark.parametrize(
    "raw", ["b", "B", "(b)", "b)", "b.", " b ", "«B»", "opción b", "Option B", ("b",)]
)
def test_one_letter_may_be_written_in_many_ways(raw: Raw) -> None:
    """Case, brackets, marks and a word for `option` say nothing else."""
    assert read_letters(raw, 4, "single") == (1,)


@pytest.mark.parametrize(
    "raw",
    [
        "a, c",
        "a y c",
        "A and C",
        "a) c)",
        "a;c",
        "a+c",
        "a / c",
        "ac",
        "(a, c)",
        ("a", "c"),
        ("a, c",),
    ],
)
def test_several_letters_may_be_set_apart_in_many_ways(raw: Raw) -> None:
    """Commas, words, spaces or nothing at all stand between letters."""
    assert read_letters(raw, 4, "multiple") == (0, 2)


@pytest.mark.parametrize(
    "raw", ["c, a, b", "c > a > b", "c-a-b", "c → a → b", "cab", "c, luego a, luego b"]
)
def test_an_order_is_that_in_which_letters_are_written(raw: Raw) -> None:
    """Arrows and hyphens between steps are no ranges."""
    assert read_letters(raw, 3, "ordering") == (2, 0, 1)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("e", "single"),  # there are four options
        ("a, b", "single"),
        ("1", "single"),
        ("no a", "single"),
        ("la primera", "single"),
        ("a, a", "multiple"),
        ("a-c", "multiple"),  # b too, or not?
        ("a…c", "multiple"),
        ("todas", "multiple"),
        ("a, b, x", "ordering"),
        ("abca", "ordering"),
        ("true", "single"),
    ],
)
def test_letters_that_are_not_certain_are_unreadable(raw: Raw, kind: Kind) -> None:
    """What may mean two things, or none, is for a person."""
    with pytest.raises(UnreadableAnswer, match="letters"):
        read_letters(raw, 4, kind)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("52326", 52326),
        ("52,326", 52326),
        ("52.326", 52326),
        ("52 326", 52326),
        ("52\N{NARROW NO-BREAK SPACE}326", 52326),
        ("52'326", 52326),
        ("52_326", 52326),
        ("52.326,0", 52326),
        ("52,326.0", 52326),
        ("+52326.", 52326),
        ("≈ 52326", 52326),
        ("52 326 parámetros", 52326),
        ("1.234.567", 1234567),
        ("0,25", Fraction(1, 4)),
        (".25", Fraction(1, 4)),
        ("-0.3", Fraction(-3, 10)),
        ("−0,3", Fraction(-3, 10)),
        ("1/1024", Fraction(1, 1024)),
        ("1e-5", Fraction(1, 100000)),
        ("1E-05", Fraction(1, 100000)),
        ("1,0e-5", Fraction(1, 100000)),
        ("10^-5", Fraction(1, 100000)),
        ("10⁻⁵", Fraction(1, 100000)),
        ("1·10^-5", Fraction(1, 100000)),
        ("1 x 10^-5", Fraction(1, 100000)),
    ],
)
def test_numbers_are_read_as_people_write_them(raw: str, number: Fraction) -> None:
    """Decimal comma or point, separators of thousands, powers and fractions."""
    assert number in read_number(raw, "")


def test_an_ambiguous_separator_has_both_readings() -> None:
    """11.689 is eleven thousand to some and eleven to others; neither costs anybody a point."""
    assert read_number("11.689", "") == {Fraction(11689), Fraction(11689, 1000)}


def test_two_separators_leave_no_doubt() -> None:
    """1.234,5 has one reading only."""
    assert read_number("1.234,5", "") == {Fraction(12345, 10)}


@pytest.mark.parametrize(
    "raw", ["11.7", "11,7 M", "11.7M", "11,7 millones", "11.7 million", "11700000", "11.700.000"]
)
def test_millions_may_be_left_out_or_written_out(raw: str) -> None:
    """The unit that a question asks for may be left out, and a count in ones says the same."""
    assert Fraction(11_700_000) in read_number(raw, "M")


@pytest.mark.parametrize("raw", ["10", "10 %", "10%", "10 por ciento", "10 percent", "0.1", "0,1"])
def test_percent_may_be_left_out_or_written_as_a_share(raw: str) -> None:
    """10, 10 % and 0.1 say the same where percent is asked for."""
    assert Fraction(1, 10) in read_number(raw, "%")


def test_a_unit_that_is_written_counts() -> None:
    """0.1 % is a thousandth, never a tenth."""
    assert read_number("0.1 %", "%") == {Fraction(1, 1000)}


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ("10 %", ""),
        ("11.7 K", "M"),
        ("11.7 %", "M"),
        ("nan", ""),
        ("inf", ""),
        ("1e999", ""),
        ("0x10", ""),
        ("1/0", ""),
        ("12 34", ""),
        ("1.23.456", ""),
        ("1,2,3", ""),
        ("doce", ""),
        ("10 o 20", ""),
        ("9" * 61, ""),
        ("٣", ""),
        (("11", "7"), "M"),
    ],
)
def test_numbers_that_are_not_certain_are_unreadable(raw: Raw, unit: Unit) -> None:
    """Another unit, an endless number or no number is for a person."""
    with pytest.raises(UnreadableAnswer, match="number"):
        read_number(raw, unit)


@pytest.mark.parametrize(
    "raw",
    ["", "  ", "-", "?", "...", "~", "null", "NULL", "no sé", "No lo sé.", "NS/NC", (), ("",)],
)
def test_marks_and_words_for_not_knowing_are_blank(raw: Raw) -> None:
    """Whoever does not know has answered nothing."""
    assert is_blank(raw)


@pytest.mark.parametrize("raw", ["a", "0", "no", "ninguna", ("a", "")])
def test_everything_else_is_an_answer(raw: Raw) -> None:
    """A letter, a zero and a no are answers."""
    assert not is_blank(raw)


def test_folding_leaves_words() -> None:
    """Accents, case, marks and superfluous space say nothing."""
    assert (
        fold("  ¡Olvido   CATASTRÓFICO! (catastrophic_forgetting)")
        == "olvido catastrofico catastrophic forgetting"
    )

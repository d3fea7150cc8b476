"""Exact points as the decimal numbers that other systems read; each is rounded once."""

from __future__ import annotations

from fractions import Fraction

from autograder.errors import CourseError

SITE_DIGITS = 2  # decimals of a mark in a gradebook


def rounded(value: Fraction, digits: int = SITE_DIGITS) -> Fraction:
    """Return a value rounded half up, away from zero, to so many decimals."""
    scaled = (abs(value) * 10**digits * 2 + 1) // 2
    return Fraction(scaled if value >= 0 else -scaled, 10**digits)


def decimal_text(value: Fraction, digits: int = SITE_DIGITS, *, sign: str = ".") -> str:
    """Return a value with exactly so many decimals, which follow `sign`."""
    scaled = int(abs(rounded(value, digits)) * 10**digits)
    whole, rest = divmod(scaled, 10**digits)
    minus = "-" if value < 0 and scaled else ""
    return f"{minus}{whole}{sign}{rest:0{digits}}"


def parse_decimal(text: str) -> Fraction:
    """Return the number in a cell, with a decimal point or comma; ValueError if it is none."""
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "")
    if cleaned.count(",") == 1 and "." not in cleaned:
        cleaned = cleaned.replace(",", ".")
    if not cleaned.replace(".", "", 1).isdecimal():
        raise ValueError(text)
    return Fraction(cleaned)


def positive_number(text: str, place: str) -> Fraction:
    """Return the maximum that a site states; CourseError if it is no number above zero."""
    try:
        number = parse_decimal(text)
    except ValueError:
        number = Fraction(0)
    if number <= 0:
        raise CourseError(
            f"{place}: {text!r} is no number of points above 0, so marks cannot be scaled to it; "
            "set the points at the site, and download the file again"
        )
    return number

"""How a log record is written: one line, in which nothing that others wrote is obeyed."""

from __future__ import annotations

import logging
import sys

from autograder.text.log_format import MAX_RECORD_CHARS, OneLineFormatter


def line_of(message: str, *arguments: object, error: Exception | None = None) -> str:
    """Return the line of a record of the module `autograder.grading.judge`."""
    details = (type(error), error, None) if error is not None else None
    record = logging.LogRecord(
        "autograder.grading.judge", logging.INFO, __file__, 1, message, arguments, details
    )
    return OneLineFormatter().format(record)


def test_a_record_has_time_level_module_and_message() -> None:
    """The parts of a line stand in an order that sorts by time."""
    time, level, rest = line_of("%s: graded", "ana/tensors").split(maxsplit=2)
    assert (level, rest) == ("INFO", "grading.judge: ana/tensors: graded")
    assert len(time) == len("2026-01-01T00:00:00.000+00:00")


def test_a_name_is_escaped() -> None:
    """Control characters, line ends and characters that reorder text are written as escapes."""
    line = line_of("%s: graded", "a\x1b[31m\nb\u202ec\u2028d")
    assert line.endswith(r"a\x1b[31m\nb\u202ec\u2028d: graded")


def test_an_exception_stays_on_the_line() -> None:
    """A traceback is part of its record's line, and its text is escaped."""
    line = line_of("failed", error=ValueError("first\nsecond \x1b[0m"))
    assert "\n" not in line
    assert line.endswith(r"failed\nValueError: first\nsecond \x1b[0m")


def test_a_long_text_is_cut() -> None:
    """What is beyond the limit is left out and counted."""
    line = line_of("x" * (MAX_RECORD_CHARS + 5))
    assert line.endswith("x… [+5]")
    assert sys.getsizeof(line) < 3 * MAX_RECORD_CHARS

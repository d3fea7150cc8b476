"""Log records: one line each, with time and level, in which student text is escaped."""

from __future__ import annotations

import logging
import sys
from datetime import datetime

from autograder.text.sanitize import one_line

PACKAGE_LOGGER = "autograder"  # every module's logger is a child of it
MAX_RECORD_CHARS = 2_000  # of one line: an exception of a student may be as long as a book


class OneLineFormatter(logging.Formatter):
    """Formats a record as `time LEVEL module: message`, on one line.

    Names of students and texts of their exceptions stand in messages: control characters,
    characters that reorder text and line ends are written as escapes.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, without its line end."""
        time = datetime.fromtimestamp(record.created).astimezone().isoformat("T", "milliseconds")
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{self.formatException(record.exc_info)}"
        if len(message) > MAX_RECORD_CHARS:
            message = f"{message[:MAX_RECORD_CHARS]}… [+{len(message) - MAX_RECORD_CHARS}]"
        module = record.name.removeprefix(f"{PACKAGE_LOGGER}.")
        return f"{time} {record.levelname:7} {module}: {one_line(message)}"


def log_to_stderr(verbosity: int) -> None:
    """Log this process's records to stderr: INFO and above from 1 on, DEBUG too from 2 on."""
    if verbosity < 1:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter())
    handler.setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)
    logger = logging.getLogger(PACKAGE_LOGGER)
    logger.addHandler(handler)
    logger.setLevel(handler.level)

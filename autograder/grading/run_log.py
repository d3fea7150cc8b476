"""OUT/run.log: what a run of `grade` did and why, for staff; one line per record."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from autograder.text.log_format import PACKAGE_LOGGER, OneLineFormatter

RUN_LOG_FILE = "run.log"  # below OUT; it holds clock times, so no two runs write the same bytes


class _AppendHandler(logging.Handler):
    """Appends each record to a file by a single write.

    Judges are forked processes that write to the same open file: O_APPEND keeps their lines whole.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(logging.INFO)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o666)
        self.setFormatter(OneLineFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of a record."""
        line = f"{self.format(record)}\n"
        with suppress(OSError):  # a full disk is reported by what writes the results
            os.write(self._descriptor, line.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)
        super().close()


@contextmanager
def run_log(out: Path) -> Iterator[None]:
    """Append the records of the block, from level INFO on, to the log of a run into `out`."""
    logger = logging.getLogger(PACKAGE_LOGGER)
    level_before = logger.level
    handler = _AppendHandler(out / RUN_LOG_FILE)
    logger.addHandler(handler)
    if not logger.isEnabledFor(logging.INFO):
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level_before)
        handler.close()

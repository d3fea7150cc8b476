"""`autograder review` as a process of its own, as a marker starts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.command_line import Running

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/enter\?token=\S+")


@contextmanager
def reviewing(out: Path, *options: object) -> Iterator[tuple[Running, str]]:
    """Start the command over OUT; yield it and the address that it prints; kill it at the end."""
    running = Running("review", out, *options)
    try:
        assert running.process.stdout is not None
        for line in running.process.stdout:
            found = ADDRESS.search(line)
            if found:
                yield running, found[0]
                break
        else:
            raise AssertionError(f"no address: {running.finish()}")
    finally:
        running.process.kill()
        running.process.communicate()

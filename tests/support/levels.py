"""Which level of the sandbox this machine reaches: tests of the full one skip below it, with the
reason.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.once import once

REFUSAL = "see `autograder doctor`; "  # how a run ends that asked for more than there is
PRIVATE_DISK = [
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "mount",
    "-t",
    "tmpfs",
    "none",
    "/mnt",
]


@once
def missing() -> str:
    """Why this machine does not reach level A, in the words of `doctor`; empty where it does.

    AssertionError where the kernel has all that is needed: then it is our fault, and nothing may
    skip.
    """
    said = subprocess.run(
        [sys.executable, "-m", "autograder", "doctor"], capture_output=True, text=True, check=False
    )
    if said.returncode == 0:
        return ""
    is_allowed = subprocess.run(PRIVATE_DISK, capture_output=True, check=False).returncode == 0
    assert not (is_allowed and "ok      Landlock" in said.stdout), said.stdout
    lines = [line for line in said.stdout.splitlines() if line.startswith("missing")]
    return "; ".join(lines) or said.stdout + said.stderr


def skip_below_a() -> None:
    """End a test that needs level A where there is none."""
    if missing():
        pytest.skip(f"needs sandbox level A: {missing()}")


def skip_where_refused(output: str) -> None:
    """End a test whose command ended for want of a sandbox, where there is no level A."""
    if REFUSAL in output:
        skip_below_a()

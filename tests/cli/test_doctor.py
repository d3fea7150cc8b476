"""What `doctor` says about this machine."""

from __future__ import annotations

import pytest

from autograder.model import SANDBOX_LEVELS
from tests.support.command_line import Ended, autograder, graded_class, result

REQUIREMENTS = (
    "Linux",
    "Python",
    "torch",
    "own namespaces",
    "private disk",
    "Landlock",
    "seccomp",
    "cgroup",
)


@pytest.fixture(scope="module")
def diagnosis() -> Ended:
    """Run `autograder doctor` on this machine to its end."""
    return autograder("doctor")


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_each_requirement_has_its_line(diagnosis: Ended, name: str) -> None:
    """Every requirement is either there or missing, with what was found."""
    lines = diagnosis.stdout.splitlines()
    assert (
        len([line for line in lines if line.startswith((f"ok      {name}", f"missing {name}"))])
        == 1
    )


def test_what_is_missing_comes_with_its_fix(diagnosis: Ended) -> None:
    """The line below a missing requirement says what to do."""
    lines = diagnosis.stdout.splitlines()
    below = [lines[i + 1] for i, line in enumerate(lines) if line.startswith("missing ")]
    assert [line for line in below if not line.startswith("        fix: ")] == []


def test_the_level_is_that_at_which_grading_runs(diagnosis: Ended) -> None:
    """The last line names the level that a worker reached: the same that results record."""
    last = diagnosis.stdout.splitlines()[-1]
    level = last.removeprefix("sandbox level ")[0]
    assert level in SANDBOX_LEVELS
    _, out = graded_class("--allow-sandbox", "C")
    assert result(out, "right")["sandbox"]["level"] == level


def test_the_exit_code_says_whether_the_sandbox_is_full(diagnosis: Ended) -> None:
    """0 at level A, 4 below."""
    assert diagnosis.returncode == (0 if diagnosis.stdout.endswith("sandbox level A\n") else 4)

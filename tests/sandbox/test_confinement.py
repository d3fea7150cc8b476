"""Student code in a worker: how each file of sandboxed/ ends, and what it leaves behind.

Every file is run four times: at level A as the user who runs the tests and as the root of a
container, at levels A and B as a user who owns nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.model import Outcome
from autograder.sandbox.identity import UNPRIVILEGED_IDS
from autograder.sandbox.launch import Zygote
from tests.support import container_root, ordinary_user
from tests.support.levels import skip_below_a
from tests.support.once import once
from tests.support.places import REPOSITORY
from tests.support.student_cases import Case, cases, end_of

CASES = {case.name: case for case in cases()}
STUDENT_CASES = (sys.executable, "-m", "tests.support.student_cases")
USERS = [
    (level, name) for level in ("A", "B") for name, case in CASES.items() if level in case.expected
]


# ------------------------------------------------------------------------------------ what student
# code can do


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "A" in case.expected])
def test_student_code_ends_as_its_file_says(name: str, zygote: Zygote, tmp_path: Path) -> None:
    """Each student file ends as its first line says, at level A."""
    mine = tmp_path / "mine"
    mine.touch()
    assert end_of(CASES[name], zygote, mine) == CASES[name].expected["A"]


@once
def ends_as_ordinary_user(level: str) -> dict[str, Any]:
    """How all cases end where a user who owns nothing grades."""
    if level == "A":
        skip_below_a()
    return ends_of(ordinary_user.run(*STUDENT_CASES, level))


@once
def ends_as_container_root() -> dict[str, Any]:
    """How all cases end where the root of a container grades, who may not mount."""
    skip_below_a()
    return ends_of(
        subprocess.run(
            [*container_root.COMMAND, *STUDENT_CASES, "A"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
    )


def ends_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return what a run of all cases says; skip where this machine refuses such a user."""
    if done.returncode == ordinary_user.REFUSED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    ends: dict[str, Any] = json.loads(done.stdout)
    return ends


@pytest.mark.parametrize(("level", "name"), USERS)
def test_student_code_ends_the_same_where_an_ordinary_user_grades(level: str, name: str) -> None:
    """Each student file ends as it says under an ordinary user's zygote, at both levels."""
    expected = CASES[name].expected[level]
    end = ends_as_ordinary_user(level)["ends"][name]
    assert end == (expected.value if isinstance(expected, Outcome) else [expected])


@pytest.mark.parametrize("level", ["A", "B"])
def test_an_ordinary_users_files_stay_as_they_are(level: str) -> None:
    """What the grading user owns is untouched by its workers, and no folder of a worker is left."""
    ends = ends_as_ordinary_user(level)
    assert ends["uid"] != 0
    assert (ends["mine"], ends["left"]) == ("untouched", ["mine"])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "A" in case.expected])
def test_student_code_ends_the_same_where_a_containers_root_grades(name: str) -> None:
    """Each student file ends as it says where root lacks CAP_SYS_ADMIN, at level A."""
    expected = CASES[name].expected["A"]
    end = ends_as_container_root()["ends"][name]
    assert end == (expected.value if isinstance(expected, Outcome) else [expected])


def test_workers_of_a_containers_root_are_another_user() -> None:
    """Student code is not root there, in the eyes of the container, and owns none of its files."""
    ends = ends_as_container_root()
    assert (ends["uid"], ends["workers"]) == (0, UNPRIVILEGED_IDS[0])
    assert (ends["mine"], ends["left"]) == ("untouched", ["mine"])


# ------------------------------------------------------------------------------------ the files
# themselves


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_every_file_says_what_it_does(case: Case) -> None:
    """Every student file begins, after its expectation, with a sentence on what it tries."""
    line = next(line for line in case.source.decode().split("\n") if not line.startswith("#"))
    assert line.startswith('"""')
    assert line.endswith('."""')

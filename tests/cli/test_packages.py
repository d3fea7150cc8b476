"""The packages of a course: named by `doctor`, proven in a worker by `verify`."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

from tests.support.command_line import autograder
from tests.unit.config.test_packages import listing


def test_doctor_names_the_packages(tmp_path: Path) -> None:
    """Each package has its line, with its version or the command that helps; exit code 4 where one
    is missing.
    """
    ended = autograder("doctor", "--course", listing(tmp_path, "torch>=2", "no-such-thing>=1.0"))
    assert f"ok      package torch>=2: {version('torch')}\n" in ended.stdout
    assert (
        "missing package no-such-thing>=1.0: no-such-thing is not installed\n"
        "        fix: python -m pip install 'no-such-thing>=1.0'\n"
    ) in ended.stdout
    assert ended.returncode == 4


def test_doctor_names_the_python_that_was_released_for(tmp_path: Path) -> None:
    """Where releases promise another Python than this one, students are told what does not hold: it
    is a line.
    """
    course = listing(tmp_path, "torch")
    (course / "release" / "tensors").mkdir(parents=True)
    (course / "release" / "tensors" / "MANIFEST.json").write_text(
        '{"python": "3.99"}', encoding="utf-8"
    )
    ended = autograder("doctor", "--course", course)
    assert f"missing Python 3.99, as released: {platform.python_version()}\n" in ended.stdout


def test_verify_imports_the_packages_in_a_worker(tmp_path: Path) -> None:
    """What is installed and cannot be imported where student code runs is no promise: verification
    fails.
    """
    course = listing(tmp_path, "torch", "tests")  # importable here, and out of a worker's sight
    ended = autograder("verify", "tensors", "--case", "solution", "--course", course)
    assert ended.returncode == 1
    assert "tests cannot be imported in a worker (ModuleNotFoundError)" in ended.stdout
    assert "tensors: 1 of 2 packages can be imported" in ended.stdout

"""Peers that start a process for each submission: pytest, gradescope-utils, check50, Otter."""

from __future__ import annotations

import json
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from tests.bench.peers.environments import python_of, version_of
from tests.bench.peers.peer import CHECKS_FOLDER, FORMATS, Command, Marks, run_all
from tests.bench.submissions import FILE_NAME

PASSED_OF_PYTEST = re.compile(r"^PASSED .*::test_check\[(\w+)\]$", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class ProcessEach:
    """A peer that runs one command in a folder of each submission.

    `arguments` are made of the peer's folder, and `passed` reads what the command left in a
    submission's.
    """

    name: str
    version: str
    arguments: Callable[[Path], Sequence[str | Path]]
    passed: Callable[[Path], frozenset[str]]
    set_up: Callable[[Path], None] = lambda folder: None  # makes what all submissions share
    at_a_time: int = 1
    folder: Path = Path()
    students: list[Path] = field(default_factory=list)

    def prepare(self, files: Sequence[Path], folder: Path) -> None:
        """Give each submission a folder, in which it has its usual name."""
        self.folder = folder
        self.students = [folder / "students" / file.stem for file in files]
        for student, file in zip(self.students, files, strict=True):
            student.mkdir(parents=True)
            shutil.copy(file, student / FILE_NAME)
        self.set_up(folder)

    def grade(self) -> None:
        """Run the command for each."""
        arguments = self.arguments(self.folder)
        commands = [
            Command(arguments=arguments, folder=student, output=self.folder / f"{student.name}.txt")
            for student in self.students
        ]
        run_all(commands, self.folder, self.at_a_time)

    def marks(self) -> Marks:
        """Return the checks that each passed."""
        return {student.name: self.passed(student) for student in self.students}


def output_of(student: Path) -> str:
    """Return what a submission's command printed."""
    return (student.parents[1] / f"{student.name}.txt").read_text(encoding="utf-8")


def results_of(student: Path) -> dict[str, list[dict[str, object]]]:
    """Return the results.json that a command left, or nothing."""
    file = student / "results.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def fresh_pytest(at_a_time: int) -> ProcessEach:
    """Return pytest of the harness's environment, without the plugins that are installed there."""

    def set_up(folder: Path) -> None:  # away from this repository's conftest.py
        shutil.copy(FORMATS / "pytest_format.py", folder)

    options = ["-q", "-rp", "-p", "no:cacheprovider", "--disable-plugin-autoload"]
    options += ["--import-mode=importlib", "-c", "/dev/null", "--rootdir", "."]
    command = [sys.executable, "-m", "pytest", *options]
    return ProcessEach(
        name=f"pytest, a fresh process each, {at_a_time} at a time",
        version=version("pytest"),
        arguments=lambda folder: [*command, folder / "pytest_format.py"],
        passed=lambda student: frozenset(PASSED_OF_PYTEST.findall(output_of(student))),
        set_up=set_up,
        at_a_time=at_a_time,
    )


def gradescope_utils() -> ProcessEach:
    """Return gradescope-utils, as an autograder of Gradescope runs it."""
    python = python_of("gradescope-utils")

    def passed(student: Path) -> frozenset[str]:
        tests = results_of(student).get("tests", [])
        return frozenset(str(test["name"]) for test in tests if test["score"])

    return ProcessEach(
        name="gradescope-utils, a fresh process each",
        version=version_of("gradescope-utils"),
        arguments=lambda folder: [python, FORMATS / "gradescope_format.py"],
        passed=passed,
    )


def check50() -> ProcessEach:
    """Return check50 with checks on this machine, two of which it runs at a time by itself."""
    program = python_of("check50").with_name("check50")

    def set_up(folder: Path) -> None:
        (folder / "checks").mkdir()
        shutil.copy(FORMATS / "check50_format.py", folder / "checks" / "__init__.py")
        (folder / "checks" / ".cs50.yml").write_text("check50: true\n", encoding="utf-8")

    def passed(student: Path) -> frozenset[str]:
        results = results_of(student).get("results", [])
        return frozenset(str(result["name"]) for result in results if result["passed"] is True)

    output = ["-o", "json", "--output-file", "results.json"]
    return ProcessEach(
        name="check50 --dev",
        version=version_of("check50"),
        arguments=lambda folder: [program, "--dev", *output, folder / "checks"],
        passed=passed,
        set_up=set_up,
    )


def otter_run() -> ProcessEach:
    """Return `otter run`, which grades a script without a container."""
    program = python_of("otter-grader").with_name("otter")

    def set_up(folder: Path) -> None:
        test = (FORMATS / "otter_format.py").read_text(encoding="utf-8")
        with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
            archive.writestr("otter_config.json", json.dumps({"lang": "python"}))
            for name in check_names():
                archive.writestr(f"tests/{name}.py", test.replace("CHECK_NAME", name))

    def passed(student: Path) -> frozenset[str]:
        tests = results_of(student).get("tests", [])
        return frozenset(str(test["name"]) for test in tests if test.get("score"))

    return ProcessEach(
        name="otter run",
        version=version_of("otter-grader"),
        arguments=lambda folder: [
            *(program, "run", "--no-logo", "-a", folder / "autograder.zip", "-o", "."),
            FILE_NAME,
        ],
        passed=passed,
        set_up=set_up,
    )


def check_names() -> list[str]:
    """Return the names of the checks, read without importing torch."""
    source = (CHECKS_FOLDER / "residual_checks.py").read_text(encoding="utf-8")
    return re.findall(r"^def (\w+)\(student: Any\) -> None:", source, re.MULTILINE)

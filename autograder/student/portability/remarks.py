"""Remarks before hand-in: what would not work where it is graded, with its line and a remedy."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.config.packages import served_to
from autograder.model import Assignment, CheckResult, Course, Frame, Lang, Outcome
from autograder.student.portability.content import Flaw, flaw_of
from autograder.student.portability.imports import ServedModules, unserved_imports
from autograder.student.portability.processes import starts_in
from autograder.student.portability.python import Version, newer_features
from autograder.student.portability.source import CodePiece, StudentCode, code_of
from autograder.student.released_lang import MANIFEST_FILE
from autograder.text.sentences import line_place, say

FINDING_ID = "portability"
UNUSABLE_FLAWS = ("lfs_pointer", "web_page", "cut_short")  # nothing can be done with such a file


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingEnvironment:
    """Where an assignment is graded, as far as a student's machine knows."""

    course: Course
    assignment: Assignment
    python: Version


def recorded_python(folder: Path) -> Version:
    """Return the Python version that the release in `folder` records; else the running one."""
    try:
        recorded = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["python"]
        major, minor = map(int, recorded.split("."))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return sys.version_info[:2]
    return major, minor


def portability_of(
    file: Path,
    shown_name: str,
    files: Mapping[str, bytes],
    environment: GradingEnvironment,
    lang: Lang,
) -> tuple[CheckResult, ...]:
    """Return the remarks on files by declared name; `shown_name` stands for `file`, the code."""
    assignment = environment.assignment
    remarks: list[CheckResult] = []
    for name, content in files.items():
        flaw = flaw_of(name, content)
        if flaw is not None:
            remarks.append(_flaw_remark(name, flaw, lang))
    if assignment.runs_code:
        on_code = _CodeRemarks(file, shown_name, environment, lang)
        for name, content in files.items():
            if name in assignment.source_names:
                remarks += on_code.of(code_of(name, content))
    return tuple(remarks)


def _flaw_remark(name: str, flaw: Flaw, lang: Lang) -> CheckResult:
    return CheckResult(
        id=FINDING_ID,
        criterion="",
        outcome=Outcome.DENIED if flaw in UNUSABLE_FLAWS else Outcome.FAILED,
        message=say("portability", flaw, lang, name=name),
        hint=say("portability", f"{flaw}_hint", lang, name=name),
    )


class _CodeRemarks:
    """The remarks on one file's code."""

    def __init__(
        self, file: Path, shown_name: str, environment: GradingEnvironment, lang: Lang
    ) -> None:
        self.file = file
        self.shown_name = shown_name
        self.environment = environment
        self.lang = lang

    def of(self, code: StudentCode) -> list[CheckResult]:
        """Return all remarks on the code."""
        return [*self._newer(code), *self._imports(code), *self._processes(code)]

    def _newer(self, code: StudentCode) -> list[CheckResult]:
        python = self.environment.python
        remarks = []
        for feature in newer_features(code, python):
            remark = self._remark(
                "newer",
                feature.piece,
                feature.line,
                Outcome.MANUAL if feature.is_served else Outcome.FAILED,
                what=feature.spelling,
                since=_version_text(feature.since),
                python=_version_text(python),
            )
            remarks.append(remark)
        return remarks

    def _imports(self, code: StudentCode) -> list[CheckResult]:
        assignment, packages = self.environment.assignment, self.environment.course.packages
        modules = frozenset(package.module for package in served_to(assignment, packages))
        served = ServedModules(
            python=self.environment.python,
            listed=modules if packages else None,
            hidden=frozenset(assignment.hidden_packages),
            own=modules_beside(self.file),
            itself=assignment.id,
        )
        names = ", ".join(sorted(served.listed or ()))
        remarks = []
        for unserved in unserved_imports(code, served):
            remark = self._remark(
                unserved.reason,
                unserved.piece,
                unserved.line,
                module=unserved.module,
                packages=names,
                file=self.shown_name,
            )
            remarks.append(remark)
        return remarks

    def _processes(self, code: StudentCode) -> list[CheckResult]:
        if self.environment.assignment.limits.processes > 1:
            return []
        remarks = []
        for start in starts_in(code):
            key = "workers" if start.is_loader else "process"
            outcome = Outcome.MANUAL if start.is_loader else Outcome.FAILED
            remarks.append(self._remark(key, start.piece, start.line, outcome, call=start.call))
        return remarks

    def _remark(
        self,
        key: str,
        piece: CodePiece,
        line: int,
        outcome: Outcome = Outcome.FAILED,
        **values: object,
    ) -> CheckResult:
        frame = Frame(file=self.shown_name, line=line, cell=piece.cell)
        place = line_place(frame, self.lang)
        return CheckResult(
            id=FINDING_ID,
            criterion="",
            outcome=outcome,
            message=say("portability", key, self.lang, place=place, **values),
            hint=say("portability", f"{key}_hint", self.lang, **values),
            where=(frame,),
        )


def modules_beside(file: Path) -> frozenset[str]:
    """Return the modules and packages that lie beside a file and are not handed in."""
    try:
        paths = list(file.absolute().parent.iterdir())
    except OSError:
        return frozenset()
    others = [path for path in paths if path != file.absolute()]
    return frozenset(path.stem for path in others if path.suffix == ".py" or path.is_dir())


def _version_text(version: Version) -> str:
    return ".".join(map(str, version))

"""What a student is told before hand-in of what would not work where it is graded, with its line
and the mend.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.config.packages import served_to
from autograder.model import Assignment, CheckResult, Course, Frame, Lang, Outcome
from autograder.student.portability.content import flaw_of
from autograder.student.portability.imports import Served, unserved
from autograder.student.portability.processes import starts_in
from autograder.student.portability.python import Version, newer_than
from autograder.student.portability.source import Code, Piece, code_of
from autograder.text.sentences import line_place, say

MANIFEST = "MANIFEST.json"  # of a released folder
ID = "portability"
UNUSABLE = ("lfs_pointer", "web_page", "cut_short")  # nothing can be done with such a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where an assignment is graded, as far as a student's machine knows."""

    course: Course
    assignment: Assignment
    python: Version


def recorded_python(folder: Path) -> Version:
    """The version of Python that grades, as the release in `folder` records it; this one's where
    none does.
    """
    try:
        recorded = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["python"]
        major, minor = map(int, recorded.split("."))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return sys.version_info[:2]
    return major, minor


def portability_of(
    file: Path, called: str, files: Mapping[str, bytes], environment: Environment, lang: Lang
) -> tuple[CheckResult, ...]:
    """What is to be said of files, by declared name; `file` is the code, in whose lines it is
    `called` so.
    """
    assignment = environment.assignment
    told = [_of_content(name, content, lang) for name, content in files.items()]
    remarks = [each for each in told if each is not None]
    if assignment.runs_code:
        of_code = _Remarks(file, called, environment, lang)
        sources = [
            (name, content) for name, content in files.items() if name in assignment.source_names
        ]
        remarks += [
            remark for name, content in sources for remark in of_code.of(code_of(name, content))
        ]
    return tuple(remarks)


def _of_content(name: str, content: bytes, lang: Lang) -> CheckResult | None:
    flaw = flaw_of(name, content)
    if flaw is None:
        return None
    return CheckResult(
        id=ID,
        criterion="",
        outcome=Outcome.DENIED if flaw in UNUSABLE else Outcome.FAILED,
        message=say("portability", flaw, lang, name=name),
        hint=say("portability", f"{flaw}_hint", lang, name=name),
    )


class _Remarks:
    """The sentences on one file's code."""

    def __init__(self, file: Path, called: str, environment: Environment, lang: Lang) -> None:
        self.file = file
        self.called = called
        self.environment = environment
        self.lang = lang

    def of(self, code: Code) -> list[CheckResult]:
        """Everything that is to be said of the code."""
        return [*self._newer(code), *self._imports(code), *self._processes(code)]

    def _newer(self, code: Code) -> list[CheckResult]:
        python = self.environment.python
        return [
            self._result(
                "newer",
                n.piece,
                n.line,
                Outcome.MANUAL if n.is_served else Outcome.FAILED,
                what=n.what,
                since=_words(n.since),
                python=_words(python),
            )
            for n in newer_than(code, python)
        ]

    def _imports(self, code: Code) -> list[CheckResult]:
        assignment, packages = self.environment.assignment, self.environment.course.packages
        served = Served(
            python=self.environment.python,
            listed=frozenset(p.module for p in served_to(assignment, packages))
            if packages
            else None,
            hidden=frozenset(assignment.hidden_packages),
            own=modules_beside(self.file),
            itself=assignment.id,
        )
        names = ", ".join(sorted(served.listed or ()))
        return [
            self._result(u.why, u.piece, u.line, module=u.module, packages=names, file=self.called)
            for u in unserved(code, served)
        ]

    def _processes(self, code: Code) -> list[CheckResult]:
        if self.environment.assignment.limits.processes > 1:
            return []
        return [
            self._result(
                "workers" if s.is_loader else "process",
                s.piece,
                s.line,
                Outcome.MANUAL if s.is_loader else Outcome.FAILED,
                call=s.call,
            )
            for s in starts_in(code)
        ]

    def _result(
        self, key: str, piece: Piece, line: int, outcome: Outcome = Outcome.FAILED, **values: object
    ) -> CheckResult:
        frame = Frame(file=self.called, line=line, cell=piece.cell)
        place = line_place(frame, self.lang)
        return CheckResult(
            id=ID,
            criterion="",
            outcome=outcome,
            message=say("portability", key, self.lang, place=place, **values),
            hint=say("portability", f"{key}_hint", self.lang, **values),
            where=(frame,),
        )


def modules_beside(file: Path) -> frozenset[str]:
    """The modules and packages that lie beside a file, which are not handed in."""
    try:
        beside = list(file.absolute().parent.iterdir())
    except OSError:
        return frozenset()
    return frozenset(
        p.stem for p in beside if p != file.absolute() and (p.suffix == ".py" or p.is_dir())
    )


def _words(version: Version) -> str:
    return ".".join(map(str, version))

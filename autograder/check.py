"""A student's own run: the public checks on a file, in this process, without a sandbox and without marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError, StudentError
from autograder.grade import broken_cell_finding, import_finding
from autograder.grader import Grader, with_grader
from autograder.live import LiveSubmission, in_process
from autograder.model import Assignment, CheckResult, Course, Criterion, Lang, Run
from autograder.near import did_you_mean
from autograder.testing import serving
from autograder.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRun:
    """What a student's own run found."""

    assignment: Assignment
    findings: tuple[CheckResult, ...]  # about the file as a whole
    results: tuple[CheckResult, ...]
    unseen: tuple[Criterion, ...]  # criteria that no public check looks at


@dataclass(frozen=True, slots=True, kw_only=True)
class InProcess:
    """An examination in this very process: what `Grader.examine` needs, without a worker."""

    live: LiveSubmission

    def begin(self, check: str, criterion: str, *, measure: bool = False) -> LiveSubmission:
        """The same live submission for every check."""
        return self.live

    def take_output(self) -> str:
        """Nothing is captured: what is printed is on the student's screen."""
        return ""


def find_assignment(course: Course, path: Path, id: str | None) -> Assignment:
    """The assignment that a file is for, by `id` or by the file's name; CourseError where there is none."""
    ids = [a.id for a in course.assignments]
    if id is not None:
        if id not in ids:
            raise CourseError(f"--assignment {id}: no such assignment{did_you_mean(id, ids)}")
        return course.assignment(id)
    for assignment in course.assignments:
        if path.name in assignment.source_names or path.stem == assignment.id:
            return assignment
    near = did_you_mean(path.stem, ids)
    raise CourseError(f"{path}: which assignment is it? name it with --assignment ID{near}")


def sources(path: Path, assignment: Assignment) -> list[Path]:
    """The files that could be the student's: `path` itself, or those of the assignment in the folder `path`."""
    candidates = [path / name for name in assignment.source_names] if path.is_dir() else [path]
    return [candidate for candidate in candidates if candidate.is_file()]


def find_file(path: Path, assignment: Assignment) -> Path:
    """The student's file: `path` itself, or the first of the assignment in the folder `path`."""
    if found := sources(path, assignment):
        return found[0]
    names = " or ".join(assignment.source_names)
    raise CourseError(f"{path}: no such file; expected {names}")


def _files(assignment: Assignment, file: Path) -> dict[str, bytes]:
    """The declared files beside `file`, which itself counts as the first of them."""
    beside = {d.name: file.with_name(d.name) for d in assignment.files[1:]}
    found = {name: path.read_bytes() for name, path in beside.items() if path.is_file()}
    return {assignment.files[0].name: file.read_bytes(), **found}


def check(course: Course, assignment: Assignment, file: Path, lang: Lang) -> OwnRun:
    """Run the public checks on `file`; CourseError where the assignment has none."""
    if not any(assignment.public.glob("test_*.py")):
        raise CourseError(f"{assignment.id}: it has no public checks yet")

    def body(grader: Grader) -> OwnRun:
        findings: list[CheckResult]
        if assignment.warm_packages:
            serving(packages=assignment.warm_packages)  # as in the sandbox: at once, and without a network
        try:
            live, broken = in_process(assignment.id, file, _files(assignment, file))
        except StudentError as error:
            findings = [import_finding(error, assignment, lang)]
            results = grader.blocked_by(say("findings", "import", lang)).results
        else:
            findings = [broken_cell_finding(error, lang) for error in broken]
            examined = grader.examine(InProcess(live=live), Run(lang=lang))
            results = examined.results
            findings += examined.record.told
        seen = {r.criterion for r in results}
        unseen = tuple(c for c in assignment.criteria if c.id not in seen)
        return OwnRun(assignment=assignment, findings=tuple(findings), results=tuple(results), unseen=unseen)

    return with_grader(course, assignment, assignment.public, lang, body)

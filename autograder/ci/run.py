"""A run in a runner: grade the checkout, leave the results, and say how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.ci.checkout_grade import (
    CheckoutGrade,
    RunState,
    faulty_grade,
    grade_checkout,
    joined,
)
from autograder.ci.outputs import RunOutputs, write_classroom50, write_folder, write_to_runner
from autograder.ci.public_course import with_public_checks
from autograder.ci.runner import Runner, runner_of
from autograder.config.course import load_course
from autograder.errors import CourseError, HostError
from autograder.integrations.exports.classroom50 import submission_fields
from autograder.integrations.exports.wording import phrase
from autograder.model import Assignment, Course, Lang, Level
from autograder.text.suggestions import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What is to be graded, and where its results go."""

    repository: Path
    course: Path
    is_public: bool  # whether the public checks grade, and not the hidden graders
    assignments: tuple[str, ...] = ()  # ids; none means every one with files in the repository
    student: str = ""  # empty: as the runner says
    folder: Path | None = None  # of the files that are kept
    is_classroom50: bool = False
    lang: Lang = "es"
    data: Path | None = None
    allow_sandbox: Level | None = None


def run(request: RunRequest, environment: Mapping[str, str]) -> RunOutputs:
    """Grade a checkout, and write its results to where the runner and the request say.

    Whatever fails, the results say that it is not the student's fault before the error is raised.
    """
    runner = runner_of(environment, request.repository)
    student = request.student or runner.student
    with _reported_faults(request, runner, environment, student):
        if request.is_classroom50:
            submission_fields(environment)  # what is missing is said before anything is graded
        course = load_course(request.course)
        if request.is_public:
            course = with_public_checks(course)
        assignments = _chosen(course, request.assignments)
        grade = grade_checkout(
            course,
            request.repository,
            student,
            assignments,
            lang=request.lang,
            data=request.data,
            allow_sandbox=request.allow_sandbox,
            has_report=not request.is_public,
        )
        outputs = _outputs(course, grade, assignments, request)
    _write(outputs, request, runner, environment)
    return outputs


@contextmanager
def _reported_faults(
    request: RunRequest, runner: Runner, environment: Mapping[str, str], student: str
) -> Iterator[None]:
    """Write results without a mark where something fails in here, whatever it is."""
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not is_done:
            grade = faulty_grade(student, request.lang)
            outputs = RunOutputs(
                grade=grade,
                joined=grade.hand_ins[0],
                remarks=(phrase("ci", "fault", request.lang),),
                lang=request.lang,
            )
            _write(outputs, request, runner, environment)


def _chosen(course: Course, ids: Sequence[str]) -> list[Assignment]:
    """Return the assignments of these ids, or all that have checks; CourseError for unknown ids."""
    known = [each.id for each in course.assignments if each.is_gradable]
    for assignment_id in ids:
        if assignment_id not in known:
            hint = did_you_mean(assignment_id, known)
            raise CourseError(
                f"{assignment_id}: no assignment with such checks{hint}; "
                f"expected one of {', '.join(known)}"
            )
    return [course.assignment(each) for each in ids or known]


def _outputs(
    course: Course, grade: CheckoutGrade, assignments: Sequence[Assignment], request: RunRequest
) -> RunOutputs:
    """Return what is written of a run that ended, with the sentences above the results."""
    lang = request.lang
    remarks = []
    if not grade.hand_ins:
        names = ", ".join(each.files[0].name for each in assignments)
        remarks.append(phrase("ci", "nothing", lang, names=names))
    elif grade.state is RunState.ERROR:
        remarks.append(phrase("ci", "fault", lang))
    elif request.is_public:
        remarks.append(phrase("ci", "public", lang))
    return RunOutputs(grade=grade, joined=joined(course, grade), remarks=tuple(remarks), lang=lang)


def _write(
    outputs: RunOutputs, request: RunRequest, runner: Runner, environment: Mapping[str, str]
) -> None:
    """Write what a run leaves behind; HostError where that cannot be done."""
    try:
        write_to_runner(outputs, runner)
        if request.folder is not None:
            write_folder(outputs, request.folder)
        if request.is_classroom50:
            write_classroom50(outputs, environment, Path())
    except OSError as error:
        raise HostError(f"{error.filename or 'results'}: {error.strerror}") from error

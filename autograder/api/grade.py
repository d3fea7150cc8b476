"""Grade hand-ins of a course: what `autograder grade` does, as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from autograder.api.threads import usable_cpus, use_one_thread
from autograder.cluster.settings import cluster_settings
from autograder.config.course import COURSE_FILE
from autograder.config.packages import require_packages
from autograder.errors import CourseError, HostError
from autograder.grading.batch import grade_batch
from autograder.grading.batch_summary import BatchSummary
from autograder.grading.executor import Executor, LocalExecutor
from autograder.grading.graded import Graded
from autograder.grading.handin_status import HandedIn
from autograder.handin.collect.lateness import unsettled
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, read_ledger
from autograder.handin.intake import HandInListing, find_hand_ins
from autograder.measuring.data.flowers import read_split
from autograder.model import (
    DEFAULT_STORE_GIB,
    Accuracy,
    Assignment,
    Course,
    Decisions,
    Lang,
    Level,
    Run,
)
from autograder.sandbox.libraries import exposed
from autograder.scoring.overrides import MARKS_FILE, read_marks


def grade(
    course: Course,
    submitted: Path,
    out: Path,
    *,
    assignments: Sequence[str] = (),
    students: Sequence[str] = (),
    marks: Path | None = None,
    data: Path | None = None,
    seed: int | None = None,
    lang: Lang = "es",
    jobs: int | None = None,
    threads: int = 1,
    allow_sandbox: Level | None = None,
    accuracy: Accuracy = "full",
    cluster: str | None = None,
    store_gib: float = DEFAULT_STORE_GIB,
    on_graded: Callable[[Graded, int, int], None] | None = None,
    on_page: Callable[[int, int], None] | None = None,
) -> BatchSummary:
    """Grade hand-ins into a folder of results, and return the summary of the run.

    `submitted` holds `<student>/<assignment>/<files>` or `<student>/<assignment>.zip`, or is the
    file, archive or folder of one student for one assignment. `out` is made where it does not
    exist; what an earlier run finished there over the same inputs is taken as it is. The summary
    holds the final grades and, in `complaints`, what could not be used.

    Args:
        course: The course, from `load_course`.
        submitted: The folder of hand-ins, or one hand-in.
        out: The folder of results and reports.
        assignments: Ids of the only assignments to grade; none means all.
        students: Ids of the only students to grade; none means all.
        marks: The file of what people decided; None means marks.yml in `submitted`, where that
            holds a class.
        data: The folder of `flowers-102/` and `weights/`; None means `data` beside grading.yml.
        seed: Seed of the random inputs of the checks, below 2^128, to replay a run. None means the
            one that the first run into `out` drew; whoever knows a seed can foretell the inputs.
        lang: The language that students read.
        jobs: Submissions at a time; None means as many as there are processors.
        threads: Threads of one submission's own process.
        allow_sandbox: The weakest sandbox level that is accepted; None means what each assignment
            asks for.
        accuracy: Whether a model is measured on every test image, or until its level is certain.
        cluster: What grades: local:N, the address of a Dask scheduler, or a cluster.yml; None means
            this process.
        store_gib: GiB that judges may keep below `out` of what they compute of images, for one
            another and for later runs; it decides no mark. 0 means nothing.
        on_graded: Called after each submission: with it, its number from 1, and the number of all.
        on_page: Called while pages are written: with how many are, and the number of all.

    Raises:
        CourseError: The course, a grader, a file of marks or an argument is wrong.
        HostError: This machine cannot do what was asked (sandbox, packages, disk).

    Call it before torch computes anything in this process: the judges are forked from it.
    """
    require_apart(course.root, submitted, out)
    executor = _executor_of(cluster, course)
    options = Run(
        out=out,
        lang=lang,
        jobs=jobs or usable_cpus(),
        threads=threads,
        allowed=allow_sandbox,
        data=course.root / "data" if data is None else data.resolve(),
        accuracy=accuracy,
        store_bytes=int(store_gib * (1 << 30)),
    )
    batch = read_batch(course, submitted, options, assignments, students, marks)
    require_ready(course, _assignments_of(course, batch.listing), options)
    require_hidden_from_students(course.root, submitted, options)
    use_one_thread()
    summary = grade_batch(
        course,
        batch.listing.hand_ins,
        batch.run,
        _numbered(on_graded, len(batch.listing.hand_ins)),
        batch.decided,
        batch.collected,
        batch.handed_in,
        seed=seed,
        on_page=on_page,
        executor=executor,
    )
    summary.complaints = batch.listing.complaints
    return summary


def _executor_of(cluster: str | None, course: Course) -> Executor:
    """Return what grades; CourseError where its settings are wrong, HostError without packages."""
    if cluster is None:
        return LocalExecutor()
    from autograder.cluster.executor import ClusterExecutor

    return ClusterExecutor(cluster_settings(cluster, course))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a run finds before it grades: the hand-ins, and what people decided of them."""

    listing: HandInListing
    run: Run
    decided: Mapping[str, Decisions]
    collected: Ledger
    handed_in: HandedIn


def read_batch(
    course: Course,
    submitted: Path,
    options: Run,
    assignments: Sequence[str] = (),
    students: Sequence[str] = (),
    marks: Path | None = None,
) -> Batch:
    """Return what there is to grade in `submitted`, and what is known of it.

    CourseError where a file there is wrong, or where another attempt counts than the one that lies
    there.
    """
    assert options.out is not None
    listing = find_hand_ins(submitted, course, tuple(assignments), tuple(students))
    run = replace(
        options,
        submitted=submitted.resolve() if listing.is_class else None,
        marks=(marks or submitted / MARKS_FILE).resolve() if listing.is_class else None,
    )
    is_partial = bool(assignments or students) or not listing.is_class
    decided = _read_decisions(course, marks, listing, submitted, options.out)
    ledger_file = (submitted if listing.is_class else options.out) / LEDGER_FILE
    collected = read_ledger(ledger_file, tuple(each.id for each in course.assignments))
    _require_settled(course, collected, ledger_file.parent)
    return Batch(
        listing=listing,
        run=run,
        decided=decided,
        collected=collected,
        handed_in=HandedIn(
            by_student=listing.handed_in, is_class=listing.is_class, is_partial=is_partial
        ),
    )


def _require_settled(course: Course, collected: Ledger, folder: Path) -> None:
    """Raise CourseError where deadlines ask for other attempts than those that lie there."""
    waiting = unsettled(collected, course)
    if waiting:
        names = ", ".join(f"{student}/{assignment}" for student, assignment in waiting)
        raise CourseError(
            f"{folder / LEDGER_FILE}: by deadlines and extensions another attempt counts now of "
            f"{names}; take it with `autograder collect --into {folder}`"
        )


def _numbered(
    on_graded: Callable[[Graded, int, int], None] | None, total: int
) -> Callable[[Graded], None]:
    """Return a function that calls `on_graded`, if there is one, with the submission's number."""
    numbers = count(1)

    def report(graded: Graded) -> None:
        if on_graded is not None:
            on_graded(graded, next(numbers), total)

    return report


def require_apart(course_root: Path, submitted: Path, out: Path) -> None:
    """Raise CourseError where the course or the results lie in a folder that students fill."""
    handed_in = submitted.resolve()
    if not handed_in.is_dir():
        return
    if course_root.is_relative_to(handed_in):
        raise CourseError(
            f"{course_root}: the course may not lie in what was handed in; name it with --course"
        )
    if out.resolve().is_relative_to(handed_in):
        raise CourseError(f"{out}: results may not lie in what was handed in; choose another --out")


def _assignments_of(course: Course, hand_ins: HandInListing) -> list[Assignment]:
    """Return the assignments of which something was handed in."""
    ids = {hand_in.assignment for hand_in in hand_ins.hand_ins}
    return [assignment for assignment in course.assignments if assignment.id in ids]


def require_ready(course: Course, assignments: Sequence[Assignment], run: Run) -> None:
    """Raise an error where packages or images are missing: now, and not after an hour."""
    gradable = [assignment for assignment in assignments if assignment.is_gradable]
    if any(assignment.runs_code for assignment in gradable):
        require_packages(course.packages, COURSE_FILE)
    if any(assignment.needs_images for assignment in gradable):
        assert run.data is not None
        read_split(run.data, "test")


def require_hidden_from_students(course_root: Path, submitted: Path, run: Run) -> None:
    """Raise HostError where a path lies in the libraries that student code may read."""
    paths = (course_root, run.out, submitted, run.data)
    for path, libraries in exposed(map(str, paths)):
        raise HostError(
            f"{path}: lies in {libraries}, which student code may read; move it elsewhere"
        )


def _read_decisions(
    course: Course, named: Path | None, hand_ins: HandInListing, submitted: Path, out: Path
) -> dict[str, Decisions]:
    """Return what people decided, by student.

    It is read from the file that was named, or else from the one beside the class; for one
    student's hand-in, from the copy in OUT.
    """
    file = named or (submitted if hand_ins.is_class else out) / MARKS_FILE
    if named is None and not file.exists():
        return {}
    students = {hand_in.student for hand_in in hand_ins.hand_ins}
    students |= _folders_in(out / "results")
    if hand_ins.is_class:
        students |= _folders_in(submitted)
    decided = read_marks(file, course.rubric, students if hand_ins.is_class else None)
    return {student: decisions for student, decisions in decided.items() if student in students}


def _folders_in(folder: Path) -> set[str]:
    """Return the names of the folders in a folder; none where it is none."""
    if not folder.is_dir():
        return set()
    return {path.name for path in folder.iterdir() if path.is_dir()}

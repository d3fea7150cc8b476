"""Verify the graders of a course: what `autograder verify` does, as a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.api.threads import usable_cpus, use_one_thread
from autograder.config.packages import served_to
from autograder.errors import CourseError
from autograder.grading.workers.zygotes import starting_zygotes
from autograder.model import Assignment, CheckResult, Course, Run, ScoreSheet
from autograder.sandbox.temp_dirs import temporary_folder
from autograder.verification.cases import Case, cases_of, select_cases
from autograder.verification.generated_answers import generated_cases

if TYPE_CHECKING:
    from autograder.verification.free_lunch import FreeLunch
    from autograder.verification.kill_matrix import KillMatrix
    from autograder.verification.verify import CaseVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentProof:
    """What the verification of one assignment found."""

    assignment: Assignment
    verdicts: tuple[CaseVerdict, ...]  # one per case
    package_count: int  # packages of the course that its code may import
    refused_packages: tuple[str, ...]  # a line for each that cannot be imported in the sandbox
    matrix: KillMatrix | None  # which check fails on which wrong answer; None: only some cases ran
    free_lunches: tuple[FreeLunch, ...] = ()  # one for each criterion of which a puppet was graded
    checks: tuple[CheckResult, ...] = ()  # of the solution; empty: it was not graded

    @property
    def checks_on_trust(self) -> tuple[str, ...]:
        """The checks that rest on what a worker reports of itself."""
        return tuple(check.id for check in self.checks if check.on_trust)

    @property
    def is_sound(self) -> bool:
        """Whether every case ended as declared, and every check is proven by a wrong answer.

        A submission that computes nothing earns little.
        """
        has_faults = any(verdict.faults for verdict in self.verdicts)
        has_unproven_checks = self.matrix is not None and bool(self.matrix.unproven_checks)
        is_generous = any(lunch.is_too_large for lunch in self.free_lunches)
        return not (has_faults or self.refused_packages or has_unproven_checks or is_generous)


def verify(
    course: Course,
    assignments: Sequence[str] = (),
    *,
    case_patterns: Sequence[str] = (),
    jobs: int | None = None,
    data: Path | None = None,
    on_graded: Callable[[int, int], None] | None = None,
    on_assignment: Callable[[AssignmentProof], None] | None = None,
) -> tuple[AssignmentProof, ...]:
    """Grade answers whose marks are known, and return what that proves of each assignment.

    The solution must earn everything and the stub nothing; a `wrong/` answer must lose what it
    declares, a `right/` answer nothing. Every check must fail on some wrong answer. A puppet, which
    looks right and computes nothing, earns at most a quarter of each criterion.

    Args:
        course: The course, from `load_course`.
        assignments: Ids of the assignments; none means every one that has graders.
        case_patterns: Shell patterns; only cases of such a name are graded. Then the checks
            themselves are not judged, and `matrix` is None.
        jobs: Submissions at a time; None means as many as there are processors.
        data: The folder of `flowers-102/` that models are trained on; None means a small one,
            drawn for the purpose.
        on_graded: Called after each graded case and seed: with its number from 1, and the number of
            all of the assignment.
        on_assignment: Called with each proof as soon as it is complete.

    Raises:
        CourseError: An assignment has no graders, a grader is wrong, or no case has such a name.
        HostError: This machine cannot grade.

    Call it before torch computes anything in this process: the judges are forked from it.
    """
    chosen = with_graders(course, assignments)
    run = Run(jobs=jobs or usable_cpus(), data=data)
    use_one_thread()
    proofs = []
    with temporary_folder() as folder:
        for assignment, cases in _selected_cases(chosen, case_patterns, folder):
            proof = _verify_assignment(
                course,
                assignment,
                cases,
                run,
                folder,
                on_graded,
                is_complete=not case_patterns,
            )
            proofs.append(proof)
            if on_assignment is not None:
                on_assignment(proof)
    return tuple(proofs)


def with_graders(course: Course, ids: Sequence[str]) -> list[Assignment]:
    """Return the assignments of these ids, or all that have graders."""
    if not ids:
        return [assignment for assignment in course.assignments if assignment.is_gradable]
    chosen = [course.assignment(assignment_id) for assignment_id in ids]
    ungraded = [assignment.id for assignment in chosen if not assignment.is_gradable]
    if ungraded:
        raise CourseError(
            *(
                f"{name}: no graders yet; add assignments/{name}/graders/test_*.py"
                for name in ungraded
            )
        )
    return chosen


def all_cases(assignment: Assignment, folder: Path) -> list[Case]:
    """Return every case of an assignment; the files that are made for one go below `folder`."""
    declared = cases_of(assignment, folder / "merged")
    return declared + generated_cases(assignment, folder / "generated" / assignment.id)


def _selected_cases(
    assignments: Sequence[Assignment], patterns: Sequence[str], folder: Path
) -> list[tuple[Assignment, list[Case]]]:
    """Return each assignment with its cases of a name that was asked for, where it has any.

    Merged and generated answers are written below `folder`.
    """
    selected = []
    for assignment in assignments:
        cases = select_cases(all_cases(assignment, folder), patterns)
        if cases:
            selected.append((assignment, cases))
    if not selected:
        names = " or ".join(patterns)
        raise CourseError(f"no case is called {names}; expected such as 'stub' or 'wrong/*'")
    return selected


def _verify_assignment(
    course: Course,
    assignment: Assignment,
    cases: list[Case],
    run: Run,
    folder: Path,
    on_graded: Callable[[int, int], None] | None,
    *,
    is_complete: bool,
) -> AssignmentProof:
    """Grade the cases of one assignment; `is_complete` says that these are all cases."""
    with starting_zygotes([assignment], run.jobs, run.data) as zygotes:
        # These import torch, which takes a second; meanwhile the zygote warms up.
        from autograder.verification.artifacts import prepare_hand_ins, with_data
        from autograder.verification.free_lunch import free_lunches
        from autograder.verification.kill_matrix import matrix_of
        from autograder.verification.verify import seeds_of, verify

        run = with_data(run, assignment, folder / "data")
        handed_in = prepare_hand_ins(cases, assignment, run, folder / "cases" / assignment.id)
        total = sum(len(seeds_of(case, assignment)) for case in cases)
        verdicts, refused = verify(
            course,
            assignment,
            handed_in,
            run,
            zygotes.get(assignment.id),
            _numbered(on_graded, total),
        )
    graded = [(verdict.case, verdict.sheets[0]) for verdict in verdicts]
    served = served_to(assignment, course.packages) if assignment.runs_code else ()
    return AssignmentProof(
        assignment=assignment,
        verdicts=tuple(verdicts),
        package_count=len(served),
        refused_packages=tuple(refused),
        matrix=matrix_of(assignment, graded) if is_complete else None,
        free_lunches=free_lunches(assignment, graded),
        checks=_checks_of_solution(graded),
    )


def _checks_of_solution(graded: Sequence[tuple[Case, ScoreSheet]]) -> tuple[CheckResult, ...]:
    """Return how the checks ended on the solution, where that was graded."""
    for case, sheet in graded:
        if case.kind == "solution":
            return tuple(check for score in sheet.scores for check in score.checks)
    return ()


def _numbered(on_graded: Callable[[int, int], None] | None, total: int) -> Callable[[], None]:
    """Return a function that calls `on_graded`, if there is one, with the number of the case."""
    numbers = count(1)

    def report() -> None:
        if on_graded is not None:
            on_graded(next(numbers), total)

    return report

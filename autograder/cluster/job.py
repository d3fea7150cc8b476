"""What a run sends to its nodes, and what it does with their answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.cluster.backlog import MAX_LOSSES, Item
from autograder.cluster.course_files import course_files
from autograder.cluster.messages import Answer, Preparation
from autograder.cluster.node import harness_digest
from autograder.cluster.settings import ClusterSettings
from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.check_results import trace
from autograder.grading.graded import Graded
from autograder.grading.waiting import SetAside
from autograder.handin.intake import read_hand_in
from autograder.model import Assignment, Basis, Course, Level, Run, ScoreSheet, SubmittedFiles
from autograder.results import ResultError, from_json, result_path, write_bytes

logger = logging.getLogger(__name__)
# Times the limits of a hand-in, of which each may be lengthened on a slow machine, and of the one
# before it on the same judge; then its node hangs.
HANG_FACTOR = 4
HANG_RESERVE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run on a cluster: the course, its assignments, and where results go."""

    course: Course
    assignments: Sequence[Assignment]
    run: Run
    settings: ClusterSettings
    files: Mapping[str, bytes]  # of the course
    bases: Mapping[str, Basis]  # by assignment
    done: Callable[[Graded], None]

    def preparation(self, jobs: Mapping[str, int]) -> Preparation:
        """Return what a node needs that grades so many submissions at a time, by assignment."""
        run = self.run
        data = self.settings.data or ("" if run.data is None else str(run.data))
        return Preparation(
            root=str(self.course.root),
            assignments=tuple(jobs),
            files=self.files,
            seed=run.seed,
            lang=run.lang,
            jobs=jobs,
            threads=run.threads,
            allowed=run.allowed,
            accuracy=run.accuracy,
            data=data,
            harness=harness_digest(),
            bases={name: self.bases[name] for name in jobs},
            data_digests={
                each.id: digest_of_data(each, run) for each in self.assignments if each.id in jobs
            },
        )

    def read(self, item: Item) -> SubmittedFiles | SetAside:
        """Return the files of a hand-in, or that it gets the sheet of a fault of the harness."""
        hand_in = item.hand_in
        evidence = f"lost {item.losses} times, the last time alone: {item.reason}"
        if item.losses < MAX_LOSSES:
            try:
                assignment = self.course.assignment(hand_in.assignment)
                return read_hand_in(hand_in, assignment, self.run.lang)
            except Exception as error:  # it costs this hand-in alone
                evidence = trace(error)
        return SetAside(student=hand_in.student, assignment=hand_in.assignment, evidence=evidence)

    def seconds_for(self, assignment_id: str) -> float:
        """Return how long a hand-in may take before its node counts as one that hangs."""
        limits = self.course.assignment(assignment_id).limits
        measuring = limits.wall_measure if self._measures(assignment_id) else 0.0
        once = limits.wall_import + limits.wall_submission + limits.reserve + measuring
        return HANG_FACTOR * once + HANG_RESERVE_S

    def sheet_of(self, item: Item, answer: Answer) -> ScoreSheet:
        """Return the sheet that a node made; ResultError where it is not that of the hand-in."""
        try:
            sheet = from_json(answer.sheet.decode())
        except UnicodeDecodeError as error:
            raise ResultError(str(error)) from None
        hand_in = item.hand_in
        found = (sheet.student, sheet.assignment, sheet.seed, sheet.lang, sheet.basis)
        expected = (
            *(hand_in.student, hand_in.assignment, self.run.seed, self.run.lang),
            self.bases[hand_in.assignment],
        )
        if found != expected:
            raise ResultError("a sheet of another hand-in, seed or basis")
        return sheet

    def keep(self, sheet: ScoreSheet, answer: Answer) -> Level | None:
        """Write a result file, report it, and return the sandbox level that was in force."""
        if self.run.out is not None:
            path = result_path(self.run.out, sheet.student, sheet.assignment)
            write_bytes(path, answer.sheet)
        self.done(
            Graded(
                sheet=sheet,
                seconds=answer.seconds,
                lengthened=answer.lengthened,
                check_seconds=answer.check_seconds,
            )
        )
        return None if sheet.confinement is None else sheet.confinement.level

    def _measures(self, assignment_id: str) -> bool:
        return self.course.assignment(assignment_id).needs_images


def job_of(
    course: Course,
    assignments: Sequence[Assignment],
    run: Run,
    settings: ClusterSettings,
    done: Callable[[Graded], None],
) -> Job:
    """Return the job of a run; CourseError where the course's files changed meanwhile."""
    return Job(
        course=course,
        assignments=assignments,
        run=run,
        settings=settings,
        files=course_files(course, assignments),
        bases={each.id: basis_of(course, each) for each in assignments},
        done=done,
    )

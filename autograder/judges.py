"""The pool of judges: a whole class, graded in processes forked from one that collected the graders."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import torch

from autograder.errors import HostError
from autograder.grade import digest_of_data, digest_of_grader, grade, our_fault, sheet_of
from autograder.grader import Grader, trace, with_grader
from autograder.intake import HandIn, read
from autograder.model import LEVELS, Assignment, Course, Level, Run, ScoreSheet, Submission
from autograder.results import ResultError, from_json, result_path, to_json, write
from autograder.sandbox.kernel import PDEATHSIG, prctl
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import confine_one


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A finished submission."""

    sheet: ScoreSheet
    seconds: float
    reused: bool = False  # its result file was there already, made from the same inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What a judge process needs to grade one hand-in after the other."""

    grader: Grader
    zygote: Zygote | None  # None: the assignment runs no code
    run: Run
    digest: str

    @property
    def allowed(self) -> Level:
        """The weakest sandbox level whose results count."""
        return allowed_level(self.grader.assignment, self.run)

    def __call__(self, hand_in: HandIn) -> Graded:
        """Grade a hand-in, or take the result that is there already; write it as soon as it is done.

        OSError where it cannot be written; whatever else goes wrong costs this submission alone.
        """
        started = time.monotonic()
        try:
            submission = read(hand_in, self.grader.assignment, self.run.lang)
            finished = existing_sheet(submission, self)
            if finished is not None:
                return Graded(sheet=finished, seconds=0.0, reused=True)
            sheet = grade(self.grader, submission, self.zygote, self.run, self.digest)
        except Exception as error:
            return self.our_fault(hand_in, trace(error))
        save(sheet, self.run)
        return Graded(sheet=sheet, seconds=time.monotonic() - started)

    def our_fault(self, hand_in: HandIn, evidence: str) -> Graded:
        """A submission that we failed to grade: never scored, always reviewed."""
        assignment, lang = self.grader.assignment, self.run.lang
        unread = Submission(student=hand_in.student, assignment=assignment.id, files={}, digest="")
        findings = [our_fault(evidence, lang)]
        results = self.grader.blocked_by(findings[0].message).results
        sheet = sheet_of(assignment, unread, results, findings, self.run, self.digest)
        save(sheet, self.run)
        return Graded(sheet=sheet, seconds=0.0)


def save(sheet: ScoreSheet, run: Run) -> None:
    """Write the result file, whole or not at all."""
    if run.out is not None:
        write(result_path(run.out, sheet.student, sheet.assignment), to_json(sheet))


def allowed_level(assignment: Assignment, run: Run) -> Level:
    """The weakest sandbox level that is accepted: the run's, or else the assignment's."""
    return run.allowed or assignment.sandbox


def existing_sheet(submission: Submission, judge: Judge) -> ScoreSheet | None:
    """The finished sheet of an earlier run over the same bytes, graders, data, seed and language, if it stands.

    One that was made in a weaker sandbox than the judge's does not.
    """
    run = judge.run
    if run.out is None:
        return None
    try:
        text = result_path(run.out, submission.student, submission.assignment).read_text(encoding="utf-8")
        sheet = from_json(text)
    except (OSError, UnicodeDecodeError, ResultError):
        return None
    made_from = (sheet.submission_digest, sheet.grader_digest, sheet.data_digest, sheet.seed, sheet.lang)
    data = digest_of_data(judge.grader.assignment, run)
    level = sheet.confinement.level if sheet.confinement is not None else "A"
    stands = (
        made_from == (submission.digest, judge.digest, data, run.seed, run.lang)
        and (sheet.student, sheet.assignment) == (submission.student, submission.assignment)
        and sheet.status != "needs_review"
        and LEVELS.index(level) <= LEVELS.index(judge.allowed)
    )
    return sheet if stands else None


def grade_all(
    course: Course,
    assignment: Assignment,
    hand_ins: Sequence[HandIn],
    run: Run,
    starting: Zygote | None,
    done: Callable[[Graded], None],
) -> Level | None:
    """Grade hand-ins of one assignment, calling `done` with each as it ends; the sandbox level that was in force.

    `starting` is the assignment's zygote, which warms up while the graders are collected; None, and no level,
    where it runs no code.
    CourseError where the graders are at fault, HostError where this machine cannot do what `run` asks.
    """
    digest = digest_of_grader(course, assignment)
    digest_of_data(assignment, run)  # lists and files are read here once; the judges, forked later, remember it

    def body(grader: Grader) -> Level | None:
        if starting is None:
            judge_in_pool(Judge(grader=grader, zygote=None, run=run, digest=digest), hand_ins, done)
            return None
        with confining(starting, allowed_level(assignment, run)) as zygote:
            judge = Judge(grader=grader, zygote=zygote, run=run, digest=digest)
            judge_in_pool(judge, hand_ins, done)
            return zygote.level

    return with_grader(course, assignment, assignment.graders, run.lang, body)


def mark_not_graded(
    course: Course, assignment: Assignment, hand_ins: Sequence[HandIn], run: Run, done: Callable[[Graded], None]
) -> None:
    """The sheets of an assignment whose graders do not exist yet."""
    digest = digest_of_grader(course, assignment)
    for hand_in in hand_ins:
        submission = read(hand_in, assignment, run.lang)
        sheet = sheet_of(assignment, submission, [], submission.findings, run, digest)
        save(sheet, run)
        done(Graded(sheet=sheet, seconds=0.0))


@contextmanager
def confining(starting: Zygote, allowed: Level) -> Iterator[Zygote]:
    """A zygote whose first worker was confined: at level A, or at the next that is allowed and works.

    `starting` stays open, for it may serve another assignment too.
    """
    refusals = []
    for level in LEVELS[: LEVELS.index(allowed) + 1]:
        zygote = starting if level == starting.level else Zygote(level, starting.preparation, starting.bounds)
        try:
            zygote.wait_until_ready()
            confine_one(zygote)
        except HostError as error:
            zygote.close()
            refusals.append(str(error))
            continue
        try:
            yield zygote
        finally:
            if zygote is not starting:
                zygote.close()
        return
    weaker = LEVELS[LEVELS.index(allowed) + 1 :]
    remedy = f"accept a weaker one with --allow-sandbox {weaker[0]}" if weaker else "no level works here"
    raise HostError("\n".join([*refusals, f"see `autograder doctor`; {remedy}"]))


_judge: Judge | None = None  # of this judge process; set once, before its first hand-in


def judge_in_pool(judge: Judge, hand_ins: Sequence[HandIn], done: Callable[[Graded], None]) -> None:
    """Grade in `run.jobs` processes forked from this one; one that dies takes only its own submission along."""
    torch.set_num_threads(1)  # judges are forked: no parallel region may have run before
    gc.freeze()  # else each judge's first collection writes to every page that it shares with this process
    unfinished: list[HandIn] = []
    with _pool(judge, min(judge.run.jobs, max(1, len(hand_ins)))) as pool:
        waiting = {pool.submit(_grade, hand_in): hand_in for hand_in in hand_ins}
        for future in as_completed(waiting):
            if isinstance(future.exception(), BrokenProcessPool):
                unfinished.append(waiting[future])
            else:
                done(future.result())
    for hand_in in unfinished:  # one of them killed its judge: find out which, alone
        with _pool(judge, 1) as pool:
            try:
                done(pool.submit(_grade, hand_in).result())
            except BrokenProcessPool:
                done(judge.our_fault(hand_in, "the judge process died"))


@contextmanager
def _pool(judge: Judge, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Judges, who are gone before this is left: nobody may judge a worker that dies because the run ends."""
    pool = ProcessPoolExecutor(jobs, get_context("fork"), initializer=_become_judge, initargs=(judge,))
    try:
        yield pool
    except BaseException:
        judges = list((pool._processes or {}).values())  # shutdown forgets them
        for process in judges:
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        for process in judges:
            process.join()
        raise
    pool.shutdown()


def _become_judge(judge: Judge) -> None:
    global _judge
    _judge = judge
    prctl(PDEATHSIG, signal.SIGKILL)  # no orphan judges when the run is killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle


def _grade(hand_in: HandIn) -> Graded:
    assert _judge is not None
    return _judge(hand_in)

"""The pool of judges: a class, graded in processes forked from one that collected the graders."""

from __future__ import annotations

import gc
import logging
import math
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import Protocol, TypeVar

import torch

from autograder.analysis.read_syntax import start_server
from autograder.checks.pytest_plugin import measures
from autograder.errors import HostError, SandboxLost
from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.cache.standing import allowed_level
from autograder.grading.frame_stack import call_with_room
from autograder.grading.grade_submission import sheet_of
from autograder.grading.graded import Graded
from autograder.grading.grader import Grader, with_grader
from autograder.grading.judge import Judge, save
from autograder.grading.sandbox_level import confining, make_ready
from autograder.grading.shared_images import open_shared_images
from autograder.grading.waiting import ToGrade
from autograder.grading.workers.reference_run import reference_of
from autograder.handin.intake import HandIn, read_hand_in
from autograder.model import Assignment, Course, Level, Run
from autograder.sandbox.kernel import PDEATHSIG, prctl
from autograder.sandbox.launch import Zygote

T = TypeVar("T")
logger = logging.getLogger(__name__)

JUDGE_TIME_FACTOR = 2  # times the limits of a hand-in; then a judge that computes is killed
_LOST = (BrokenProcessPool, SandboxLost)

_judge: Judge | None = None  # of this judge process; set once, before its first hand-in


class HandInSource(Protocol):
    """Where a pool of judges finds its hand-ins: a list, or whatever arrives while it waits."""

    @property
    def max_jobs(self) -> int:
        """Return the number of judges beyond which more would find nothing to do."""

    @property
    def is_open(self) -> bool:
        """Return whether another hand-in may come."""

    def take(self) -> ToGrade | None:
        """Return the next hand-in without waiting; None where there is none now."""

    def wait(self, in_hand: Collection[Future[Graded]]) -> Collection[Future[Graded]]:
        """Wait until one is graded, or until there may be one to take; return what is graded."""


class ListedHandIns:
    """Hand-ins that are all known when grading begins."""

    def __init__(self, hand_ins: Sequence[HandIn]) -> None:
        self._waiting = deque(hand_ins)

    @property
    def max_jobs(self) -> int:
        """Return the number of those that are left."""
        return len(self._waiting)

    @property
    def is_open(self) -> bool:
        """Return whether any is left."""
        return bool(self._waiting)

    def take(self) -> HandIn | None:
        """Return the next one."""
        return self._waiting.popleft() if self._waiting else None

    def wait(self, in_hand: Collection[Future[Graded]]) -> Collection[Future[Graded]]:
        """Wait until one is graded."""
        return wait(in_hand, return_when=FIRST_COMPLETED).done


def grade_all(
    course: Course,
    assignment: Assignment,
    hand_ins: Sequence[HandIn],
    run: Run,
    starting: Zygote | None,
    done: Callable[[Graded], None],
) -> Level | None:
    """Grade hand-ins of one assignment, and return the sandbox level that was in force.

    `done` is called with each hand-in as it ends. Otherwise like `with_judge`.
    """

    def body(judge: Judge) -> Level | None:
        judge_in_pool(judge, hand_ins, done)
        return None if judge.zygote is None else judge.zygote.level

    return with_judge(course, assignment, run, starting, body)


def with_judge(
    course: Course,
    assignment: Assignment,
    run: Run,
    starting: Zygote | None,
    body: Callable[[Judge], T],
) -> T:
    """Prepare one assignment, and call `body` with the judge from which a pool is forked.

    `starting` is the assignment's zygote, which warms up while the graders are collected; None
    where it runs no code. CourseError where the graders are at fault, HostError where this machine
    cannot do what `run` asks.
    """
    basis = basis_of(course, assignment)
    digest_of_data(assignment, run)  # cached here once; the judges are forked later
    if assignment.needs_images:
        open_shared_images(run)  # the judges share it

    def prepared(grader: Grader) -> T:
        if starting is None:
            return body(Judge(grader=grader, zygote=None, run=run, basis=basis))
        with confining(starting, allowed_level(assignment, run)) as zygote:
            logger.info("%s: sandbox level %s", assignment.id, zygote.level)
            reference = reference_of(assignment, zygote, run)
            judge = Judge(grader=grader, zygote=zygote, run=run, basis=basis, reference=reference)
            return body(judge)

    return with_grader(course, assignment, assignment.graders, run.lang, prepared)


def mark_not_graded(
    course: Course,
    assignment: Assignment,
    hand_ins: Sequence[HandIn],
    run: Run,
    done: Callable[[Graded], None],
) -> None:
    """Write a sheet without marks for each hand-in of an assignment that has no graders yet."""
    basis = basis_of(course, assignment)
    for hand_in in hand_ins:
        submission = read_hand_in(hand_in, assignment, run.lang)
        sheet = sheet_of(assignment, submission, [], submission.findings, run, basis)
        save(sheet, run)
        done(Graded(sheet=sheet, seconds=0.0))


def judge_in_pool(judge: Judge, hand_ins: Sequence[HandIn], done: Callable[[Graded], None]) -> None:
    """Grade hand-ins that are all there, as `judge_source` does."""
    judge_source(judge, ListedHandIns(hand_ins), done)


def judge_source(judge: Judge, source: HandInSource, done: Callable[[Graded], None]) -> None:
    """Grade what a source gives in `run.jobs` processes forked from this one.

    A judge or a sandbox that dies is replaced, and the submissions that it had are graded again,
    each alone. One that loses them then as well may itself be the cause: it is set aside for
    review, and the others are graded. HostError where the sandbox fails its self-test even so.
    """
    torch.set_num_threads(1)  # judges are forked: no parallel region may have run before
    # Otherwise each judge's first garbage collection copies every page that it shares.
    gc.freeze()
    gc.enable()
    while source.is_open:
        for hand_in, reason in _grade_until_loss(judge, source, done):
            name = f"{hand_in.student}/{hand_in.assignment}"
            logger.warning("%s: lost, and graded again alone: %s", name, reason)
            _require_self_test(judge)
            try:
                done(_grade_alone(judge, hand_in))
            except _LOST as error:
                evidence = f"lost twice, the second time alone: {_loss_reason(error)}"
                done(judge.our_fault(hand_in, evidence))


def _loss_reason(error: BaseException | None) -> str:
    """Return why a submission was lost, in words."""
    return str(error) if isinstance(error, SandboxLost) else "the judge process died"


def _require_self_test(judge: Judge) -> None:
    """Raise HostError where the sandbox fails its self-test, also after a new start."""
    if judge.zygote is None:
        return
    try:
        make_ready(judge.zygote)
    except SandboxLost as error:
        raise HostError(
            f"the sandbox does not pass its self-test any more ({error}); is the memory full? "
            "What was finished is kept: run the same command again for the rest"
        ) from None


def _grade_until_loss(
    judge: Judge, source: HandInSource, done: Callable[[Graded], None]
) -> list[tuple[ToGrade, str]]:
    """Take from a source and grade until a judge or the sandbox is lost.

    Return the hand-ins that were lost with it, and why. One more is submitted than there are
    judges, so that none has to wait.
    """
    jobs = min(judge.run.jobs, source.max_jobs)
    logger.info("%s: %d judges", judge.grader.assignment.id, jobs)
    in_hand: dict[Future[Graded], ToGrade] = {}
    lost: list[tuple[ToGrade, str]] = []
    with _pool(judge, jobs) as pool:
        pool.submit(int)  # forks the judges: they warm up, even while nothing is there to grade
        while in_hand or (source.is_open and not lost):
            while not lost and len(in_hand) <= jobs and (hand_in := source.take()) is not None:
                try:
                    in_hand[pool.submit(_grade, hand_in)] = hand_in
                except BrokenProcessPool as error:
                    lost.append((hand_in, _loss_reason(error)))
            for future in wait(in_hand).done if lost else source.wait(in_hand):
                hand_in = in_hand.pop(future)
                if isinstance(future.exception(), _LOST):
                    lost.append((hand_in, _loss_reason(future.exception())))
                else:
                    done(future.result())
    return lost


def _grade_alone(judge: Judge, hand_in: ToGrade) -> Graded:
    """Grade one hand-in with no other beside it; raise an error of _LOST where that is lost too."""
    with _pool(replace(judge, is_last=True), 1) as pool:
        return pool.submit(_grade, hand_in).result()


@contextmanager
def _pool(judge: Judge, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Return a pool of judges that have ended when the block is left.

    Otherwise a judge could score a worker that is killed only because the run ends.
    """
    pool = ProcessPoolExecutor(
        jobs, get_context("fork"), initializer=_become_judge, initargs=(judge, os.getpid())
    )
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
    # They are idle; one that was killed before may hold the lock of all, so none ends by itself.
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown()


def _become_judge(judge: Judge, parent: int) -> None:
    """Set up a judge process, which has just been forked."""
    global _judge
    _judge = judge
    prctl(PDEATHSIG, signal.SIGKILL)  # no orphan judges when the run is killed
    if os.getppid() != parent:  # the run was killed before that call
        os._exit(0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if judge.zygote is not None:  # the assignment has code, whose syntax is read
        start_server()


def _grade(hand_in: ToGrade) -> Graded:
    assert _judge is not None
    _bound_cpu_time(_judge)
    return call_with_room(partial(_judge, hand_in))


def _bound_cpu_time(judge: Judge) -> None:
    """Let the kernel end this process where one hand-in keeps it in a C function for too long.

    No timer of Python interrupts a C function.
    """
    limits = judge.grader.assignment.limits
    measuring = limits.wall_measure if any(map(measures, judge.grader.items)) else 0
    max_seconds = JUDGE_TIME_FACTOR * (limits.reserve + measuring)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + max_seconds)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))

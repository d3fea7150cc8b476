"""A watch from its start to its end: locks, signals, the loop and the status page."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import connection as connections

from autograder.api.grade import require_apart, require_hidden_from_students, require_ready
from autograder.errors import CourseError
from autograder.grading.output_folder import OutputBusy, kept_seed, locked_output, watching
from autograder.model import Course
from autograder.results import write
from autograder.watch.arrivals import FolderWatch
from autograder.watch.class_writer import ClassWriter
from autograder.watch.dispatcher import Dispatcher
from autograder.watch.lanes import Lanes
from autograder.watch.log import WatchLog
from autograder.watch.remotes import RemotePoll
from autograder.watch.settings import WatchSettings
from autograder.watch.sources import Sources
from autograder.watch.stability import Stability
from autograder.watch.status_page import STATUS_FILE, status_page
from autograder.watch.watcher import Watcher

MIN_PAGE_S = 1.0  # between two versions of the status page
MAX_PAGE_S = 10.0  # after which it is written even if nothing happened, for the times on it
BUSY_RETRY_S = 1.0


@dataclass(slots=True)
class Signals:
    """How often the watch was asked to end."""

    wake: int  # a descriptor that can be read once a signal came
    count: int = 0

    def note(self, _number: int, _frame: object) -> None:
        """Count a signal."""
        self.count += 1


def run_watch(course: Course, settings: WatchSettings, say: Callable[[str], None]) -> None:
    """Grade what arrives until SIGINT or SIGTERM, or until nothing waits if that is asked for.

    `say` is called with a line for every event. The first signal lets end what is being graded;
    the second raises KeyboardInterrupt at once, and what was being graded is left for the next
    start. CourseError and HostError as `grade` raises them.
    """
    _require_usable(course, settings)
    settings.submitted.mkdir(parents=True, exist_ok=True)
    log = WatchLog(say)
    with watching(settings.out), _signals() as signals:
        seed = _seed(settings, log, signals)
        if seed is None:
            return
        watcher = _watcher(course, settings, seed, log)
        log.note(f"watching {settings.submitted}")
        try:
            for assignment in settings.assignments:
                watcher.dispatcher.prepare(course, assignment)
            _loop(watcher, signals)
            watcher.close()
            log.note("ended")
        finally:
            watcher.kill()
            _write_page(watcher, "ended")


def _require_usable(course: Course, settings: WatchSettings) -> None:
    """Raise an error where the folders or the packages do not allow a watch."""
    require_apart(course.root, settings.submitted, settings.out)
    submitted = settings.submitted.resolve()
    if settings.drop is not None:
        drop = settings.drop.resolve()
        for folder in (submitted, settings.out.resolve()):
            if drop.is_relative_to(folder) or folder.is_relative_to(drop):
                raise CourseError(f"{settings.drop}: lies in {folder}, or holds it; choose another")
    wanted = [a for a in course.assignments if a.id in settings.assignments]
    without_images = [a for a in course.assignments if not a.needs_images]
    require_ready(course, wanted or without_images, settings.options)
    require_hidden_from_students(course.root, settings.submitted, settings.options)


def _watcher(course: Course, settings: WatchSettings, seed: int, log: WatchLog) -> Watcher:
    run = replace(settings.options, out=settings.staging, seed=seed)
    remotes = RemotePoll(settings.remotes, settings.clones, settings.git_poll)
    return Watcher(
        course=course,
        settings=settings,
        folder=FolderWatch(settings=settings, stability=Stability(settings.settle), seed=seed),
        sources=Sources(settings=settings, stability=Stability(settings.settle), remotes=remotes),
        dispatcher=Dispatcher(settings=settings, lanes=Lanes(settings.out), log=log, run=run),
        writer=ClassWriter(settings=settings, log=log),
        log=log,
    )


def _loop(watcher: Watcher, signals: Signals) -> None:
    """Take steps until the watch is over."""
    written = float("-inf")
    while not watcher.step(now := time.monotonic()):
        if signals.count and not watcher.is_stopping:
            watcher.stop()
            continue
        if signals.count > 1:
            raise KeyboardInterrupt
        is_due = watcher.log.has_news and now - written >= MIN_PAGE_S
        if is_due or now - written >= MAX_PAGE_S:
            _write_page(watcher, "ending" if watcher.is_stopping else "running")
            written = now
        watcher.wait(signals.wake, time.monotonic())
        _drain(signals.wake)


def _write_page(watcher: Watcher, state: str) -> None:
    """Write the status page; a disk that is full of other things does not end the watch."""
    watcher.log.has_news = False
    page = status_page(watcher.course, watcher.status(time.monotonic(), state))
    with suppress(OSError):
        write(watcher.settings.out / STATUS_FILE, page)


def _seed(settings: WatchSettings, log: WatchLog, signals: Signals) -> int | None:
    """Return the seed of OUT; wait for OUT where it has none yet. None: ended by a signal."""
    while not signals.count:
        try:
            with locked_output(settings.out):
                return kept_seed(settings.out)
        except OutputBusy as error:
            log.complain("OUT", f"{error}: waiting for it")
        connections.wait([signals.wake], BUSY_RETRY_S)
        _drain(signals.wake)
    return None


@contextmanager
def _signals() -> Iterator[Signals]:
    """Note SIGINT and SIGTERM instead of ending by them."""
    read, written = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signals = Signals(read)
    before = {n: signal.signal(n, signals.note) for n in (signal.SIGINT, signal.SIGTERM)}
    wakeup = signal.set_wakeup_fd(written, warn_on_full_buffer=False)
    try:
        yield signals
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read)
        os.close(written)


def _drain(descriptor: int) -> None:
    with suppress(BlockingIOError):
        os.read(descriptor, 4096)

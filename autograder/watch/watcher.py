"""The watcher: looks at what arrives, has it graded, and has results and pages written."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from multiprocessing import connection as connections
from pathlib import Path

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.handin.collect.report import CollectReport
from autograder.model import Course
from autograder.watch.arrivals import FolderWatch
from autograder.watch.background import BackgroundTask
from autograder.watch.class_files import collect_sources
from autograder.watch.class_writer import ClassWriter
from autograder.watch.course_changes import course_state
from autograder.watch.dispatcher import Dispatcher
from autograder.watch.log import WatchLog
from autograder.watch.settings import WatchSettings
from autograder.watch.sources import Sources
from autograder.watch.stability import FileState, Stability
from autograder.watch.status_page import Status, StatusEntry

REST_FACTOR = 4  # times what a look took passes before the next one
MAX_SLEEP_S = 1.0
COLLECT_RETRY_S = 5.0  # until a folder is tried again into which another command collects
COURSE, HAND_INS, GIT = "course", "hand-ins", "git"  # subjects of problems


@dataclass(slots=True, kw_only=True)
class Collecting:
    """Sources that are being collected."""

    task: BackgroundTask[CollectReport]
    sources: tuple[Path, ...]
    kind: str | None


@dataclass(slots=True, kw_only=True)
class Watcher:
    """A watch, step by step."""

    course: Course
    settings: WatchSettings
    folder: FolderWatch
    sources: Sources
    dispatcher: Dispatcher
    writer: ClassWriter
    log: WatchLog
    began: datetime = field(default_factory=lambda: datetime.now().astimezone())
    is_stopping: bool = False
    _courses: Stability[str] = field(init=False)
    _course_state: FileState | None = field(init=False)  # of the course that was read last
    _next_course: Course | None = None  # read, and used once nothing is being graded
    _has_seen_all: bool = False  # a look found nothing that is being written
    _next_look: float = float("-inf")
    _collecting: Collecting | None = None
    _next_collect: float = float("-inf")

    def __post_init__(self) -> None:
        """Note the state of the course that was loaded."""
        self._courses = Stability(self.settings.settle)
        self._course_state = course_state(self.settings.course, self.course)

    def step(self, now: float) -> bool:
        """Do what is due; return whether the watch is over."""
        for key, graded in self.dispatcher.finished(now):
            self.writer.add(key, graded)
        self._end_collecting(now)
        if not self.is_stopping:
            if self.writer.has_tried and self._collecting is None and now >= self._next_look:
                self._look(now)
            self._use_next_course()
            if self._next_course is None:
                self.dispatcher.dispatch(self.course, now)
            self._begin_collecting(now)
        is_idle = not self.dispatcher.lanes.in_hand and not self.dispatcher.queue
        self.writer.advance(
            self.course, self.dispatcher.level, now, is_idle=is_idle or self.is_stopping
        )
        return self._is_over(is_idle=is_idle)

    def wait(self, wake: int, now: float) -> None:
        """Wait until a step may have something to do; `wake` is a descriptor that ends the wait."""
        sources = [lane.connection for lane in self.dispatcher.lanes.running.values()]
        if self._collecting is not None:
            sources.append(self._collecting.task.connection)
        if self.writer.task is not None:
            sources.append(self.writer.task.connection)
        until_look = max(0.0, self._next_look - now)
        is_waiting = self._collecting is not None or not self.writer.has_tried or self.is_stopping
        connections.wait([wake, *sources], MAX_SLEEP_S if is_waiting else until_look)

    def stop(self) -> None:
        """Grade nothing else; the watch is over when what is being graded has ended."""
        self.is_stopping = True
        number = len(self.dispatcher.lanes.in_hand)
        self.log.note(f"ending: {number} being graded; Ctrl-C again leaves them for the next start")

    def close(self) -> None:
        """End what runs; nothing is being graded any more."""
        self.sources.remotes.close()
        self.dispatcher.lanes.close()

    def kill(self) -> None:
        """End what runs at once."""
        if self._collecting is not None:
            self._collecting.task.kill()
        if self.writer.task is not None:
            self.writer.task.kill()
        self.sources.remotes.close()
        self.dispatcher.lanes.kill()

    def status(self, now: float, state: str) -> Status:
        """Return what the status page shows."""
        causes = {key: "; ".join(a.causes) for key, (_, a) in self.dispatcher.queue.items()}
        return Status(
            now=datetime.now().astimezone(),
            since=self.began,
            state=state,
            running=[
                StatusEntry(student=key[0], assignment=key[1], seconds=now - each.at)
                for key, each in self.dispatcher.lanes.in_hand.items()
            ],
            waiting=[
                StatusEntry(
                    student=entry.student,
                    assignment=entry.assignment,
                    seconds=now - entry.since,
                    note=causes[entry.key],
                )
                for entry in self.dispatcher.order(now)
            ],
            events=tuple(self.log.events),
            problems=tuple(self.log.problems.values()),
            graded=self.dispatcher.number_graded,
            unwritten=len(self.writer.new),
        )

    def _is_over(self, *, is_idle: bool) -> bool:
        if self.writer.task is not None or self.dispatcher.lanes.in_hand:
            return False
        if self.is_stopping:  # results that OUT cannot take now are there at the next start
            return self._collecting is None and (self.writer.has_tried or not self.writer.is_behind)
        is_done = is_idle and self._has_seen_all and not self.writer.is_behind
        has_more = self.sources.is_busy or self._collecting is not None
        return self.settings.ends_when_idle and is_done and not has_more

    # ------------------------------------------------------------ what arrives

    def _look(self, now: float) -> None:
        started = time.monotonic()
        self._look_at_course(now)
        self.sources.look(now)
        look = self.folder.look(self.course, now)
        self._has_seen_all = not look.unsettled
        self.dispatcher.unsettled = look.unsettled
        for arrival in look.arrivals:
            self.dispatcher.enqueue(arrival, now)
        self.dispatcher.forget(look.standing, look.present)
        self.log.complain_of_all(HAND_INS, look.complaints)
        failed = self.sources.problems.items()
        self.log.complain_of_all(GIT, tuple(f"{name}: {problem}" for name, problem in failed))
        pause = max(self.settings.poll, REST_FACTOR * (time.monotonic() - started))
        self._next_look = now + pause

    def _begin_collecting(self, now: float) -> None:
        if self._collecting is not None or now < self._next_collect:
            return
        sources, kind = self.sources.take()
        if sources:
            function = partial(collect_sources, self.course, self.settings, sources, kind)
            self._collecting = Collecting(task=BackgroundTask(function), sources=sources, kind=kind)

    def _end_collecting(self, now: float) -> None:
        collecting = self._collecting
        outcome = None if collecting is None else collecting.task.outcome()
        if collecting is None or outcome is None:
            return
        self._collecting, self._has_seen_all = None, False
        self._next_look = now
        subject = ", ".join(path.name for path in collecting.sources)
        report, error = outcome.value, outcome.error
        if report is not None:
            for line in report.actions:
                self.log.note(line)
            self.log.complain_of_all(subject, tuple(report.unresolved))
        elif isinstance(error, CourseError):
            self.log.complain_of_all(subject, error.complaints)
        else:
            self.sources.put_back(collecting.sources, collecting.kind)
            self._next_collect = now + COLLECT_RETRY_S
            self.log.complain_of_all(subject, (str(error),))

    # ------------------------------------------------------------ a course that changes

    def _look_at_course(self, now: float) -> None:
        """Read the course again where its files have changed and are not being written."""
        state = course_state(self.settings.course, self.course)
        if not self._courses.settled({COURSE: state}, now):
            return
        if state is None or state == self._course_state:
            return
        self._course_state = state
        try:
            self._next_course = load_course(self.settings.course)
        except CourseError as error:
            kept = "the watch goes on with the course as it was"
            self.log.complain_of_all(COURSE, (*error.complaints, kept))
        else:
            self.log.complain_of_all(COURSE, ())
            self.log.note("the course has changed: what depends on it is graded again")

    def _use_next_course(self) -> None:
        """Use a course that was read once nothing is graded by the old one."""
        if self._next_course is None or self.dispatcher.lanes.in_hand:
            return
        self.course, self._next_course = self._next_course, None
        self.dispatcher.lanes.close()
        self.dispatcher.unblock()
        self.folder.planned.clear()  # everything is planned again
        self.writer.is_behind = True
        self._next_look = float("-inf")

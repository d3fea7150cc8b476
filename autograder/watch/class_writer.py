"""The writer of the class's files: when results and pages are written, and what keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from autograder.errors import CourseError
from autograder.grading.graded import Graded
from autograder.grading.output_folder import OutputBusy
from autograder.model import Course, Level
from autograder.watch.background import BackgroundTask, Outcome
from autograder.watch.class_files import ClassWritten, write_class_files
from autograder.watch.log import WatchLog
from autograder.watch.queue import Key
from autograder.watch.settings import WatchSettings

MIN_PAUSE_S = 10.0  # between two reports while hand-ins are graded
PAUSE_FACTOR = 10  # times what the last report took: reports take a tenth of one processor
BUSY_RETRY_S = 2.0  # until OUT is tried again that another command has
FAILED_RETRY_S = 30.0
OUT, REPORTS = "OUT", "reports"  # subjects of problems


@dataclass(slots=True, kw_only=True)
class ClassWriter:
    """Puts new results into OUT in batches, and has final grades and pages follow them.

    OUT is locked only while a batch is written.
    """

    settings: WatchSettings
    log: WatchLog
    new: dict[Key, Graded] = field(default_factory=dict)  # that are not in OUT yet
    is_behind: bool = True  # OUT lacks something, as far as is known
    has_tried: bool = False  # OUT was written once, or is in use
    is_busy: bool = False  # another command has OUT
    _task: BackgroundTask[ClassWritten] | None = None
    _taken: dict[Key, Graded] = field(default_factory=dict)  # by the running task
    _next: float = float("-inf")  # when a batch may be written while hand-ins are graded
    _retry: float = float("-inf")

    @property
    def task(self) -> BackgroundTask[ClassWritten] | None:
        """Return the task that writes now."""
        return self._task

    def add(self, key: Key, graded: Graded) -> None:
        """Note a result that was graded."""
        self.new[key] = graded
        self.is_behind = True

    def advance(self, course: Course, level: Level | None, now: float, *, is_idle: bool) -> None:
        """Write what is due; when nothing is graded everything is due."""
        if self._task is not None:
            outcome = self._task.outcome()
            if outcome is None:
                return
            self._task = None
            self.has_tried = True
            self._end(outcome, now)
        if self.is_behind and now >= self._retry and (is_idle or now >= self._next):
            self.is_behind = False
            self._taken = dict(self.new)
            graded = tuple(self._taken.values())
            self._task = BackgroundTask(
                partial(write_class_files, course, self.settings, graded, level)
            )

    def _end(self, outcome: Outcome[ClassWritten], now: float) -> None:
        written, error = outcome.value, outcome.error
        self.is_busy = isinstance(error, OutputBusy)
        if self.is_busy:
            self._again(now + BUSY_RETRY_S)
            kept = f"{_results(len(self.new))} kept until then"
            self.log.complain(OUT, f"another command writes into OUT: waiting for it; {kept}")
        elif written is None:
            self._again(now + FAILED_RETRY_S)
            lines = error.complaints if isinstance(error, CourseError) else (str(error),)
            self.log.complain_of_all(REPORTS, lines)
        else:
            for key, graded in self._taken.items():
                if self.new.get(key) is graded:
                    del self.new[key]
            self._note_written(written, now)

    def _note_written(self, written: ClassWritten, now: float) -> None:
        self._next = now + max(MIN_PAUSE_S, PAUSE_FACTOR * written.seconds)
        self.log.problems.pop(OUT, None)
        self.log.complain_of_all(REPORTS, written.unusable)
        for line in written.settled:
            self.log.note(line)
        if self._taken:
            self.log.note(
                f"reports: {_results(len(self._taken))} added, {written.students} students",
                seconds=written.seconds,
            )

    def _again(self, at: float) -> None:
        self.is_behind, self._retry = True, at


def _results(number: int) -> str:
    return "1 result" if number == 1 else f"{number} results"

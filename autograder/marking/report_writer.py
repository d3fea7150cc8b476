"""The reports of a class follow its decisions: a thread writes anew what is not true any more."""

from __future__ import annotations

import logging
from collections.abc import Collection
from threading import Event, Lock, Thread

from autograder.errors import AutograderError, HostError
from autograder.grading.batch_reports import write_class, write_student
from autograder.grading.cache.earlier_results import RUN_METADATA_FILE
from autograder.grading.cache.index import file_state
from autograder.grading.output_folder import BEHIND_FILE, is_behind, locked_output, mark_behind
from autograder.marking.graded_class import GradedClass
from autograder.report import final_grade_json

logger = logging.getLogger(__name__)

POLL_S = 2.0  # so often it looks whether `grade` has written reports, or OUT is free again


class ReportWriter:
    """Writes the reports of a class whose decisions change, in a thread of its own.

    While another run writes into OUT it waits: what is decided is in marks.yml all the same.
    """

    def __init__(self, graded: GradedClass) -> None:
        self._graded = graded
        self._waiting: set[str] = set()  # students whose pages are not written yet
        self._is_class_waiting = False
        self._lock = Lock()  # of the two above
        self._writing = Lock()
        self._wake = Event()
        self._is_stopping = False
        self._is_kept_out = False  # another run was writing when it last tried
        self._run_state = ""
        self._is_checked = False  # whether the reports of an earlier run were looked at
        # Whether OUT is noted as behind by this writer, and not by a run that was killed
        self._has_marked = False
        self._thread = Thread(target=self._work, name="reports", daemon=True)

    @property
    def is_behind(self) -> bool:
        """Whether some reports are not written yet."""
        return bool(self._waiting) or self._is_class_waiting

    @property
    def is_kept_out(self) -> bool:
        """Whether they wait for another run that writes into OUT."""
        return self.is_behind and self._is_kept_out

    def start(self) -> None:
        """Start the thread; it first writes what differs from the final grades."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, if OUT is free, and end the thread."""
        self._is_stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def follow(self, students: Collection[str]) -> None:
        """Write the pages of students now if OUT is free, else later; the class's follow."""
        if not students:
            return
        self._add(students)
        if len(students) == 1:
            self._write(is_class_wanted=False)
        self._wake.set()

    def _add(self, students: Collection[str]) -> None:
        """Add students whose pages are to be written; those of all where they show the class."""
        if students:
            shows_class = self._graded.course.pages.class_place
            with self._lock:
                self._waiting |= set(self._graded.final_grades if shows_class else students)
                self._is_class_waiting = True

    def _work(self) -> None:
        while not self._is_stopping:
            try:
                self._notice_other_runs()
                self._write(is_class_wanted=True)
            except (AutograderError, OSError):
                logger.exception("the reports could not be written")
            self._wake.wait(POLL_S)
            self._wake.clear()
        self._write(is_class_wanted=True)

    def _notice_other_runs(self) -> None:
        """Find what is not true any more in the reports that another run has written."""
        state = file_state(self._graded.out / RUN_METADATA_FILE)
        changed = self._graded.refresh()
        if state != self._run_state or not self._is_checked:
            self._run_state, self._is_checked = state, True
            changed |= {name for name in self._graded.final_grades if not self._is_written(name)}
        self._add(changed)

    def _is_written(self, student: str) -> bool:
        """Return whether the final grade of a student on the disk is the present one."""
        file = self._graded.out / "final_grades" / f"{student}.json"
        text = final_grade_json(self._graded.course, self._graded.final_grades[student])
        try:
            return file.read_text("utf-8") == text
        except (OSError, ValueError):
            return False

    def _write(self, *, is_class_wanted: bool) -> None:
        """Write what waits; nothing while another run writes into OUT."""
        if not self.is_behind:
            return
        with self._writing:
            try:
                with locked_output(self._graded.out):
                    self._is_kept_out = False
                    self._write_waiting(is_class_wanted=is_class_wanted)
            except HostError as error:
                self._is_kept_out = True
                logger.info("the reports wait: %s", error)

    def _write_waiting(self, *, is_class_wanted: bool) -> None:
        graded = self._graded
        if not is_behind(graded.out):
            mark_behind(graded.out)
            self._has_marked = True
        with self._lock:
            students, self._waiting = self._waiting, set()
            is_class = self._is_class_waiting
            self._is_class_waiting = is_class and not is_class_wanted
        is_done = False
        try:
            if is_class and is_class_wanted:
                students = students | graded.find_groups()
            with graded.lock:
                reports, decided = graded.reports(), graded.decided
            for final_grade in reports.final_grades:
                if final_grade.student in students:
                    write_student(reports, final_grade)
            if is_class and is_class_wanted:
                write_class(reports, decided)
            is_done = True
        finally:
            if not is_done:
                with self._lock:
                    self._waiting |= students
                    self._is_class_waiting |= is_class
        if self._has_marked and not self.is_behind:
            (graded.out / BEHIND_FILE).unlink(missing_ok=True)
            self._has_marked = False

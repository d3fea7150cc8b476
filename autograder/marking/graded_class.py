"""A graded class in memory: results, decisions and final grades, kept in step with the disk."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from autograder.grading.cache.earlier_results import (
    language_of,
    present_bases,
    result_files,
    sheet_at,
)
from autograder.grading.cache.index import file_state
from autograder.grading.class_grades import grades_of_class
from autograder.grading.class_reports import ClassReports
from autograder.grading.handin_status import HandedIn
from autograder.handin.collect.extensions import EXTENSIONS_FILE
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, read_ledger
from autograder.handin.intake import find_hand_ins
from autograder.marking.marks_file import Change, MarksFile
from autograder.model import Course, Decisions, FinalGrade, Lang, ScoreSheet
from autograder.report import find_identical_work
from autograder.report.identical_work import IdenticalWork

RESULTS_POLL_S = 2.0  # results are looked at so often, decisions each time


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A result file as it was read."""

    state: str  # empty: there is no file
    sheet: ScoreSheet | None  # None: it cannot be used
    complaints: tuple[str, ...] = ()


class GradedClass:
    """The results in OUT with what people decided. Its methods may be called from any thread."""

    def __init__(self, course: Course, out: Path, marks: MarksFile) -> None:
        self.course = course
        self.out = out
        self.marks = marks
        self.lang = language_of(out)
        self.unusable: list[str] = []  # result files that cannot be read, and why
        self.decided: Mapping[str, Decisions] = {}
        self.final_grades: dict[str, FinalGrade] = {}
        self.ledger: Ledger = Ledger()
        self.groups: list[IdenticalWork] = []  # of students whose work is alike
        self.lock = RLock()
        self._bases = present_bases(course)
        self._files: dict[Path, ReadFile] = {}
        self._handed_in = HandedIn(by_student={})
        self._marks_state = ""  # there is no file
        # Of collected.yml and extensions.yml, which are read together.
        self._ledger_states: tuple[str, ...] = ()
        self._is_read = False
        self._looked_at = 0.0  # when the results were looked at, by the monotonic clock

    def refresh(self) -> set[str]:
        """Read what changed on the disk, and return the students whose final grade is new.

        CourseError where marks.yml, collected.yml or extensions.yml has a mistake.
        """
        with self.lock:
            ledger_file = self.marks.submitted / LEDGER_FILE
            beside = ledger_file.with_name(EXTENSIONS_FILE)
            ledger_states = (file_state(ledger_file), file_state(beside))
            marks_state = file_state(self.marks.path)
            is_new = not self._is_read or ledger_states != self._ledger_states
            has_new_sheets = self._read_sheets() or is_new
            if has_new_sheets:
                assignments = tuple(each.id for each in self.course.assignments)
                self.ledger = read_ledger(ledger_file, assignments)
                found = find_hand_ins(self.marks.submitted, self.course, (), ())
                self._handed_in = HandedIn(by_student=found.handed_in)
                self._ledger_states = ledger_states
            if is_new or marks_state != self._marks_state:
                decided = self.marks.read()
                self._marks_state = marks_state
                changed = _differing(self.decided, decided)
                self.decided = decided
            else:
                changed = set()
            self._is_read = True
            if has_new_sheets:
                return self._grade_again(None)
            return self._grade_again(changed) if changed else set()

    def change(self, changes: Mapping[str, Change]) -> set[str]:
        """Change decisions, which are on the disk then, and return the students they concern."""
        with self.lock:
            decided = self.marks.change_several(changes)
            changed = _differing(self.decided, decided) | set(changes)
            self.decided = decided
            self._marks_state = file_state(self.marks.path)
            return self._grade_again(changed)

    def grade_in(self, student: str, lang: Lang) -> FinalGrade:
        """Return the final grade of a student with its sentences in a language."""
        if lang == self.lang:
            return self.final_grades[student]
        with self.lock:
            sheets = [each.sheet for each in self._files.values() if each.sheet is not None]
            own = [sheet.in_(lang) for sheet in sheets if sheet.student == student]
            grades = grades_of_class(
                self.course, own, self.decided, self.ledger, self._handed_in, lang, {student}
            )
        return grades[0]

    def reports(self) -> ClassReports:
        """Return what the reports are made of now."""
        return ClassReports(
            course=self.course,
            out=self.out,
            lang=self.lang,
            final_grades=tuple(grade for _, grade in sorted(self.final_grades.items())),
            groups=self.groups,
            collected=self.ledger,
        )

    def decisions(self, student: str) -> Decisions:
        """Return what is decided about a student."""
        return self.decided.get(student, Decisions())

    def groups_with(self, student: str, assignment: str) -> list[IdenticalWork]:
        """Return the groups of alike work that a student's hand-in is in."""
        return [g for g in self.groups if g.assignment == assignment and student in g.students]

    def find_groups(self) -> set[str]:
        """Find alike work anew, and return the students whose groups are new."""
        with self.lock:
            teams = self.ledger.team_by_hand_in()
            groups = find_identical_work(list(self.final_grades.values()), teams)
            changed = [g for g in (*groups, *self.groups) if (g in groups) != (g in self.groups)]
            self.groups = groups
            return {student for group in changed for student in group.students}

    def _grade_again(self, only: Collection[str] | None) -> set[str]:
        """Compute final grades anew, of all or of some students; return those that are new."""
        sheets = [each.sheet for each in self._files.values() if each.sheet is not None]
        grades = grades_of_class(
            self.course,
            sheets if only is None else [sheet for sheet in sheets if sheet.student in only],
            self.decided,
            self.ledger,
            self._handed_in,
            self.lang,
            only,
        )
        new = {grade.student: grade for grade in grades}
        changed = {name for name, grade in new.items() if self.final_grades.get(name) != grade}
        if only is None:
            changed |= self.final_grades.keys() - new.keys()
            self.final_grades = new
        else:
            self.final_grades.update(new)
        if only is None:
            self.find_groups()
        return changed

    def _read_sheets(self) -> bool:
        """Read the result files that are new or changed; return whether any is."""
        now = time.monotonic()
        if self._is_read and now < self._looked_at + RESULTS_POLL_S:
            return False
        self._looked_at = now
        found = {path: self._read(path) for path in result_files(self.out)}
        is_changed = found != self._files
        self._files = found
        self.unusable = [line for each in found.values() for line in each.complaints]
        return is_changed

    def _read(self, path: Path) -> ReadFile:
        """Return a result file; as it was read before, unless it has changed."""
        state, known = file_state(path), self._files.get(path)
        if known is not None and known.state == state:
            return known
        if path.is_symlink() or path.parent.is_symlink():
            complaint = f"{path}: a link; results are read below {self.out} only"
            return ReadFile(state=state, sheet=None, complaints=(complaint,))
        complaints: list[str] = []
        sheet = sheet_at(path, self.course, self._bases, self.lang, complaints)
        return ReadFile(state=state, sheet=sheet, complaints=tuple(complaints))


def _differing(before: Mapping[str, Decisions], now: Mapping[str, Decisions]) -> set[str]:
    """Return the students about whom something else is decided."""
    students: Iterable[str] = before.keys() | now.keys()
    return {name for name in students if before.get(name) != now.get(name)}

"""Collecting sources into a folder of hand-ins: every attempt is kept once, and one of each history is graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import dropwhile
from pathlib import Path

from autograder.collect.attempt import Attempt, History
from autograder.collect.contents import Contents, Unusable, contents_of, is_untouched
from autograder.collect.found import Found, where
from autograder.collect.identity import Identities, Undecided
from autograder.collect.lateness import lateness_of, penalty_for_days, which_counts
from autograder.collect.moment import shown_moment
from autograder.collect.recognise import kind_of
from autograder.collect.record import FILE, Record, read_record, write_record
from autograder.collect.roster import Roster
from autograder.collect.store import ATTEMPTS, Store, digest_of
from autograder.collect.tree import tree_of
from autograder.errors import CourseError
from autograder.model import Assignment, Course
from autograder.near import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be collected, and what the instructor says of it."""

    sources: tuple[Path, ...]
    kind: str | None = None  # None: by the look of each
    assignment: str | None = None
    student: str | None = None
    came: datetime | None = None  # of hand-ins of which nothing else says when they came
    roster: Roster | None = None
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)  # by student and assignment
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Report:
    """What collecting did, or would do: a line for each thing."""

    done: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)  # what waits for a person
    known: int = 0  # attempts that were there already


class Collecting:
    """One run: the record as it grows; nothing is written where there is no store."""

    def __init__(self, course: Course, order: Order, root: Path, store: Store | None) -> None:
        self.course = course
        self.order = order
        self.root = root
        self.store = store
        self.penalty = penalty_for_days(course.rubric)
        self.report = Report()
        self.record = self._opened()

    def run(self) -> Report:
        """Collect every source, then settle which attempts are graded."""
        for source in self.order.sources:
            self._source(source)
        self._settle()
        return self.report

    def _opened(self) -> Record:
        """The record so far, with what the order says."""
        file = self.root / FILE
        record = read_record(file, tuple(a.id for a in self.course.assignments))
        if not file.exists() and any(path.is_dir() for path in (self.root / ATTEMPTS).glob("*")):
            raise CourseError(f"{file}: is not there, though {ATTEMPTS} is; put it back, or start another folder")
        extensions = {student: dict(due) for student, due in record.extensions.items()}
        for (student, id), due in self.order.extensions.items():
            extensions.setdefault(student, {})[id] = due
        record = replace(
            record,
            deadlines={**record.deadlines, **self.order.deadlines},
            extensions=extensions,
            names={**record.names, **self.order.names},
        )
        self._write(record)
        return record

    def _write(self, record: Record) -> None:
        if self.store is not None:
            write_record(self.root / FILE, record)

    def _source(self, source: Path) -> None:
        tree = tree_of(source)
        identities = Identities(roster=self.order.roster, decided=self.record.names, stated=self.order.student)
        kind = kind_of(tree, self.course, self.order.kind)
        left = sorted(tree.tops().keys() - kind.takes(tree, self.course))
        self.report.undecided += [f"{where(source, name)}: left, it looks like no hand-in here" for name in left]
        for history in kind.read(tree, self.course):
            try:
                student, assignment = self._whose(history[0], identities)
                for found in self._worth_keeping(history, student, assignment):
                    self._keep(student, assignment, found, source.resolve().name)
            except Undecided as undecided:
                self.report.undecided.append(f"{history[0].where}: {undecided}")
        self._write(self.record)

    def _whose(self, found: Found, identities: Identities) -> tuple[str, Assignment]:
        if found.problem:
            raise Undecided(found.problem)
        student = identities.student_of(found)
        id = self.order.assignment or found.assignment
        known = [a.id for a in self.course.assignments]
        if id not in known:
            hint = did_you_mean(id, known) or f"; expected one of {', '.join(known)}"
            what = (
                f"no assignment {id!r} in the course{hint}" if id else "its files do not tell for which assignment"
            )
            raise Undecided(f"{what}; say it with --assignment ID")
        return student, self.course.assignment(id)

    def _worth_keeping(self, history: Sequence[Found], student: str, assignment: Assignment) -> list[Found]:
        """Of several commits the one that counts and the newest; the stub that was handed out is no attempt."""
        if len(history) == 1:
            return list(history)
        own = list(dropwhile(lambda found: is_untouched(found.files(), assignment), history)) or history[-1:]
        times = [Attempt(digest="", source="", came=found.came, told_by=found.told_by) for found in own]
        due = self.record.due(student, assignment.id)
        number = which_counts(times, due, self.penalty)
        return [*([own[number - 1]] if 0 < number < len(own) else []), own[-1]]

    def _keep(self, student: str, assignment: Assignment, found: Found, source: str) -> None:
        """Add an attempt to its history, unless it is there."""
        try:
            contents = contents_of(found.files(), assignment)
        except Unusable as unusable:
            raise Undecided(str(unusable)) from None
        remarks = [remark for remark in (found.remark, *contents.remarks) if remark]
        self.report.undecided += [f"{found.where}: {remark}" for remark in remarks]
        attempt = self._attempt(found, contents, source)
        history = self.record.history(student, assignment.id)
        attempts = list(history.attempts)
        about = self._about(student, assignment, attempt)
        same = next((n for n, other in enumerate(attempts, start=1) if attempt.is_same(other)), None)
        if same is None:
            attempts.append(attempt)
            number = len(attempts)
            if self.store is not None:
                self.store.keep(student, assignment.id, number, contents.files)
            self.report.done.append(f"{student}: {assignment.id}: attempt {number} from {found.where}{about}")
        else:
            self.report.known += 1
            before = attempts[same - 1]
            if before.came is None and attempt.came is not None:  # learnt since
                attempts[same - 1] = replace(before, came=attempt.came, told_by=attempt.told_by)
                self.report.done.append(f"{student}: {assignment.id}: attempt {same}{about}")
        self._remember(student, assignment.id, replace(history, attempts=tuple(attempts)))

    def _attempt(self, found: Found, contents: Contents, source: str) -> Attempt:
        is_stated = found.came is None and self.order.came is not None
        return Attempt(
            digest=digest_of(contents.files),
            source=source,
            came=self.order.came if is_stated else found.came,
            told_by="stated" if is_stated else found.told_by,
            marked_late=found.marked_late,
            renamed=contents.renamed,
        )

    def _about(self, student: str, assignment: Assignment, attempt: Attempt) -> str:
        """When it came, who says so, and how late that is."""
        due = self.record.due(student, assignment.id)
        days = lateness_of(attempt, due)
        when = f"came {shown_moment(attempt.came, due)} ({attempt.told_by})" if attempt.came else "no time is told"
        late = "marked late" if days is None else f"{days} {'day' if days == 1 else 'days'} late" if days else ""
        renamed = f"was called {attempt.renamed}" if attempt.renamed else ""
        return "".join(f", {part}" for part in (when, late, renamed) if part)

    def _remember(self, student: str, assignment: str, history: History) -> None:
        self.record = replace(self.record, histories={**self.record.histories, (student, assignment): history})

    def _settle(self) -> None:
        """Choose the attempt of each history that is graded, and put it where `grade` looks."""
        for (student, id), history in sorted(self.record.histories.items()):
            due = self.record.due(student, id)
            number = which_counts(history.attempts, due, self.penalty)
            settled = replace(history, graded=number)
            self._remember(student, id, settled)
            self._tell_choice(f"{student}: {id}", history.graded, settled, due)
            if self.store is not None:
                problem = self.store.place(student, self.course.assignment(id), settled)
                self.report.undecided += [problem] * bool(problem)
        self._write(self.record)

    def _tell_choice(self, place: str, before: int, history: History, due: datetime | None) -> None:
        """What a person should know of the choice."""
        number = history.graded
        if not number:
            assert self.penalty is not None  # without one everything is accepted
            days = min(lateness_of(attempt, due) or 0 for attempt in history.attempts)
            self.report.done.append(f"{place}: not accepted: {days} days late, {self.penalty.days} at most")
        elif before not in (0, number):
            self.report.done.append(f"{place}: attempt {number} is graded now, instead of {before}")
        if number and lateness_of(history.attempts[number - 1], due) is None:
            how = "say when with --came TIME, or `autograder marks set ... --days N`"
            self.report.undecided.append(f"{place}: marked late, and nobody says by how much; {how}")


def collect(course: Course, order: Order, root: Path, store: Store | None) -> tuple[Record, Report]:
    """Collect into `root`, or with no store only say what would be done."""
    run = Collecting(course, order, root, store)
    report = run.run()
    return run.record, report

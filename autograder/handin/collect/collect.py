"""Collecting sources into a folder of hand-ins: every attempt is kept once, and one of each history
is graded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import dropwhile
from pathlib import Path

from autograder.handin.collect.attempt import Attempt, History
from autograder.handin.collect.candidate import Found, where
from autograder.handin.collect.contents import Contents, Unusable, contents_of, is_untouched
from autograder.handin.collect.detect_source import recognised
from autograder.handin.collect.identity import Identities, Undecided, Whose
from autograder.handin.collect.lateness import lateness_of, penalty_for_days, which_counts
from autograder.handin.collect.ledger import FILE, Record, write_record
from autograder.handin.collect.messages import change, how_to_say_days, told
from autograder.handin.collect.options import Order, opened
from autograder.handin.collect.store import Store, digest_of
from autograder.handin.collect.tree import tree_of
from autograder.model import Assignment, Course
from autograder.text.suggestions import did_you_mean


@dataclass(slots=True, kw_only=True)
class Report:
    """What collecting did, or would do: a line for each thing."""

    done: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)  # what waits for a person
    known: int = 0  # attempts that were there already
    not_called_late: int = 0  # attempts that an LMS tells no time of, and does not call late


class Collecting:
    """One run: the record as it grows; nothing is written where there is no store."""

    def __init__(self, course: Course, order: Order, root: Path, store: Store | None) -> None:
        self.course = course
        self.order = order
        self.root = root
        self.store = store
        self.penalty = penalty_for_days(course.rubric)
        self.report = Report()
        self.record = opened(course, order, root)
        self._write()

    def run(self) -> Report:
        """Collect every source, then settle which attempts are graded."""
        for source in self.order.sources:
            self._source(source)
        self._settle()
        self._tell_came()
        return self.report

    def _write(self) -> None:
        if self.store is not None:
            write_record(self.root / FILE, self.record)

    def _source(self, source: Path) -> None:
        tree, kind = recognised(tree_of(source), self.course, self.order.kind)
        identities = Identities(
            roster=self.order.roster,
            decided=self.record.names,
            teams=self.record.teams,
            listed=self.order.teams,
            stated=self.order.student,
        )
        left = sorted(tree.tops().keys() - kind.takes(tree, self.course))
        self.report.undecided += [
            f"{where(tree.place, name)}: left, it looks like no hand-in here" for name in left
        ]
        for history in kind.read(tree, self.course):
            try:
                whose, assignment = self._whose(history[0], identities)
                for student in whose.students:
                    for found in self._worth_keeping(history, student, assignment):
                        self._keep(student, assignment, found, source.resolve().name, whose.team)
                self._remember_team(whose)
                self.report.undecided += [f"{history[0].where}: {whose.remark}"] * bool(
                    whose.remark
                )
            except Undecided as undecided:
                self.report.undecided.append(f"{history[0].where}: {undecided}")
        self._write()

    def _whose(self, found: Found, identities: Identities) -> tuple[Whose, Assignment]:
        if found.problem:
            raise Undecided(found.problem)
        whose = identities.whose(found)
        id = self.order.assignment or found.assignment
        known = [a.id for a in self.course.assignments]
        if id not in known:
            hint = did_you_mean(id, known) or f"; expected one of {', '.join(known)}"
            what = (
                f"no assignment {id!r} in the course{hint}"
                if id
                else "its files do not tell for which assignment"
            )
            raise Undecided(f"{what}; say it with --assignment ID")
        return whose, self.course.assignment(id)

    def _worth_keeping(
        self, history: Sequence[Found], student: str, assignment: Assignment
    ) -> list[Found]:
        """Of several commits the one that counts and the newest; the stub that was handed out is no
        attempt.
        """
        if len(history) == 1:
            return list(history)
        own = (
            list(dropwhile(lambda found: is_untouched(found.files(), assignment), history))
            or history[-1:]
        )
        times = [
            Attempt(digest="", source="", came=found.came, told_by=found.told_by) for found in own
        ]
        due = self.record.due(student, assignment.id)
        number = which_counts(times, due, self.penalty)
        return [*([own[number - 1]] if 0 < number < len(own) else []), own[-1]]

    def _keep(
        self, student: str, assignment: Assignment, found: Found, source: str, team: str
    ) -> None:
        """Add an attempt to its history, or to what is known of it where it is there."""
        try:
            contents = contents_of(found.files(), assignment)
        except Unusable as unusable:
            raise Undecided(str(unusable)) from None
        for remark in filter(None, (found.remark, *contents.remarks)):
            line = f"{found.where}: {remark}"
            self.report.undecided += [line] * (
                line not in self.report.undecided
            )  # once for a whole team
        attempt = self._attempt(found, contents, source, team)
        history, due = (
            self.record.history(student, assignment.id),
            self.record.due(student, assignment.id),
        )
        place = f"{student}: {assignment.id}: attempt"
        number = history.number_of(attempt)
        attempts = list(history.attempts)
        if number:
            before, attempts[number - 1] = (
                attempts[number - 1],
                attempts[number - 1].amended(attempt, by_lms=found.by_lms),
            )
            changed = change(before, attempts[number - 1], due)
            self.report.known += 1
            self.report.done += [f"{place} {number}: {changed}"] * bool(changed)
        else:
            attempts.append(attempt)
            if self.store is not None:
                self.store.keep(student, assignment.id, len(attempts), contents.files)
            self.report.done.append(
                f"{place} {len(attempts)} from {found.where}, {told(attempt, due)}"
            )
        self._remember(student, assignment.id, replace(history, attempts=tuple(attempts)))

    def _attempt(self, found: Found, contents: Contents, source: str, team: str) -> Attempt:
        """What was found as an attempt, with the instructor's word on times."""
        self.report.not_called_late += found.by_lms and found.came is None and not found.marked_late
        attempt = Attempt(
            digest=digest_of(contents.files),
            source=source,
            came=found.came,
            told_by=found.told_by,
            marked_late=found.marked_late,
            renamed=contents.renamed,
            team=team,
        )
        return attempt.stated(self.order.came, by_lms=found.by_lms)

    def _remember_team(self, whose: Whose) -> None:
        if len(whose.students) > 1:
            self.record = replace(
                self.record, teams={**self.record.teams, whose.team: whose.students}
            )

    def _remember(self, student: str, assignment: str, history: History) -> None:
        self.record = replace(
            self.record, histories={**self.record.histories, (student, assignment): history}
        )

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
        self._write()

    def _tell_came(self) -> None:
        """That --came says nothing of those whom the LMS does not call late, where there are any."""
        count = self.report.not_called_late
        if self.order.came is not None and count:
            what = (
                "1 attempt that its LMS does not call late"
                if count == 1
                else (f"{count} attempts that their LMS does not call late")
            )
            self.report.done.append(f"--came: changes nothing of {what}")

    def _tell_choice(self, place: str, before: int, history: History, due: datetime | None) -> None:
        """What a person should know of the choice."""
        number = history.graded
        if not number:
            assert self.penalty is not None  # without one everything is accepted
            days = min(lateness_of(attempt, due) or 0 for attempt in history.attempts)
            self.report.done.append(
                f"{place}: not accepted: {days} days late, {self.penalty.days} at most"
            )
        elif before not in (0, number):
            self.report.done.append(f"{place}: attempt {number} is graded now, instead of {before}")
        if number and lateness_of(history.attempts[number - 1], due) is None:
            self.report.undecided.append(
                f"{place}: {how_to_say_days(history.attempts[number - 1], due)}"
            )


def collect(course: Course, order: Order, root: Path, store: Store | None) -> tuple[Record, Report]:
    """Collect into `root`, or with no store only say what would be done."""
    run = Collecting(course, order, root, store)
    report = run.run()
    return run.record, report

"""The collect run: sources become a folder of hand-ins with all attempts, one of them graded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import dropwhile
from pathlib import Path

from autograder.handin.collect.attempt import Attempt, History
from autograder.handin.collect.candidate import Candidate, location
from autograder.handin.collect.identity.owners import NeedsDecision, OwnerFinder, Owners
from autograder.handin.collect.lateness import daily_penalty, graded_number, lateness_of
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, write_ledger
from autograder.handin.collect.messages import attempt_text, change_text, unknown_days_remedy
from autograder.handin.collect.options import CollectOptions, initial_ledger
from autograder.handin.collect.select_files import (
    SelectedFiles,
    UnusableHandIn,
    is_untouched,
    select_files,
)
from autograder.handin.collect.source_tree import SourceTree, read_tree
from autograder.handin.collect.sources.registry import detect_source_type
from autograder.handin.collect.sources.source_type import SourceType
from autograder.handin.collect.store import AttemptStore, digest_of
from autograder.model import Assignment, Course
from autograder.text.suggestions import did_you_mean


@dataclass(slots=True, kw_only=True)
class CollectReport:
    """What a run did, or would do, in lines for the instructor."""

    actions: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)  # what a person must decide or know
    known_attempts: int = 0  # attempts that were in the ledger already
    not_marked_late: int = 0  # attempts without a time that their LMS does not mark as late

    def add_unresolved(self, line: str) -> None:
        """Add a line unless it is there already, as for each member of a team."""
        if line not in self.unresolved:
            self.unresolved.append(line)


class CollectRun:
    """One run; the ledger grows as hand-ins are found. Without a store nothing is written."""

    def __init__(
        self, course: Course, options: CollectOptions, root: Path, store: AttemptStore | None
    ) -> None:
        self.course = course
        self.options = options
        self.root = root
        self.store = store
        self.penalty = daily_penalty(course.rubric)
        self.report = CollectReport()
        self.ledger = initial_ledger(course, options, root)
        self._write()

    def run(self) -> CollectReport:
        """Collect every source, then choose the graded attempts."""
        for source in self.options.sources:
            self._collect_source(source)
        self._choose_graded()
        self._report_ignored_time()
        return self.report

    def _write(self) -> None:
        if self.store is not None:
            write_ledger(self.root / LEDGER_FILE, self.ledger)

    def _collect_source(self, source: Path) -> None:
        tree, source_type = detect_source_type(
            read_tree(source), self.course, self.options.source_type
        )
        self._report_unrecognized(tree, source_type)
        owner_finder = OwnerFinder(
            roster=self.options.roster,
            decided=self.ledger.names,
            teams=self.ledger.teams,
            listed=self.options.teams,
            stated=self.options.student,
        )
        for candidates in source_type.read(tree, self.course):
            place = candidates[0].location
            try:
                self._collect_candidates(candidates, owner_finder, source.resolve().name)
            except NeedsDecision as problem:
                self.report.unresolved.append(f"{place}: {problem}")
        self._write()

    def _report_unrecognized(self, tree: SourceTree, source_type: SourceType) -> None:
        """Add a line for each name at the top of a source that is not collected."""
        recognized = source_type.recognize(tree, self.course)
        for name in sorted(tree.by_top_name().keys() - set(recognized)):
            place = location(tree.place, name)
            self.report.unresolved.append(f"{place}: left, it looks like no hand-in here")

    def _collect_candidates(
        self, candidates: Sequence[Candidate], owner_finder: OwnerFinder, source: str
    ) -> None:
        """Add the candidates of one student or team at one assignment."""
        first = candidates[0]
        if first.problem:
            raise NeedsDecision(first.problem)
        owners = owner_finder.find_owners(first)
        assignment = self._assignment_of(first)
        for student in owners.students:
            for candidate in self._worth_keeping(candidates, student, assignment):
                self._keep(student, assignment, candidate, source, owners.team)
        self._remember_team(owners)
        if owners.remark:
            self.report.unresolved.append(f"{first.location}: {owners.remark}")

    def _assignment_of(self, candidate: Candidate) -> Assignment:
        """Return the stated or the candidate's assignment; NeedsDecision if it is unknown."""
        assignment_id = self.options.assignment or candidate.assignment
        known = [assignment.id for assignment in self.course.assignments]
        if assignment_id in known:
            return self.course.assignment(assignment_id)
        if assignment_id:
            hint = did_you_mean(assignment_id, known) or f"; expected one of {', '.join(known)}"
            problem = f"no assignment {assignment_id!r} in the course{hint}"
        else:
            problem = "its files do not tell for which assignment"
        raise NeedsDecision(f"{problem}; say it with --assignment ID")

    def _worth_keeping(
        self, candidates: Sequence[Candidate], student: str, assignment: Assignment
    ) -> list[Candidate]:
        """Return the candidates to keep: of several commits the graded one and the newest.

        Commits that only hold the unchanged stub are no attempts.
        """
        if len(candidates) == 1:
            return list(candidates)

        def holds_stub(candidate: Candidate) -> bool:
            return is_untouched(candidate.files(), assignment)

        own = list(dropwhile(holds_stub, candidates)) or list(candidates[-1:])
        attempts = [
            Attempt(
                digest="",
                source="",
                submitted_at=candidate.submitted_at,
                timestamp_source=candidate.timestamp_source,
            )
            for candidate in own
        ]
        due = self.ledger.due(student, assignment.id)
        number = graded_number(attempts, due, self.penalty)
        if 0 < number < len(own):
            return [own[number - 1], own[-1]]
        return [own[-1]]

    def _keep(
        self, student: str, assignment: Assignment, candidate: Candidate, source: str, team: str
    ) -> None:
        """Add an attempt to its history, or update the one that is the same hand-in."""
        try:
            selected = select_files(candidate.files(), assignment)
        except UnusableHandIn as problem:
            raise NeedsDecision(str(problem)) from None
        for remark in (candidate.remark, *selected.remarks):
            if remark:
                self.report.add_unresolved(f"{candidate.location}: {remark}")
        attempt = self._attempt(candidate, selected, source, team)
        history = self.ledger.history(student, assignment.id)
        number = history.number_of(attempt)
        attempts = list(history.attempts)
        if number:
            attempts[number - 1] = attempts[number - 1].updated_from(
                attempt, by_lms=candidate.by_lms
            )
        else:
            attempts.append(attempt)
            if self.store is not None:
                self.store.keep(student, assignment.id, len(attempts), selected.files)
        updated = replace(history, attempts=tuple(attempts))
        self._report_attempt(student, assignment.id, history, updated, number, candidate)
        self._remember(student, assignment.id, updated)

    def _report_attempt(
        self,
        student: str,
        assignment: str,
        before: History,
        after: History,
        number: int,
        candidate: Candidate,
    ) -> None:
        """Add a line for a new attempt (`number` is 0), or for what changed in a known one."""
        due = self.ledger.due(student, assignment)
        label = f"{student}: {assignment}: attempt"
        if not number:
            text = attempt_text(after.attempts[-1], due)
            line = f"{label} {len(after.attempts)} from {candidate.location}, {text}"
            self.report.actions.append(line)
            return
        self.report.known_attempts += 1
        change = change_text(before.attempts[number - 1], after.attempts[number - 1], due)
        if change:
            self.report.actions.append(f"{label} {number}: {change}")

    def _attempt(
        self, candidate: Candidate, selected: SelectedFiles, source: str, team: str
    ) -> Attempt:
        """Return the candidate as an attempt, with the time that the instructor stated."""
        if candidate.by_lms and candidate.submitted_at is None and not candidate.marked_late:
            self.report.not_marked_late += 1
        attempt = Attempt(
            digest=digest_of(selected.files),
            source=source,
            submitted_at=candidate.submitted_at,
            timestamp_source=candidate.timestamp_source,
            marked_late=candidate.marked_late,
            renamed=selected.renamed,
            team=team,
        )
        return attempt.with_stated_time(self.options.submitted_at, by_lms=candidate.by_lms)

    def _remember_team(self, owners: Owners) -> None:
        if len(owners.students) > 1:
            teams = {**self.ledger.teams, owners.team: owners.students}
            self.ledger = replace(self.ledger, teams=teams)

    def _remember(self, student: str, assignment: str, history: History) -> None:
        histories = {**self.ledger.histories, (student, assignment): history}
        self.ledger = replace(self.ledger, histories=histories)

    def _choose_graded(self) -> None:
        """Choose the graded attempt of each history, and copy it to where `grade` looks."""
        for (student, assignment_id), history in sorted(self.ledger.histories.items()):
            due = self.ledger.due(student, assignment_id)
            number = graded_number(history.attempts, due, self.penalty)
            chosen = replace(history, graded=number)
            self._remember(student, assignment_id, chosen)
            self._report_choice(f"{student}: {assignment_id}", history.graded, chosen, due)
            if self.store is not None:
                assignment = self.course.assignment(assignment_id)
                problem = self.store.place_graded(student, assignment, chosen)
                if problem:
                    self.report.unresolved.append(problem)
        self._write()

    def _report_choice(
        self, place: str, number_before: int, history: History, due: datetime | None
    ) -> None:
        """Add a line if no attempt is accepted, the graded one changed, or its days are unknown."""
        number = history.graded
        if not number:
            assert self.penalty is not None  # without a penalty every attempt is accepted
            days = min(lateness_of(attempt, due) or 0 for attempt in history.attempts)
            self.report.actions.append(
                f"{place}: not accepted: {days} days late, {self.penalty.days} at most"
            )
            return
        if number_before not in (0, number):
            self.report.actions.append(
                f"{place}: attempt {number} is graded now, instead of {number_before}"
            )
        graded = history.attempts[number - 1]
        if lateness_of(graded, due) is None:
            self.report.unresolved.append(f"{place}: {unknown_days_remedy(graded, due)}")

    def _report_ignored_time(self) -> None:
        """Add a line on the attempts that --came does not change, as their LMS knows better."""
        count = self.report.not_marked_late
        if self.options.submitted_at is None or not count:
            return
        if count == 1:
            attempts = "1 attempt that its LMS does not call late"
        else:
            attempts = f"{count} attempts that their LMS does not call late"
        self.report.actions.append(f"--came: changes nothing of {attempts}")


def collect(
    course: Course, options: CollectOptions, root: Path, store: AttemptStore | None
) -> tuple[Ledger, CollectReport]:
    """Collect into `root`; without a store only report what would be done."""
    run = CollectRun(course, options, root, store)
    report = run.run()
    return run.ledger, report

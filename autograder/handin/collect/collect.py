"""The collect run: sources become a folder of hand-ins with all attempts, one of them graded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile
from pathlib import Path

from autograder.handin.collect.attempt import Attempt, History
from autograder.handin.collect.candidate import Candidate, location
from autograder.handin.collect.identity.owners import NeedsDecision, OwnerFinder, Owners
from autograder.handin.collect.lateness import daily_penalty, graded_number
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, write_ledger
from autograder.handin.collect.options import CollectOptions, initial_ledger
from autograder.handin.collect.report import CollectReport
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
        if self.options.submitted_at is not None:
            self.report.add_ignored_time()
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
        due = self.ledger.due(student, assignment.id)
        label = f"{student}: {assignment.id}: attempt"
        number = history.number_of(attempt)
        attempts = list(history.attempts)
        if number:
            before = attempts[number - 1]
            attempts[number - 1] = before.updated_from(attempt, by_lms=candidate.by_lms)
            self.report.add_known(f"{label} {number}", before, attempts[number - 1], due)
        else:
            attempts.append(attempt)
            if self.store is not None:
                self.store.keep(student, assignment.id, len(attempts), selected.files)
            self.report.add_new(f"{label} {len(attempts)} from {candidate.location}", attempt, due)
        self._remember(student, assignment.id, replace(history, attempts=tuple(attempts)))

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
            place = f"{student}: {assignment_id}"
            if number or self.penalty is None:  # without a penalty every attempt is accepted
                self.report.add_choice(place, history.graded, chosen, due)
            else:
                self.report.add_not_accepted(place, chosen, due, self.penalty)
            if self.store is not None:
                assignment = self.course.assignment(assignment_id)
                problem = self.store.place_graded(student, assignment, chosen)
                if problem:
                    self.report.unresolved.append(problem)
        self._write()


def collect(
    course: Course, options: CollectOptions, root: Path, store: AttemptStore | None
) -> tuple[Ledger, CollectReport]:
    """Collect into `root`; without a store only report what would be done."""
    run = CollectRun(course, options, root, store)
    report = run.run()
    return run.ledger, report

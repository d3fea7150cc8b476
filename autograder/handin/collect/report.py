"""The report of a collect run, in lines for the instructor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from autograder.handin.collect.attempt import Attempt, History
from autograder.handin.collect.lateness import lateness_of
from autograder.handin.collect.messages import attempt_text, change_text, unknown_days_remedy
from autograder.model import Penalty


@dataclass(slots=True, kw_only=True)
class CollectReport:
    """What a run did, or would do."""

    actions: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)  # what a person must decide or know
    known_attempts: int = 0  # attempts that were in the ledger already
    not_marked_late: int = 0  # attempts without a time that their LMS does not mark as late

    def add_unresolved(self, line: str) -> None:
        """Add a line unless it is there already, as for each member of a team."""
        if line not in self.unresolved:
            self.unresolved.append(line)

    def add_new(self, label: str, attempt: Attempt, due: datetime | None) -> None:
        """Add a line on a new attempt."""
        self.actions.append(f"{label}, {attempt_text(attempt, due)}")

    def add_known(self, label: str, before: Attempt, after: Attempt, due: datetime | None) -> None:
        """Count a known attempt, and add a line on what changed in it."""
        self.known_attempts += 1
        change = change_text(before, after, due)
        if change:
            self.actions.append(f"{label}: {change}")

    def add_choice(
        self, place: str, number_before: int, history: History, due: datetime | None
    ) -> None:
        """Add a line if another attempt is graded than before, or its days late are unknown."""
        number = history.graded
        if number_before not in (0, number):
            self.actions.append(
                f"{place}: attempt {number} is graded now, instead of {number_before}"
            )
        graded = history.attempts[number - 1]
        if lateness_of(graded, due) is None:
            self.unresolved.append(f"{place}: {unknown_days_remedy(graded, due)}")

    def add_not_accepted(
        self, place: str, history: History, due: datetime | None, penalty: Penalty
    ) -> None:
        """Add a line on a history whose attempts are all too late."""
        days = min(lateness_of(attempt, due) or 0 for attempt in history.attempts)
        self.actions.append(f"{place}: not accepted: {days} days late, {penalty.days} at most")

    def add_ignored_time(self) -> None:
        """Add a line on the attempts that --came does not change, as their LMS knows better."""
        count = self.not_marked_late
        if count == 1:
            self.actions.append(
                "--came: changes nothing of 1 attempt that its LMS does not call late"
            )
        elif count:
            self.actions.append(
                f"--came: changes nothing of {count} attempts that their LMS does not call late"
            )

"""Standing criteria: those of an earlier sheet that hold, while the others are graded again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from autograder.checks.pytest_plugin import criterion_of, measures
from autograder.grading.cache.grader_imports import changed_criteria
from autograder.grading.cache.invalidation import causes
from autograder.grading.cache.standing import allowed_level
from autograder.grading.grader import Grader
from autograder.grading.size_limit import is_trimmed, trimmed
from autograder.model import Basis, CheckResult, Run, ScoreSheet


class _OfCheck(Protocol):
    @property
    def check(self) -> str: ...


Item = TypeVar("Item", bound=_OfCheck)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingCriteria:
    """What holds of an earlier sheet, of which some criteria are graded again."""

    sheet: ScoreSheet
    graded_again: frozenset[str]  # criteria
    order: Mapping[str, int]  # of all checks, by id
    measures_again: bool  # whether a check that measures the model is graded again

    @property
    def results(self) -> dict[str, CheckResult]:
        """The results that hold, by the id of the check."""
        return {
            check.id: check
            for score in self.sheet.scores
            if score.criterion not in self.graded_again
            for check in score.checks
        }


def standing_criteria(
    sheet: ScoreSheet, grader: Grader, run: Run, basis: Basis, submission: str, data: str
) -> StandingCriteria | None:
    """Return what holds of an earlier sheet; None where all criteria have to be graded again.

    `submission` and `data` are the digests of the present hand-in, and of the data.
    """
    assignment = grader.assignment
    allowed = allowed_level(assignment, run)
    others = causes(replace(sheet, basis=basis), submission, basis, data, run.seed, allowed)
    # Nobody can tell which check an adjustment is of, or what was left out of a long sheet.
    if others or sheet.adjustments or is_trimmed(sheet):
        return None
    again = changed_criteria(sheet.basis, basis, assignment, grader.items)
    if again is None:
        return None
    changed = [item for item in grader.items if criterion_of(item) in again]
    standing = StandingCriteria(
        sheet=sheet,
        graded_again=again,
        order={item.name: number for number, item in enumerate(grader.items)},
        measures_again=any(map(measures, changed)),
    )
    missing = standing.order.keys() - {item.name for item in changed} - standing.results.keys()
    return None if missing else standing


def joined(fresh: ScoreSheet, standing: StandingCriteria) -> ScoreSheet | None:
    """Return a sheet of fresh and standing results, as grading all of them would make it.

    `fresh` holds the results of all checks, and what the checks that ran gave back beside them.
    None where it is not certain that the sheet would be the same.
    """
    before = standing.sheet
    if trimmed(fresh).findings != before.findings or fresh.adjustments or is_trimmed(fresh):
        return None
    measurement = fresh.measurement
    if not standing.measures_again:
        if measurement is not None:
            return None  # a check asked for it that only used an earlier one before
        measurement = before.measurement
    texts = [note.text for note in fresh.notes]
    notes = _in_order(before.notes, fresh.notes, standing)
    if len(notes) != len({note.text for note in notes}) or len(texts) != len(set(texts)):
        return None  # a remark is made once, by the first check that has reason to
    return replace(
        fresh,
        notes=(*notes, *(note for note in fresh.notes if note.check not in standing.order)),
        networks=_in_order(before.networks, fresh.networks, standing),
        pictures=_in_order(before.pictures, fresh.pictures, standing),
        answers=_in_order(before.answers, fresh.answers, standing),
        measurement=measurement,
    )


def _in_order(
    before: Iterable[Item], fresh: Iterable[Item], standing: StandingCriteria
) -> tuple[Item, ...]:
    """Return what checks gave back, in the order of the checks."""
    kept = [item for item in before if item.check in standing.results]
    new = [item for item in fresh if item.check in standing.order]
    return tuple(sorted([*kept, *new], key=lambda item: standing.order[item.check]))

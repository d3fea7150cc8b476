"""Causes of lost points: the checks of a criterion that did not pass, by what kept them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import CheckResult, Criterion, Frame, Outcome
from autograder.report.fold_checks import WITHOUT_CAUSE
from autograder.report.work.definitions import definition_named
from autograder.report.work.listing import Listing, listing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause, and the checks of one criterion that noticed it; the first of them explains it."""

    anchor: str  # the id of its element
    checks: tuple[CheckResult, ...]
    lost: Fraction = Fraction(0)  # points of the criterion
    criterion: Criterion | None = None  # None: it concerns the whole submission
    place: Frame | None = None  # the line of the student's own code; None where there is none
    is_definition: bool = False  # the line defines what the cause names: nothing stopped there
    listing: Listing | None = None  # where the line is shown; None: it is not
    has_excerpt: bool = True  # False: a cause above shows the same lines
    same_as: Cause | None = None  # the same cause in a criterion above, which explains it

    @property
    def first(self) -> CheckResult:
        """Return the check that explains the cause."""
        return self.checks[0]

    @property
    def needs_room(self) -> bool:
        """Return whether more is to be said for students than a line holds."""
        return self.place is not None or len(self.checks) > 1

    @property
    def needs_room_for_staff(self) -> bool:
        """Return whether more is to be said for staff than a line holds."""
        return self.needs_room or bool(self.first.evidence or self.first.output)

    @property
    def differing(self) -> tuple[CheckResult, ...]:
        """Return the checks that noticed it in other words than the first one."""
        return tuple(check for check in self.checks if check.message != self.first.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """Checks that one thing kept from running."""

    message: str
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """How the weights of checks become the points of a criterion."""

    earned: Fraction  # weight
    counted: Fraction  # weight
    points: Fraction


def place_of(
    group: Sequence[CheckResult], listings: Sequence[Listing]
) -> tuple[Frame | None, Listing | None, bool]:
    """Return the innermost line of the student's code, or else of the definition that is named.

    Beside it stand the listing that shows it, and whether it is a definition.
    """
    first = group[0]
    named = None
    if not first.where and first.outcome is Outcome.FAILED:
        sentences = (first.message, first.hint, *(check.expects for check in group))
        named = definition_named(listings, sentences)
    place = first.where[-1] if first.where else named
    listing = None if place is None else listing_of(listings, place)
    return place, listing, named is not None


def cause_key(check: CheckResult) -> tuple[str, ...]:
    """Return what is the same for checks with one cause: its kind, its line and its hint.

    Checks of which no cause is known have one cause if they say the same.
    """
    place = check.where[-1].id if check.where else ""
    kind = check.cause.partition(" ")[0] or f"\0{check.message}\0{check.outcome.value}"
    return kind, place, check.hint


def grouped(checks: Iterable[CheckResult]) -> list[tuple[CheckResult, ...]]:
    """Return the checks that did not pass, those with one cause together, in their order."""
    groups: dict[tuple[str, ...], list[CheckResult]] = {}
    for check in checks:
        if check.outcome not in WITHOUT_CAUSE:
            groups.setdefault(cause_key(check), []).append(check)
    return [tuple(group) for group in groups.values()]


def not_run(checks: Iterable[CheckResult]) -> tuple[NotRun, ...]:
    """Return the checks that did not run or do not count, those with one reason together."""
    groups: dict[str, list[CheckResult]] = {}
    for check in checks:
        if check.outcome is Outcome.BLOCKED:
            groups.setdefault(check.message, []).append(check)
    return tuple(NotRun(message=message, checks=tuple(group)) for message, group in groups.items())


def withholds(group: Iterable[CheckResult], check: CheckResult) -> bool:
    """Return whether a check does not count because one of `group`, a gate, did not pass."""
    gates = (gate.expects.rstrip(".") for gate in group)
    return check.is_withheld and any(gate and gate in check.message for gate in gates)


def lost_weight(checks: Iterable[CheckResult]) -> Fraction:
    """Return the weight that these checks did not earn."""
    lost = (check for check in checks if check.outcome is not Outcome.PASSED)
    return sum(
        (check.weight * (1 - check.credit) if check.credit else check.weight for check in lost),
        Fraction(0),
    )


def earned_share(check: CheckResult) -> Fraction:
    """Return the share of its weight that a check earned."""
    return Fraction(1) if check.outcome is Outcome.PASSED else check.credit or Fraction(0)


def arithmetic(checks: Sequence[CheckResult], possible: Fraction) -> Arithmetic | None:
    """Return how the points of a criterion came about; None where no check carries weight."""
    counted = [
        check
        for check in checks
        if (check.outcome is not Outcome.BLOCKED or check.is_withheld)
        and (check.outcome is not Outcome.MANUAL or check.credit is not None)
    ]
    total = sum((check.weight for check in counted), Fraction(0))
    if not total:
        return None
    earned = total - lost_weight(counted)
    return Arithmetic(earned=earned, counted=total, points=possible * earned / total)

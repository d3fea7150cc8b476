"""An item and its statistics: a check, a question of a questionnaire, or a criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from autograder.model import Text

ItemKind: TypeAlias = Literal["check", "question", "criterion"]
# Why there is no discrimination: words of the labels' `no_discrimination`.
Reason: TypeAlias = Literal["", "few", "same_item", "same_rest", "no_rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrimination:
    """The correlation of an item with the rest; where it is right or wrong, the point-biserial one.

    A value is None where it is not defined; `reason` says why.
    """

    n: int  # students
    value: float | None = None  # from -1 to 1
    low: float | None = None  # of the 95 % interval; None: not defined
    high: float | None = None
    reason: Reason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thirds:
    """How the weakest and the best third by the rest do on an item."""

    lower: frozenset[str]  # students
    upper: frozenset[str]
    lower_share: float  # what they earn of the item on average, from 0 to 1
    upper_share: float
    upper_wrong: int  # of the best, those who do not earn all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCount:
    """How often an option of a question was chosen."""

    letter: str  # in questionnaire.yml, a) first; empty: no option was chosen, or none can be read
    text: Text
    is_right: bool
    count: int  # students
    lower: int  # of them, those of the weakest third
    upper: int  # of them, those of the best third


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKills:
    """The wrong answers of `verify` that a check detects."""

    killed: tuple[str, ...]
    killed_alone: tuple[str, ...]  # of these, those that no other check detects


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the class did with one check, question or criterion."""

    kind: ItemKind
    id: str
    assignment: str  # empty: no assignment decides the criterion
    criterion: str  # for a criterion its own id
    title: Text  # what it expects, asks or judges
    n: int  # students for whom it is decided
    facility: float | None  # what they earn of it on average, from 0 to 1; None: nobody
    discrimination: Discrimination
    thirds: Thirds | None = None  # None: too few students, or all are equal in the rest
    seconds: float | None = None  # that a check takes on average; None: no run noted it
    outcomes: Mapping[str, int] = field(default_factory=dict)  # students by outcome; checks alone
    failed: int = 0  # students who do not earn all of it
    # Of them, those who pass most checks: of who fails nearly all, one more failure says little.
    telling_failures: frozenset[str] = frozenset()
    failed_alone: int = 0  # of these, those who fail no other check of the assignment
    # Checks that fail for all of these, too, and for half of the class at most
    fails_with: tuple[str, ...] = ()
    options: tuple[OptionCount, ...] = ()  # of a question with options
    kills: KnownKills | None = None  # None: no kill matrix was given

    @property
    def anchor(self) -> str:
        """The id of its element on the page."""
        return f"{self.kind}-{self.assignment}-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentItems:
    """The checks or questions of one assignment."""

    assignment: str
    title: Text
    hand_ins: int  # results
    by_earlier: int  # of them, those that earlier graders made
    items: tuple[Item, ...]
    seconds: tuple[float, ...] = ()  # of each hand-in, as far as a run noted it, sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassItems:
    """All items of a class."""

    students: int
    assignments: tuple[AssignmentItems, ...]
    criteria: tuple[Item, ...]

    @property
    def all_items(self) -> tuple[Item, ...]:
        """Every item, the criteria last."""
        return tuple(item for each in self.assignments for item in each.items) + self.criteria

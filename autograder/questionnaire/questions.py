"""The data of a questionnaire: questions, their kinds and keys, the check-list."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from autograder.model import Text

Unit = Literal["", "%", "M"]
ALL_UNITS: tuple[Unit, ...] = get_args(Unit)
UNIT_SCALES: dict[Unit, Fraction] = {"": Fraction(1), "%": Fraction(1, 100), "M": Fraction(10**6)}
OPTION_LETTERS = "abcdefgh"
Kind = Literal["single", "multiple", "ordering", "numeric", "short", "text"]
QUESTION_KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Options of which one is right, or several."""

    options: tuple[Text, ...]
    right: frozenset[int]  # indices of options
    several: bool  # whether more than one may be chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Options that belong in an order."""

    options: tuple[Text, ...]
    places: tuple[int, ...]  # of each option, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, and how far an answer may be from it."""

    value: Fraction  # in units of one: 11.7 M is 11,700,000
    within: Fraction  # likewise
    unit: Unit  # in which it is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A few words, in the forms that are accepted; a forbidden claim cancels them."""

    accept: tuple[str, ...]  # folded
    forbid: tuple[str, ...]  # folded: recognised as wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay:
    """A few sentences for a person to read, with these ideas beside them."""

    ideas: tuple[Text, ...]


Key: TypeAlias = Choice | Ordering | Number | Short | Essay


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a criterion."""

    id: str  # under which it is answered
    criterion: str
    ask: Text
    review: Text  # what to read again; shown with a wrong answer, so it never gives the right one
    key: Key

    @property
    def options(self) -> tuple[Text, ...]:
        """What is chosen from or put in order; nothing where neither is asked."""
        return self.key.options if isinstance(self.key, Choice | Ordering) else ()

    @property
    def unit(self) -> Unit:
        """The unit in which a number is asked for."""
        return self.key.unit if isinstance(self.key, Number) else ""

    @property
    def kind(self) -> Kind:
        """The word for what is asked."""
        match self.key:
            case Choice(several=several):
                return "multiple" if several else "single"
            case Ordering():
                return "ordering"
            case Number():
                return "numeric"
            case Short():
                return "short"
            case Essay():
                return "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One line of the check-list, where students judge themselves; it earns nothing."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """All questions, in the order of the unshuffled form, and the check-list."""

    id: str
    title: Text
    questions: tuple[Question, ...]
    checklist: tuple[ChecklistItem, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Everything that can be answered."""
        return frozenset(q.id for q in self.questions) | frozenset(i.id for i in self.checklist)

    def of(self, criterion: str) -> tuple[Question, ...]:
        """Return the questions of a criterion."""
        return tuple(q for q in self.questions if q.criterion == criterion)

"""Feedback: what checks put on the score sheet beside their outcomes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from autograder.checks.printable import tellable
from autograder.errors import StudentError
from autograder.model import (
    OTHER_LANG,
    Adjustment,
    CheckResult,
    GivenAnswer,
    HandedPicture,
    Lang,
    Likeness,
    Measurement,
    Note,
    Outcome,
    Text,
    Words,
)
from autograder.text.grader_texts import GraderTexts
from autograder.text.sentences import in_each, in_language

if TYPE_CHECKING:  # not every assignment needs torch
    from autograder.checks.program import Program
    from autograder.programs.program_data import ProgramData


PNG_START = b"\x89PNG\r\n\x1a\n"
MAX_PICTURE_BYTES = 128 << 10  # of one picture: a result file and two pages hold it


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsProposal:
    """A share of points that a check proposes to the person who marks the criterion."""

    share: Fraction  # of the criterion's points, from 0 to 1
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedNetwork:
    """A student's network that is shown beside a right one."""

    check: str  # which did not pass
    title: str
    student: ProgramData
    rights: tuple[ProgramData, ...]  # of several right ones, the nearest is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparable:
    """What a check would compare if it failed."""

    title: str
    student: Callable[[], Program]
    rights: tuple[Callable[[], ProgramData], ...]


@dataclass(slots=True, kw_only=True)
class Feedback:
    """What a check puts on the score sheet beside its outcome; fixture `feedback`.

    Every `key` names a text under `findings` in the graders' texts.yml, which `values` complete.
    """

    texts: GraderTexts
    lang: Lang
    check: str = ""  # the one that runs
    proposal: PointsProposal | None = None  # of the check that runs
    adjustments: list[Adjustment] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    messages: list[CheckResult] = field(default_factory=list)
    compared: list[ComparedNetwork] = field(default_factory=list)
    pictures: list[HandedPicture] = field(default_factory=list)
    answers: list[GivenAnswer] = field(default_factory=list)
    measurement: Measurement | None = None
    likeness: Likeness = field(default_factory=Likeness)
    _comparable: list[_Comparable] = field(default_factory=list)  # of the check that runs
    _before: tuple[int, ...] = (0, 0, 0, 0, 0, 0)  # lengths of the lists when the check began

    def propose(self, share: Fraction | float, key: str, /, **values: object) -> None:
        """Propose `share` (0 to 1) of the criterion's points, which a person decides."""
        bounded = min(max(Fraction(share).limit_denominator(1000), Fraction(0)), Fraction(1))
        self.proposal = PointsProposal(share=bounded, text=self._say(key, values))

    def adjust(self, adjustment_id: str, key: str, /, **values: object) -> None:
        """Apply a bonus or penalty of grading.yml, once, for the reason that `key` words."""
        self.apply(adjustment_id, *self._both(self._say(key, values)))

    def apply(self, adjustment_id: str, reason: str, also: str | None = None) -> None:
        """Apply a bonus or penalty of grading.yml, once, for a reason in words.

        `also` is the reason in the other language.
        """
        if adjustment_id not in [a.id for a in self.adjustments]:
            self.adjustments.append(Adjustment(id=adjustment_id, reason=reason, also=also))

    def note(self, key: str, /, **values: object) -> None:
        """Remark something to staff; students never read it."""
        text, also = self._both(in_each(partial(self._filled, key, values)))
        self.notes.append(Note(check=self.check, text=text, also=also))

    def remark(self, words: Text) -> None:
        """Remark something to staff in the harness's own words, once."""
        text, also = self._both(words)
        if text not in [note.text for note in self.notes]:
            self.notes.append(Note(check=self.check, text=text, also=also))

    def tell(self, key: str, /, **values: object) -> None:
        """Tell the student something about the whole submission that costs and earns nothing."""
        message, other = self._both(self._say(key, values))
        also = Words(message=other) if other != message else None
        self.messages.append(
            CheckResult(id=key, criterion="", outcome=Outcome.PASSED, message=message, also=also)
        )

    def compare_networks(
        self, title: str, student: Callable[[], Program], *rights: Callable[[], ProgramData]
    ) -> None:
        """Draw the student's network beside a right one in the report, if this check fails.

        The programs are asked for only then: `student` returns one of `submission.program`, and
        each of `rights` one of `record_reference`. Of several right ones the nearest is drawn, and
        none where the student's does the same as one of them. Of several comparisons with one title
        the first that differs is drawn. Call it before anything is judged.
        """
        self._comparable.append(_Comparable(title=title, student=student, rights=rights))

    def compare(self) -> None:
        """Ask for the programs that the check would compare, which failed just now.

        A network that cannot be recorded, or no longer made, is not drawn.
        """
        if not self._comparable:
            return
        from autograder.checks.references import right_once  # not every assignment needs torch

        for each in self._comparable:
            with suppress(StudentError, AssertionError):
                student = each.student().data
                if student is not None:
                    rights = tuple(map(right_once, each.rights))
                    self.compared.append(
                        ComparedNetwork(
                            check=self.check, title=each.title, student=student, rights=rights
                        )
                    )

    def show(self, file: str, png: bytes) -> None:
        """Show the picture `file` in the report, beside what this check judges.

        `png` is what a probe of `run_isolated` made of it, never the bytes that were handed in. One
        that is no PNG, or larger than reports may hold, is not shown.
        """
        if png.startswith(PNG_START) and len(png) <= MAX_PICTURE_BYTES:
            self.pictures.append(HandedPicture(check=self.check, file=file, png=png))

    def answered(self, question: Text, answer: Text) -> None:
        """Show a question and the student's own answer to it, which this check judges.

        Neither may give the right answer away: students read both.
        """
        asked, asked_also = self._both(question)
        given, given_also = self._both(answer)
        self.answers.append(
            GivenAnswer(
                check=self.check,
                question=asked,
                question_also=asked_also if asked_also != asked else None,
                answer=given,
                answer_also=given_also if given_also != given else None,
            )
        )

    def measured(self, measurement: Measurement) -> None:
        """Put the accuracy of the submitted model on the sheet."""
        self.measurement = measurement

    def comparable(self, likeness: Likeness) -> None:
        """Put on the sheet what is compared with the work of other students."""
        self.likeness = likeness

    def begin(self, check: str) -> None:
        """Prepare for the next check.

        If the same check runs again, what it recorded before is forgotten.
        """
        if check == self.check:
            for recorded, length in zip(self._recorded, self._before, strict=True):
                del recorded[length:]
        self.check, self.proposal = check, None
        self._comparable.clear()
        self._before = tuple(len(recorded) for recorded in self._recorded)

    @property
    def _recorded(self) -> tuple[list[Any], ...]:
        return (
            *(self.adjustments, self.notes, self.messages),
            *(self.compared, self.pictures, self.answers),
        )

    def _say(self, key: str, values: dict[str, object]) -> Text:
        """Return a sentence that the student reads."""
        shown = {name: tellable(value) for name, value in values.items()}
        return in_each(partial(self._filled, key, shown))

    def _filled(self, key: str, values: dict[str, object], lang: Lang) -> str:
        sentence = self.texts.findings[key].sentence.in_(lang)
        return sentence.format(**{name: in_language(value, lang) for name, value in values.items()})

    def _both(self, text: Text) -> tuple[str, str]:
        """Return a sentence in this sheet's language, and in the other one."""
        return text.in_(self.lang), text.in_(OTHER_LANG[self.lang])

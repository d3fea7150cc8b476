"""Handed-in work as pages show it: texts, training curves, answers to questions."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedText:
    """A text that was handed in: a file, or one code cell of a notebook."""

    file: str  # its name
    cell: int = 0  # the code cell of a notebook, from 1; 0 for a whole file
    text: str
    left_out: int = 0  # characters at its end that were too many to keep


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedCurves:
    """The figures of a training, one per epoch; a list is empty where the file has none."""

    file: str
    train_loss: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()
    train_accuracy: tuple[float, ...] = ()  # shares from 0 to 1
    val_accuracy: tuple[float, ...] = ()  # shares from 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """A question and a student's answer to it; the right answer is not part of it."""

    check: str  # that judges it
    question: str
    question_also: str | None = None  # the same in the other language; None: as above
    answer: str  # in words: chosen options by their text; empty: left blank
    answer_also: str | None = None  # likewise

    def translated(self) -> GivenAnswer:
        """Return the same in the other language."""
        return replace(
            self,
            question=self.question if self.question_also is None else self.question_also,
            question_also=None if self.question_also is None else self.question,
            answer=self.answer if self.answer_also is None else self.answer_also,
            answer_also=None if self.answer_also is None else self.answer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedAttempt:
    """What an earlier or the present hand-in of an assignment earned, criterion by criterion."""

    submission_digest: str
    submitted_at: str = ""  # ISO 8601; empty: unknown
    points: dict[str, str | None]  # exact points by criterion; None: not decided

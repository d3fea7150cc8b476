"""Scores and score sheets: what one submission earned, and what that depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Literal

from autograder.model.course import Lang, Level
from autograder.model.network import NetworkComparison
from autograder.model.shown_work import GivenAnswer, HandedCurves, HandedText
from autograder.model.submission import Accuracy, CheckResult

State = Literal["auto", "manual", "not_graded"]
Status = Literal["graded", "needs_review", "needs_manual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The points that a person gave for a criterion."""

    criterion: str
    points: Fraction
    author: str
    reason: str
    # Ids of checks whose result the person counts the other way; `points` follow from that.
    overrules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """What a student objects to in the points of a criterion, and what a person answers."""

    criterion: str
    asks: str  # the objection, in the student's words
    author: str = ""  # the person who answered; empty: nobody yet
    reason: str = ""  # the answer

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.author


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The points of one criterion."""

    criterion: str
    earned: Fraction | None  # None: nothing is decided yet
    possible: Fraction
    state: State
    checks: tuple[CheckResult, ...] = ()
    proposed: Fraction | None = None  # what the harness found, where a person decides or decided
    mark: Mark | None = None  # the person's decision; `earned` is what it gave
    appeal: Appeal | None = None  # the student's objection to it

    def translated(self) -> Score:
        """Return the same in the other language."""
        return replace(self, checks=tuple(check.translated() for check in self.checks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark of a check, for staff only."""

    check: str
    text: str
    also: str | None = None  # the same in the other language; None: as above

    def translated(self) -> Note:
        """Return the same in the other language."""
        return self if self.also is None else replace(self, text=self.also, also=self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedPicture:
    """A picture that was handed in, as reports show it: made anew where no student code is."""

    check: str  # that judges it
    file: str  # its name
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The accuracy of a submitted model, measured on test images whose labels the judge keeps.

    Accuracies and bounds are exact shares from 0 to 1.
    """

    list: str  # in words, which list of test images
    list_also: str | None = None  # the same in the other language; None: as above
    correct: int
    n: int  # images that were measured
    total: int  # images of the list
    top5: int  # images whose class is among the five largest logits
    # The 95 % interval of a whole list; of a part of it, the interval that decided.
    interval: tuple[Fraction, Fraction]
    confusion: tuple[tuple[int, ...], ...]  # true class x predicted class, counts
    signature: str  # digest of the model's answers: the same for the same weights
    # Base64: a byte for each image of the list, in its order: 0 where it was not measured, else
    # 1 + the predicted class, and 128 more where that is wrong
    predictions: str = ""
    decided_by: Accuracy
    error: Fraction = Fraction(0)  # probability that stopping early named the wrong band

    @property
    def accuracy(self) -> Fraction:
        """The share of the measured images that the model classified right."""
        return Fraction(self.correct, self.n)

    def translated(self) -> Measurement:
        """Return the same in the other language."""
        if self.list_also is None:
            return self
        return replace(self, list=self.list_also, list_also=self.list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What is compared of a submission with the work of other students."""

    # Digests: of code whatever its names, layout and comments; of each written answer likewise
    forms: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()  # the wrong answers to a questionnaire, each a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """How student code was confined while it was graded."""

    level: Level
    layers: tuple[str, ...]  # what was active, e.g. "user namespace", "seccomp"
    missing: tuple[str, ...] = ()  # what this level or the one above would have added


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a result depends on besides the hand-in, the data and the seed.

    It is held by name, so that what changed can be named.
    """

    harness: str  # its version
    python: str  # its version
    packages: Mapping[str, str]  # version by name: what student code can import
    # Digest by path below the assignment's folder: the graders, and what they read.
    files: Mapping[str, str]
    # Digest by name: what grading.yml says of the assignment, whatever its layout.
    rules: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The sha256 of all of it, hex."""
        content = {each.name: getattr(self, each.name) for each in fields(self)}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """All scores of one submission."""

    student: str
    assignment: str
    status: Status
    scores: tuple[Score, ...]
    findings: tuple[CheckResult, ...]  # about the submission as a whole (files, import)
    notes: tuple[Note, ...] = ()
    # Networks beside right ones, for checks that did not pass
    networks: tuple[NetworkComparison, ...] = ()
    pictures: tuple[HandedPicture, ...] = ()
    texts: tuple[HandedText, ...] = ()  # the code, a notebook by cell, and what was written
    curves: tuple[HandedCurves, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()  # to a questionnaire
    adjustments: tuple[Adjustment, ...] = ()  # bonuses and penalties that the graders found
    measurement: Measurement | None = None
    likeness: Likeness = Likeness()
    seed: int
    lang: Lang  # of its sentences; the other one stands beside each
    submission_digest: str  # sha256, hex: what was graded
    basis: Basis  # by which graders and rules, on which Python and packages
    # Sha256, hex: with which images and pretrained weights; empty: it needs none
    data_digest: str = ""
    confinement: Confinement | None  # None: no student code ran
    # Made by other graders, rules or packages than the present; no result file says so
    is_earlier: bool = False

    @property
    def earned(self) -> Fraction:
        """Return the points that are decided so far."""
        return sum((s.earned for s in self.scores if s.earned is not None), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """Return the points that this assignment can give."""
        return sum((s.possible for s in self.scores), Fraction(0))

    @property
    def checks_and_findings(self) -> tuple[CheckResult, ...]:
        """Return the results of all checks, and before them what was found of the hand-in."""
        return (*self.findings, *(check for score in self.scores for check in score.checks))

    def in_(self, lang: Lang) -> ScoreSheet:
        """Return the same sheet in a language."""
        if lang == self.lang:
            return self
        return replace(
            self,
            lang=lang,
            scores=tuple(score.translated() for score in self.scores),
            findings=tuple(finding.translated() for finding in self.findings),
            notes=tuple(note.translated() for note in self.notes),
            answers=tuple(answer.translated() for answer in self.answers),
            adjustments=tuple(adjustment.translated() for adjustment in self.adjustments),
            measurement=None if self.measurement is None else self.measurement.translated(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A bonus or penalty that applies to a student."""

    id: str
    days: int = 0  # for a daily penalty
    reason: str = ""
    author: str = ""  # the person who decided it; empty: the harness
    also: str | None = None  # the reason in the other language; None: as above

    def translated(self) -> Adjustment:
        """Return the same in the other language."""
        return self if self.also is None else replace(self, reason=self.also, also=self.reason)

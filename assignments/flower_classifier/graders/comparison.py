"""The comparison with a model from scratch: what histories and report show to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from documents import Claims, read_claims, read_text

from autograder.checks import Lang, StudentError, Submission, format_share

SCRATCH, REPORT = "scratch_history.json", "report.md"
MIN_REPORT_WORDS = 60  # of a report that says something
WORDS_OF_WAY = {  # words that a comparison cannot do without
    "scratch": re.compile(r"desde cero|from scratch|scratch|aleatori|random", re.IGNORECASE),
    "transfer": re.compile(
        r"transfer|pre-?entrenad|pre-?trained|fine-?tuning|imagenet", re.IGNORECASE
    ),
}
FIGURE_PATTERN = re.compile(r"\d+(?:[.,]\d+)?")
MAX_FIGURES = 1000  # of a report, that are looked at
MAX_FIGURE_ERROR = 1.0  # point between a figure in the report and one of the histories
# Of all accuracies, those that lie near some figure of the report: beyond, it is a list of guesses.
MAX_COVERED_SHARE = 0.5
SENTENCE_END = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is proposed, by which finding."""

    share: Fraction
    key: str
    values: dict[str, object]


def compare(submission: Submission, transfer: Claims, lang: Lang) -> Evidence:
    """Return a proposal of four quarters.

    They are a history from scratch, a report of some length, both ways named, and their figures
    given. What is repeated counts once.
    """
    scratch = _scratch(submission)
    report = read_text(submission.file(REPORT)) if submission.has(REPORT) else ""
    sentences = {" ".join(sentence.split()) for sentence in SENTENCE_END.split(report)}
    words = sum(len(sentence.split()) for sentence in sentences)
    named = all(pattern.search(report) for pattern in WORDS_OF_WAY.values())
    given = _given_accuracies(report, scratch, transfer)
    parts = (scratch.best_val_acc is not None, words >= MIN_REPORT_WORDS, named, given >= 2)
    keys = {4: "comparison_complete", 0: "comparison_missing"}
    accuracies = {"scratch": _best(scratch, lang), "transfer": _best(transfer, lang)}
    return Evidence(
        share=Fraction(sum(parts), 4),
        key=keys.get(sum(parts), "comparison_partial"),
        values={**accuracies, "words": words, "given": given},
    )


def _given_accuracies(report: str, *histories: Claims) -> int:
    """Return how many of the histories' accuracies a report gives, as shares or in percent."""
    texts = FIGURE_PATTERN.findall(report)[:MAX_FIGURES]
    figures = [float(text.replace(",", ".")) for text in texts]
    percent = [*figures, *(100 * figure for figure in figures)]
    if _covered(percent) > MAX_COVERED_SHARE:
        return 0
    count = 0
    for history in histories:
        for accuracy in (history.best_val_acc, history.test_acc):
            if accuracy is not None:
                count += any(abs(p - 100 * accuracy) <= MAX_FIGURE_ERROR for p in percent)
    return count


def _covered(percent: Sequence[float]) -> float:
    """Return the share of the accuracies, in whole percents, that lie near one of the figures."""
    near = [any(abs(p - figure) <= MAX_FIGURE_ERROR for p in percent) for figure in range(101)]
    return sum(near) / len(near)


def _scratch(submission: Submission) -> Claims:
    """Return what the history of the model from scratch claims; nothing where it cannot be read."""
    try:
        return read_claims(SCRATCH, submission.file(SCRATCH))
    except (StudentError, AssertionError):
        return Claims()


def _best(claims: Claims, lang: Lang) -> str:
    """Return a history's best validation accuracy, in words."""
    return "–" if claims.best_val_acc is None else format_share(claims.best_val_acc, lang)

"""The comparison with a model from scratch: what histories and report show to a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from documents import Claims, read_claims, read_text

from autograder.checks import Lang, StudentError, Submission, format_share

SCRATCH, REPORT = "scratch_history.json", "report.md"
WORDS = 60  # of a report that says something
ABOUT = {  # words that a comparison cannot do without
    "scratch": re.compile(r"desde cero|from scratch|scratch|aleatori|random", re.IGNORECASE),
    "transfer": re.compile(
        r"transfer|pre-?entrenad|pre-?trained|fine-?tuning|imagenet", re.IGNORECASE
    ),
}
FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
NEAR = 1.0  # point between a figure in the report and one of the histories


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is proposed, by which finding."""

    share: Fraction
    key: str
    values: dict[str, object]


def compare(submission: Submission, transfer: Claims, lang: Lang) -> Evidence:
    """Return a proposal of four quarters.

    They are a history from scratch, a report of some length, both ways named, and their figures
    given.
    """
    scratch = _scratch(submission)
    report = read_text(submission.file(REPORT)) if submission.has(REPORT) else ""
    words = len(report.split())
    named = all(pattern.search(report) for pattern in ABOUT.values())
    claims = [accuracy for h in (scratch, transfer) for accuracy in (h.best_val_acc, h.test_acc)]
    accuracies = [accuracy for accuracy in claims if accuracy is not None]
    figures = [float(text.replace(",", ".")) for text in FIGURE.findall(report)[:1000]]
    percent = [*figures, *(100 * figure for figure in figures)]
    given = [a for a in accuracies if any(abs(figure - 100 * a) <= NEAR for figure in percent)]
    parts = (scratch.best_val_acc is not None, words >= WORDS, named, len(given) >= 2)
    keys = {4: "comparison_complete", 0: "comparison_missing"}
    return Evidence(
        share=Fraction(sum(parts), 4),
        key=keys.get(sum(parts), "comparison_partial"),
        values={
            "scratch": _best(scratch, lang),
            "transfer": _best(transfer, lang),
            "words": words,
            "given": len(given),
        },
    )


def _scratch(submission: Submission) -> Claims:
    """Return what the history of the model from scratch claims; nothing where it cannot be read."""
    try:
        return read_claims(SCRATCH, submission.file(SCRATCH))
    except (StudentError, AssertionError):
        return Claims()


def _best(claims: Claims, lang: Lang) -> str:
    """Return a history's best validation accuracy, in words."""
    return "–" if claims.best_val_acc is None else format_share(claims.best_val_acc, lang)

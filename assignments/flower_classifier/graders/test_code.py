"""Checks of the code as it is written: they propose, with evidence, and a person decides."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.checks import (
    Feedback,
    LintEvidence,
    Submission,
    fail,
    format_points,
    format_share,
    lint_source,
)

CLEAN_ID = "product.code.clean"
COMMENTS_ID = "product.code.comments"
SOURCE_NAMES = ("flower_classifier.py", "flower_classifier.ipynb")
GRAVE_CATEGORIES = ("errors", "pitfalls", "naming", "complexity")
LIGHT_CATEGORIES = ("style", "leftover")
# Findings: a share.
SHARE_STEPS = ((1, Fraction(1)), (3, Fraction(3, 4)), (6, Fraction(1, 2)), (12, Fraction(1, 4)))
# comments by definition: a comment on every third function says that decisions are explained
MIN_COMMENT_SHARE = 0.3


def evidence_of(submission: Submission) -> LintEvidence:
    """Return the lint evidence of the student's code."""
    name = next((name for name in SOURCE_NAMES if submission.has(name)), SOURCE_NAMES[0])
    evidence = submission.once("source code", lambda: lint_source(name, submission.file(name)))
    if evidence is None:
        fail("code_unreadable")
    return evidence


@pytest.mark.criterion(CLEAN_ID)
def test_conventions(submission: Submission, feedback: Feedback) -> None:
    """How many conventions are broken, by a hundred lines."""
    evidence = evidence_of(submission)
    broken = (
        evidence.per_hundred_lines(*GRAVE_CATEGORIES)
        + evidence.per_hundred_lines(*LIGHT_CATEGORIES) / 4
    )
    share = next((share for most, share in SHARE_STEPS if broken <= most), Fraction(0))
    counts = {key: evidence.found.get(key, 0) for key in (*GRAVE_CATEGORIES, *LIGHT_CATEGORIES)}
    feedback.propose(
        share,
        "conventions",
        lines=evidence.lines,
        rate=format_points(Fraction(broken).limit_denominator(10), feedback.lang),
        **counts,
    )


@pytest.mark.criterion(COMMENTS_ID)
def test_documentation(submission: Submission, feedback: Feedback) -> None:
    """How much of the code has docstrings and comments."""
    evidence = evidence_of(submission)
    commented = evidence.comments / max(1, evidence.definitions) / MIN_COMMENT_SHARE
    share = Fraction(evidence.documented).limit_denominator(100) / 2
    share += Fraction(min(1.0, commented)).limit_denominator(100) / 2
    figures = {
        "documented": format_share(evidence.documented, feedback.lang, 0),
        "definitions": evidence.definitions,
    }
    feedback.propose(share, "documentation", comments=evidence.comments, **figures)

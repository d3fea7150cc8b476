"""What a history says of the model against what is measured: evidence for staff, never marks."""

from __future__ import annotations

from fractions import Fraction

from documents import Claims
from measurement import Measured

from autograder.checks import Feedback, Lang, format_share

# Between a claimed accuracy and the bounds of the measured one: the best epoch by accuracy need not
# be the one whose weights are left.
MAX_DIFFERENCE = Fraction(5, 100)


def note_contradictions(claims: Claims, found: Measured, feedback: Feedback, lang: Lang) -> None:
    """Note for staff where a history contradicts the measured accuracies of the model.

    A training accuracy below the measured one is none: augmentation and dropout lower it.
    """
    figures = (
        ("validation_contradicts", claims.best_val_acc, found.val, True),
        ("training_contradicts", claims.last_train_acc, found.train, False),
    )
    for key, claim, split, in_both_directions in figures:
        if claim is None or split is None:
            continue
        low, high = split.bounds
        is_above = Fraction(claim) > high + MAX_DIFFERENCE
        is_below = in_both_directions and Fraction(claim) < low - MAX_DIFFERENCE
        if is_above or is_below:
            shown = {
                "claim": format_share(claim, lang),
                "measured": format_share(split.share, lang),
            }
            feedback.note(key, n=split.n, **shown)

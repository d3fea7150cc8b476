"""Networks beside right ones, as a page of a lost criterion shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from autograder.drawing.difference import first_difference
from autograder.drawing.svg import network_svg
from autograder.drawing.words import difference_in_words
from autograder.model import Lang, NetworkComparison, Score, ScoreSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnComparison:
    """A student's network and a right one, drawn, and their first difference in a sentence."""

    title: str
    difference: str
    student: Markup
    right: Markup


def networks_of(sheet: ScoreSheet | None, score: Score, lang: Lang) -> Iterator[DrawnComparison]:
    """Yield what the checks of a criterion compared, where points were lost."""
    checks = {check.id for check in score.checks}
    for comparison in sheet.networks if sheet is not None else ():
        if comparison.check in checks and score.earned != score.possible:
            yield _drawn(comparison, lang)


def _drawn(comparison: NetworkComparison, lang: Lang) -> DrawnComparison:
    student, right = comparison.student, comparison.right
    difference = first_difference(student, right)
    if difference is None:  # a sheet that was changed
        svgs = (network_svg(student, lang), network_svg(right, lang))
        return DrawnComparison(
            title=comparison.title, difference="", student=svgs[0], right=svgs[1]
        )
    return DrawnComparison(
        title=comparison.title,
        difference=difference_in_words(student, right, difference, lang),
        student=network_svg(
            student, lang, difference.student, ends_marked=difference.student is None
        ),
        right=network_svg(right, lang, difference.right, ends_marked=difference.right is None),
    )

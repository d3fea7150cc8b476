"""The comment beside a mark at a site: the points of each criterion, and why, as HTML or text."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from markupsafe import escape

from autograder.integrations.exports.parts import Part, criteria_in, points_in
from autograder.integrations.exports.wording import phrase
from autograder.model import Course, Lang
from autograder.publishing import CriterionPoints, PublishedGrade
from autograder.scoring.criteria import format_points
from autograder.text.sanitize import visible

COMMENT_START = '<div class="autograder">'  # tells our comment from one that a person wrote


def comment_text(course: Course, grade: PublishedGrade, part: Part, lang: Lang) -> str:
    """Return the comment as plain text, a line for each criterion."""
    return "\n".join(_lines(course, grade, part, lang))


def comment_html(course: Course, grade: PublishedGrade, part: Part, lang: Lang) -> str:
    """Return the comment as HTML; whatever names and reasons hold, it stays text."""
    first, *others = (str(escape(line)) for line in _lines(course, grade, part, lang))
    items = "".join(f"<li>{line}</li>" for line in others)
    return f"{COMMENT_START}<p>{first}</p><ul>{items}</ul></div>"


def _lines(course: Course, grade: PublishedGrade, part: Part, lang: Lang) -> Iterator[str]:
    points = points_in(grade, part)
    if points.earned is not None:
        yield _points_line("total", lang, points.earned, points.possible)
    else:
        yield phrase("comment", "waiting", lang, title=part.title)
    for criterion in criteria_in(grade, part):
        yield _criterion_line(course, criterion, lang)
    if part.kind == "total":
        changed = sum(
            (Fraction(each["points_exact"]) for each in grade.content["adjustments"]), Fraction(0)
        )
        if changed:
            yield phrase("comment", "adjustments", lang, points=format_points(changed, lang))


def _criterion_line(course: Course, criterion: CriterionPoints, lang: Lang) -> str:
    known = course.rubric.criteria.get(criterion.id)
    title = known.title.in_(lang) if known else criterion.id
    if criterion.earned is None:
        return phrase("comment", "waiting", lang, title=title)
    line = _points_line("criterion", lang, criterion.earned, criterion.possible, title=title)
    if criterion.reason:
        line += " " + visible(
            phrase("comment", "reason", lang, author=criterion.author, reason=criterion.reason)
        )
    return line


def _points_line(
    key: str, lang: Lang, earned: Fraction, possible: Fraction, **values: object
) -> str:
    return phrase(
        "comment",
        key,
        lang,
        earned=format_points(earned, lang),
        possible=format_points(possible, lang),
        **values,
    )

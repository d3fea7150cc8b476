"""The page of what changes in a class's grades, for staff: one HTML document."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

from autograder.model import Course, Lang
from autograder.publishing.change_words import (
    PACKAGE,
    cause_words,
    checks_by_change,
    count_causes,
    crossing_words,
    difference_words,
    points_words,
    shared_cause_words,
    state_words,
    verdict_word,
)
from autograder.publishing.changes import ClassChanges
from autograder.report.html import asset, render
from autograder.report.labels import labels


def changes_page(course: Course, changes: ClassChanges, lang: Lang) -> str:
    """Return what changes as one page that needs no other file."""
    titles = _titles(course, lang)
    same = [change for change in changes.students if not change.is_visible]
    return render(
        "changes.html.j2",
        course,
        lang,
        changes=changes,
        words=SimpleNamespace(**labels(lang, PACKAGE)),
        state_before=state_words(changes.before, lang),
        state_after=state_words(changes.after, lang),
        titles=titles,
        same=same,
        gains=sum(change.difference > 0 for change in changes.visible),
        verdicts=sum(change.verdict_before != change.verdict_after for change in changes.visible),
        causes=[
            (shared_cause_words(cause, lang, titles), count)
            for cause, count in count_causes(changes)
        ],
        cause_words=partial(cause_words, lang=lang, titles=titles),
        crossing_words=partial(crossing_words, lang=lang, titles=titles),
        checks_by_change=partial(checks_by_change, lang=lang),
        difference_words=partial(difference_words, lang=lang),
        points_words=partial(points_words, lang=lang),
        verdict_word=partial(verdict_word, lang=lang),
        style=asset("report.css") + asset("changes.css"),
    )


def _titles(course: Course, lang: Lang) -> dict[str, str]:
    """Return the titles of all that a change names by its id."""
    rubric = course.rubric
    titles = {
        **{each.id: each.title for each in course.assignments},
        **{each.id: each.title for each in rubric.categories},
        **{each.id: each.title for each in rubric.criteria.values()},
        **{each.id: each.title for each in rubric.bonuses},
        **{each.id: each.title for each in rubric.penalties},
    }
    return {name: title.in_(lang) for name, title in titles.items()}

"""The page of what changes in a class's grades, for staff: one HTML document."""

from __future__ import annotations

from collections import Counter
from functools import partial
from types import SimpleNamespace

from autograder.model import Course, Lang
from autograder.publishing.change_words import (
    PACKAGE,
    cause_words,
    check_words,
    crossing_words,
    difference_words,
    points_words,
    verdict_word,
)
from autograder.publishing.changes import Cause, ClassChanges
from autograder.report.html import asset, render
from autograder.report.labels import labels


def changes_page(course: Course, changes: ClassChanges, lang: Lang) -> str:
    """Return what changes as one page that needs no other file."""
    same = [change for change in changes.students if not change.is_visible]
    return render(
        "changes.html.j2",
        course,
        lang,
        changes=changes,
        words=SimpleNamespace(**labels(lang, PACKAGE)),
        titles={each.id: each.title.in_(lang) for each in course.rubric.criteria.values()},
        same=same,
        gains=sum(change.difference > 0 for change in changes.visible),
        verdicts=sum(change.verdict_before != change.verdict_after for change in changes.visible),
        causes=[(cause_words(cause, lang), count) for cause, count in count_causes(changes)],
        cause_words=partial(cause_words, lang=lang),
        crossing_words=partial(crossing_words, lang=lang),
        check_words=partial(check_words, lang=lang),
        difference_words=partial(difference_words, lang=lang),
        points_words=partial(points_words, lang=lang),
        verdict_word=partial(verdict_word, lang=lang),
        style=asset("report.css") + asset("changes.css"),
    )


def count_causes(changes: ClassChanges) -> list[tuple[Cause, int]]:
    """Return each cause with the number of students that it concerns, the most frequent first."""
    causes: dict[str, Cause] = {}
    counts: Counter[str] = Counter()
    for change in changes.students:
        for cause in change.causes:
            key = cause_words(cause, "en")
            causes.setdefault(key, cause)
            counts[key] += 1
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(causes[key], count) for key, count in ordered]

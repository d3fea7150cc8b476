"""The page of an appeal, for staff: what was recorded, what a replay gives, and the evidence."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from autograder.appeals.evidence import CheckEvidence, checks_to_explain, evidence_of
from autograder.appeals.replay import Replay
from autograder.errors import CourseError
from autograder.model import Lang
from autograder.publishing.change_words import cause_words, checks_by_change
from autograder.publishing.grade_files import read_grade
from autograder.report.html import asset, render
from autograder.report.labels import labels
from autograder.report.work.highlight import code_lines
from autograder.report.work.listing import documents_of, listing_of, listings_of

PACKAGE = "autograder.appeals"  # whose labels.yml this page's words are from


def appeal_page(made: Replay, check: str | None, lang: Lang) -> str:
    """Return the page; it needs no other file, and holds no clock, host or path."""
    sheet = made.recorded.sheet.in_(lang)
    course = made.course
    names = checks_to_explain(made, check)
    assignment = course.assignment(sheet.assignment)
    listings = listings_of(sheet.texts, "code")
    return render(
        "appeal.html.j2",
        course,
        lang,
        words=SimpleNamespace(**labels(lang, PACKAGE)),
        made=made,
        sheet=sheet,
        replayed=made.sheet.in_(lang),
        title=assignment.title.in_(lang),
        titles={each.id: each.title.in_(lang) for each in course.rubric.criteria.values()},
        evidence=[evidence_of(made, name, lang) for name in names],
        check=check,
        decisions=_decisions(made),
        listings=listings,
        documents=documents_of(sheet.texts),
        listing_of=partial(listing_of, listings),
        source_lines=_source_lines,
        cause_words=partial(cause_words, lang=lang),
        checks_by_change=partial(checks_by_change, lang=lang),
        is_staff=True,
        style=asset("report.css") + asset("appeal.css"),
    )


def _source_lines(evidence: CheckEvidence) -> Markup:
    """Return the source of a check as a page shows code, with the numbers of its lines."""
    lines = [
        Markup('<span data-n="{}">{}\n</span>').format(number, line)
        for number, line in enumerate(code_lines(evidence.source), start=evidence.line)
    ]
    return Markup('<pre class="listing">{}</pre>').format(Markup().join(lines))


def _decisions(made: Replay) -> list[dict[str, Any]]:
    """Return the criteria of this assignment about which people decided, as the grade holds them.

    There are none where the record has no final grade beside it.
    """
    path = made.recorded.final_grade
    try:
        criteria = read_grade(path).content["criteria"]
    except CourseError:
        return []
    own = [each for each in criteria if each["assignment"] == made.recorded.sheet.assignment]
    return [each for each in own if each["mark"] or each["appeal"]]

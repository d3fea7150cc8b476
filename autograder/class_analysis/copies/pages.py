"""The pages of copies for staff: the list of pairs, and two hand-ins side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.class_analysis.copies.compared_code import ComparedCode
from autograder.class_analysis.copies.find_copies import (
    AssignmentCopies,
    SharedWork,
    alike_in_several,
)
from autograder.class_analysis.render_page import render_page
from autograder.model import Course, Lang
from autograder.report.work.highlight import code_lines

PAIRS_FOLDER = "copies"  # beside the list
MAX_SHOWN_LINES = 3000  # of a hand-in


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSide:
    """One of two hand-ins side by side."""

    code: ComparedCode
    lines: Sequence[Markup]
    common: Mapping[int, int]  # lines in common, with the like of each in the other's code
    left_out: int  # lines that are too many to show


def copies_pages(
    course: Course,
    assignments: Sequence[AssignmentCopies],
    threshold: float,
    lang: Lang,
    *,
    has_class_page: bool,
) -> Iterator[tuple[str, str]]:
    """Yield the path below the folder of the analysis, and the text, of every page."""
    pages: dict[int, str] = {}
    for copies in assignments:
        for number, work in enumerate((*copies.found, *copies.below), start=1):
            if work.pair is not None:
                path = f"{PAIRS_FOLDER}/{copies.assignment.id}-{number}.html"
                pages[id(work)] = path
                yield path, _pair_page(course, copies, work, lang)
    yield (
        "copies.html",
        render_page(
            "copies.html.j2",
            course,
            lang,
            has_class_page=has_class_page,
            assignments=assignments,
            repeated=alike_in_several(assignments),
            titles={each.assignment.id: each.assignment.title for each in assignments},
            threshold=threshold,
            page_of=lambda work: pages.get(id(work), ""),
        ),
    )


def _pair_page(course: Course, copies: AssignmentCopies, work: SharedWork, lang: Lang) -> str:
    assert work.pair is not None
    shares = {
        work.pair.one: work.pair.share_of_one,
        work.pair.other: work.pair.share_of_other,
    }
    sides = [
        _side(copies.codes[student], common)
        for student, common in zip(work.students, work.lines, strict=True)
    ]
    return render_page(
        "pair.html.j2",
        course,
        lang,
        assignment=copies.assignment,
        work=work,
        shares=[shares[student] for student in work.students],
        sides=sides,
    )


def _side(code: ComparedCode, common: Mapping[int, int]) -> PairSide:
    lines = code_lines(code.source)
    return PairSide(
        code=code,
        lines=lines[:MAX_SHOWN_LINES],
        common=common,
        left_out=max(0, len(lines) - MAX_SHOWN_LINES),
    )

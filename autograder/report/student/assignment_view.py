"""An assignment as a student's page shows it: its criteria, and the work that was handed in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from autograder.model import (
    Course,
    FinalGrade,
    HandedPicture,
    HandedText,
    Lang,
    Outcome,
    ScoreSheet,
)
from autograder.report.section import Section, sections
from autograder.report.student.causes import Cause, grouped, place_of
from autograder.report.student.criterion_view import CriterionView, Explained, criterion_view
from autograder.report.student.handout import handout_section
from autograder.report.work.curves import curves_pictures
from autograder.report.work.listing import (
    Listing,
    MarginNote,
    code_of,
    documents_of,
    listings_of,
)
from autograder.report.work.page_weight import (
    STUDENT_ROOM,
    CodeRoom,
    fitted,
    fitting_pictures,
    is_colored,
)

MAX_NOTE_CHARS = 90  # of a note in the margin: the criterion says the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedListing:
    """A file or a cell with the causes at its lines."""

    listing: Listing
    notes: tuple[MarginNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentView:
    """A group of the table, and the work that was handed in for it."""

    section: Section
    anchor: str  # the id of its element
    criteria: tuple[CriterionView, ...]
    findings: tuple[Cause, ...]  # about the whole submission
    listings: tuple[AnnotatedListing, ...]
    documents: tuple[HandedText, ...]
    curves: tuple[Markup, ...]
    pictures: tuple[HandedPicture, ...]
    large_pictures: tuple[HandedPicture, ...]  # for which the page has no room

    @property
    def sheet(self) -> ScoreSheet | None:
        """Return what was graded; None where nothing was."""
        return self.section.sheet

    @property
    def told(self) -> tuple[str, ...]:
        """Return what checks told about the whole submission that is no fault."""
        findings = self.sheet.findings if self.sheet is not None else ()
        return tuple(
            f"{finding.message} {finding.hint}".strip()
            for finding in findings
            if finding.outcome is Outcome.PASSED
        )

    @property
    def is_blocked(self) -> bool:
        """Return whether no check passed, so that what was found may have stopped them all."""
        return not any(criterion.passed for criterion in self.criteria)

    @property
    def num_lines(self) -> int:
        """Return the number of lines of code."""
        return sum(len(each.listing.lines) for each in self.listings)

    @property
    def num_notes(self) -> int:
        """Return the number of notes beside its code."""
        return sum(len(each.notes) for each in self.listings)

    @property
    def files(self) -> tuple[str, ...]:
        """Return the names of its files of code."""
        return tuple(dict.fromkeys(each.listing.text.file for each in self.listings))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """The code that a page has room for."""

    texts: Mapping[str, Sequence[HandedText]]  # by assignment
    is_colored: bool

    def listings(self, assignment: str, anchor: str) -> tuple[Listing, ...]:
        """Return the listings of an assignment, whose anchors begin with `anchor`."""
        texts = self.texts.get(assignment, ())
        return listings_of(texts, f"{anchor}-code", is_colored=self.is_colored)


def shown_code(final_grade: FinalGrade, room: CodeRoom = STUDENT_ROOM) -> ShownCode:
    """Return the code of a student that has room."""
    texts = fitted({each.assignment: code_of(each.texts) for each in final_grade.sheets}, room)
    every = (text for texts_of_one in texts.values() for text in texts_of_one)
    return ShownCode(texts=texts, is_colored=is_colored(every, room))


def assignment_views(
    course: Course, final_grade: FinalGrade, lang: Lang, code: ShownCode
) -> tuple[AssignmentView, ...]:
    """Return a view of each assignment, in order; the last one may be of no assignment."""
    return tuple(
        _view(course, section, f"a{number}", code, lang)
        for number, section in enumerate(sections(course, final_grade), start=1)
    )


def _view(
    course: Course, section: Section, anchor: str, code: ShownCode, lang: Lang
) -> AssignmentView:
    sheet, criteria = section.sheet, course.rubric.criteria
    listings = code.listings(sheet.assignment, anchor) if sheet is not None else ()
    shown, large = fitting_pictures(sheet.pictures if sheet is not None else ())
    explained: Explained = {}
    findings = tuple(_findings(sheet, f"{anchor}-f", listings))
    views = tuple(
        _with_handout(
            course,
            section,
            lang,
            criterion_view(
                criteria[score.criterion],
                score,
                section,
                f"{anchor}-{number}",
                listings,
                explained,
                lang,
            ),
        )
        for number, score in enumerate(section.scores, start=1)
    )
    causes = [*findings, *(cause for view in views for cause in view.causes)]
    return AssignmentView(
        section=section,
        anchor=anchor,
        criteria=views,
        findings=findings,
        listings=tuple(_annotated(listings, causes)),
        documents=documents_of(sheet.texts if sheet is not None else ()),
        curves=curves_pictures(sheet.curves, lang) if sheet is not None else (),
        pictures=shown,
        large_pictures=large,
    )


def _with_handout(
    course: Course, section: Section, lang: Lang, view: CriterionView
) -> CriterionView:
    if section.assignment is None:
        return view
    handout = handout_section(course, section.assignment, view.criterion, lang)
    return replace(view, handout=handout)


def _findings(
    sheet: ScoreSheet | None, anchor: str, listings: Sequence[Listing]
) -> Iterator[Cause]:
    groups = grouped(sheet.findings) if sheet is not None else []
    for number, group in enumerate(groups, start=1):
        place, listing, _ = place_of(group, listings)
        yield Cause(anchor=f"{anchor}{number}", checks=group, place=place, listing=listing)


def _annotated(listings: Sequence[Listing], causes: Sequence[Cause]) -> Iterator[AnnotatedListing]:
    for listing in listings:
        notes = []
        for cause in causes:
            if cause.listing is listing and cause.same_as is None and cause.place is not None:
                shown = textwrap.shorten(cause.first.message, MAX_NOTE_CHARS, placeholder="…")
                notes.append(MarginNote(line=cause.place.line, anchor=cause.anchor, text=shown))
        yield AnnotatedListing(listing=listing, notes=tuple(notes))

"""What the pages show: the queue, one criterion of a student beside the work, and one student."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from markupsafe import Markup

from autograder.model import (
    CheckResult,
    FinalGrade,
    Frame,
    HandedText,
    Note,
    Outcome,
    Score,
    ScoreSheet,
)
from autograder.report.networks import networks_of
from autograder.report.work.curves import curves_pictures
from autograder.report.work.listing import Listing, MarginNote, whole
from autograder.review.desk import Desk, version
from autograder.review.forms import found_score
from autograder.review.sessions import Session
from autograder.review.waiting import Item, Order, items_of, items_of_student, neighbours
from autograder.review.wording import Wording
from autograder.review.work import CodePart, ShownFile, Work, renamed, work_for
from autograder.scoring.overrides import about

MAX_SNIPPETS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGroup:
    """The items of one criterion, or of one student."""

    title: str
    items: tuple[Item, ...]
    total: int  # of items, whether they wait or not

    @property
    def waiting(self) -> int:
        """Return how many of its items wait."""
        return sum(item.why is not None for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeGroup:
    """Students whose work is alike to that of the student on the page."""

    kind: str  # a word of the labels' `alike`
    students: tuple[str, ...]


def wording(desk: Desk, session: Session) -> Wording:
    """Return how the pages of a session say things."""
    names: dict[str, set[str]] = {}
    for source_name, student in desk.graded.ledger.names.items():
        names.setdefault(student, set()).add(source_name)
    return Wording(
        session=session, names={student: frozenset(each) for student, each in names.items()}
    )


def queue_values(desk: Desk, words: Wording, order: Order, *, is_all: bool) -> dict[str, object]:
    """Return the values of the queue."""
    items = items_of(desk.graded, words.session, order)
    groups = []
    for _, together in groupby(items, key=lambda i: getattr(i, order)):
        own = list(together)
        shown = tuple(item for item in own if is_all or item.why)
        if shown:
            title = _title(desk, words, own[0], order)
            groups.append(QueueGroup(title=title, items=shown, total=len(own)))
    waiting = [item for item in items if item.why]
    return {
        "groups": groups,
        "order": order,
        "is_all": is_all,
        "waiting": waiting,
        "criteria": desk.graded.course.rubric.criteria,
        "unusable": desk.graded.unusable,
        "is_behind": desk.writer.is_kept_out,
    }


def _title(desk: Desk, words: Wording, item: Item, order: Order) -> str:
    if order == "student":
        return words.text("student", name=words.name(item.student))
    return desk.graded.course.rubric.criteria[item.criterion].title.in_(words.lang)


def item_values(
    desk: Desk,
    words: Wording,
    items: Sequence[Item],
    item: Item,
    order: Order,
    posted: Mapping[str, str],
    error: str,
) -> dict[str, object]:
    """Return the values of the page of one criterion of a student."""
    grade = desk.graded.grade_in(item.student, words.lang)
    own = items_of_student(desk.graded.course, grade)
    item = next(each for each in own if each.place == item.place)
    before, after = neighbours(items, item.place)
    return {
        "item": item,
        "order": order,
        "criterion": desk.graded.course.rubric.criteria[item.criterion],
        "before": before,
        "after": after,
        "error": error,
        "is_behind": desk.writer.is_kept_out,
        **_work_values(desk, words, item, _sheet(grade, item)),
        **_decision_values(desk, words, item, posted),
    }


def _work_values(
    desk: Desk, words: Wording, item: Item, sheet: ScoreSheet | None
) -> dict[str, object]:
    """Return the values of the work, and of what checks found in it."""
    work, checks = _work(desk, words, item, sheet), item.score.checks
    groups = _grouped(checks)
    return {
        "work": work,
        "curve_pictures": curves_pictures,
        "checks": (groups, [each for each in checks if each.outcome is Outcome.PASSED]),
        "listing": partial(_listing, groups, words),
        "anchor": partial(_anchor, work),
        "notes": _notes(sheet, item.score),
        "networks": list(networks_of(sheet, item.score, words.lang)),
    }


def _decision_values(
    desk: Desk, words: Wording, item: Item, posted: Mapping[str, str]
) -> dict[str, object]:
    """Return the values of the forms: as they were sent, or else as it is decided now."""
    mark, alike = item.score.mark, alike_groups(desk, item)
    typed = posted if posted.get("form") == "mark" else {}
    points = words.exact_points(mark.points) if mark is not None else ""
    return {
        "found": found_score(item.score),
        "snippets": snippets(desk, item.criterion),
        "alike": alike,
        "alike_open": open_alike(desk, alike, item.criterion),
        "seen": version(about(desk.graded.decisions(item.student), item.criterion)),
        "points": typed.get("points", points),
        "reason": typed.get("reason", mark.reason if mark is not None else ""),
        "is_alike": bool(typed.get("alike")),
        "posted": posted,
    }


def student_values(
    desk: Desk, words: Wording, student: str, posted: Mapping[str, str], error: str
) -> dict[str, object]:
    """Return the values of the page of one student."""
    graded = desk.graded
    grade = graded.grade_in(student, words.lang)
    rubric = graded.course.rubric
    days = {penalty.id: penalty.days for penalty in rubric.penalties}
    decisions = graded.decisions(student)
    return {
        "student": student,
        "grade": grade,
        "rubric": rubric,
        "items": list(items_of_student(graded.course, grade)),
        "days": days,
        "by_people": {each.id for each in decisions.adjustments}
        | {each.id for each in decisions.waivers},
        "seen": {line.id: version(about(decisions, line.id)) for line in grade.adjustments},
        "posted": posted,
        "error": error,
        "is_behind": desk.writer.is_kept_out,
    }


def alike_groups(desk: Desk, item: Item) -> list[AlikeGroup]:
    """Return whose work is alike to that of an item's student, for its assignment."""
    if item.assignment is None:
        return []
    return [
        AlikeGroup(kind=group.kind, students=tuple(s for s in group.students if s != item.student))
        for group in desk.graded.groups_with(item.student, item.assignment.id)
    ]


def open_alike(desk: Desk, groups: Sequence[AlikeGroup], criterion: str) -> list[str]:
    """Return the students of groups to whom no person has given points for a criterion."""
    found = {student: None for group in groups for student in group.students}
    return [
        student
        for student in found
        if not any(m.criterion == criterion for m in desk.graded.decisions(student).marks)
    ]


def snippets(desk: Desk, criterion: str) -> list[str]:
    """Return the reasons that were given for a criterion, the most frequent ones first."""
    reasons = Counter(
        mark.reason
        for decisions in desk.graded.decided.values()
        for mark in decisions.marks
        if mark.criterion == criterion and not mark.overrules
    )
    return [reason for reason, _ in reasons.most_common(MAX_SNIPPETS)]


def _sheet(grade: FinalGrade, item: Item) -> ScoreSheet | None:
    if item.assignment is None:
        return None
    return next((each for each in grade.sheets if each.assignment == item.assignment.id), None)


def _work(desk: Desk, words: Wording, item: Item, sheet: ScoreSheet | None) -> Work:
    if item.assignment is None:
        return Work()
    work = work_for(
        desk.graded.course,
        desk.graded.marks.submitted,
        item.student,
        item.assignment,
        item.criterion,
        sheet,
        words.lang,
    )
    return renamed(work, lambda text: words.hide(text, item.student))


def _grouped(checks: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Return the checks that did not pass, those of one cause together."""
    groups: dict[object, list[CheckResult]] = {}
    for check in checks:
        if check.outcome is not Outcome.PASSED:
            cause = (check.outcome, check.message, check.where[-1:])
            groups.setdefault(cause, []).append(check)
    return list(groups.values())


def _listing(
    groups: Sequence[Sequence[CheckResult]],
    words: Wording,
    number: int,
    file: ShownFile,
    part: CodePart,
) -> Markup:
    """Return code with line numbers, and notes beside the lines that checks point at."""
    text = HandedText(file=file.name, cell=part.cell, text=part.source)
    listing = Listing(text=text, anchor=f"line-{number}-{part.cell}")
    outcomes = words.report["outcome"]
    assert not isinstance(outcomes, str)
    notes = [
        MarginNote(
            line=group[0].where[-1].line,
            anchor=f"check-{position}",
            text=outcomes[group[0].outcome.value],
        )
        for position, group in enumerate(groups)
        if group[0].where and listing.shows(group[0].where[-1])
    ]
    return whole(listing, notes)


def _anchor(work: Work, frame: Frame) -> str:
    """Return the id of a line of code on the page; empty where it is not shown."""
    for number, file in enumerate(work.files):
        for part in file.code:
            is_there = (file.name, part.cell) == (frame.file, frame.cell) and not part.is_text
            if is_there and frame.line <= part.source.count("\n") + 1:
                return f"line-{number}-{frame.cell}-{frame.line}"
    return ""


def _notes(sheet: ScoreSheet | None, score: Score) -> list[Note]:
    """Return the notes for staff of a criterion's checks, and those of the whole hand-in."""
    own = {check.id for check in score.checks}
    others = {c.id for s in (sheet.scores if sheet is not None else ()) for c in s.checks} - own
    return [note for note in (sheet.notes if sheet is not None else ()) if note.check not in others]

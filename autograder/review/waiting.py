"""What waits for a person: a criterion of a student, in the order in which it is marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograder.marking.graded_class import GradedClass
from autograder.model import Assignment, Course, FinalGrade, Score
from autograder.review.sessions import Session

Order: TypeAlias = Literal["criterion", "student"]
Why: TypeAlias = Literal["appeal", "fault", "manual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A criterion of a student."""

    student: str
    score: Score
    assignment: Assignment | None
    why: Why | None  # it waits; None: it does not

    @property
    def criterion(self) -> str:
        """The id of the criterion."""
        return self.score.criterion

    @property
    def place(self) -> tuple[str, str]:
        """The student and the criterion."""
        return self.student, self.score.criterion


def items_of(graded: GradedClass, session: Session, order: Order) -> list[Item]:
    """Return every criterion of every student whose work is there, in the order of a session."""
    students = sorted(
        graded.final_grades,
        key=session.key_of if session.is_anonymous else lambda name: (name.casefold(), name),
    )
    items = [
        item
        for student in students
        for item in items_of_student(graded.course, graded.final_grades[student])
    ]
    if order == "criterion":
        positions = {name: n for n, name in enumerate(graded.course.rubric.criteria)}
        items.sort(key=lambda item: positions[item.criterion])
    return items


def items_of_student(course: Course, grade: FinalGrade) -> Iterator[Item]:
    """Yield the criteria of a student, in the rubric's order."""
    assignments = {each.id: a for a in course.assignments for each in a.criteria}
    for category in grade.categories:
        for score in category.scores:
            assignment = assignments.get(score.criterion)
            yield Item(
                student=grade.student,
                score=score,
                assignment=assignment,
                why=_why(grade, score, assignment),
            )


def next_waiting(items: Sequence[Item], place: tuple[str, str]) -> Item | None:
    """Return the first item that waits behind a place, or else before it; None where none does."""
    after = [*_from(items, place)]
    return next((item for item in after if item.why and item.place != place), None)


def neighbours(items: Sequence[Item], place: tuple[str, str]) -> tuple[Item | None, Item | None]:
    """Return the items before and behind a place."""
    places = [item.place for item in items]
    if place not in places:
        return None, None
    at = places.index(place)
    before = items[at - 1] if at else None
    return before, items[at + 1] if at + 1 < len(items) else None


def _from(items: Sequence[Item], place: tuple[str, str]) -> Sequence[Item]:
    """Return the items behind a place, and then those before it."""
    places = [item.place for item in items]
    at = places.index(place) + 1 if place in places else 0
    return [*items[at:], *items[:at]]


def _why(grade: FinalGrade, score: Score, assignment: Assignment | None) -> Why | None:
    """Return why a criterion waits for a person."""
    if score.appeal is not None and score.appeal.is_open:
        return "appeal"
    if score.earned is not None or assignment is None:
        return None
    stage = grade.stages.get(assignment.id)
    if stage == "handed_in":  # nothing grades it but a person, or `grade` has not done it yet
        return None if assignment.is_gradable else "manual"
    if stage != "graded":
        return None
    return "fault" if score.state == "auto" else "manual"

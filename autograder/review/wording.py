"""The words of a page: labels in the session's language, points, names or what stands for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import Adjustment, Appeal, Decisions, Lang, Waiver
from autograder.report.labels import LabelGroup, Labels, labels
from autograder.review.sessions import Session
from autograder.scoring.criteria import format_points
from autograder.text.numbers import plural_form

MIN_HIDDEN_CHARS = 3  # of a word of a name that is covered in texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a page of a session says things."""

    session: Session
    names: Mapping[str, frozenset[str]]  # by student: names that a source has for them

    @property
    def lang(self) -> Lang:
        """The language of the session."""
        return self.session.lang

    @property
    def labels(self) -> Labels:
        """The application's own labels."""
        return labels(self.lang, "autograder.review")

    @property
    def report(self) -> Labels:
        """The labels of the reports."""
        return labels(self.lang)

    def group(self, name: str) -> LabelGroup:
        """Return a group of the application's labels."""
        group = self.labels[name]
        assert not isinstance(group, str)
        return group

    def exact_points(self, value: Fraction) -> str:
        """Return points as a field holds them: exact, as a decimal number or as a fraction."""
        return self.points(value) if (value * 100).denominator == 1 else str(value)

    def text(self, label: str, **values: object) -> str:
        """Return a label, filled."""
        found = self.labels[label]
        assert isinstance(found, str)
        return found.format(**values)

    def error(self, key: str, **values: object) -> str:
        """Return what an error says."""
        return self.group("error")[key].format(**values)

    def notice(self, key: str, **values: object) -> str:
        """Return what a page says once after something was done."""
        return self.group("notice")[key].format(**values)

    def counted(self, name: str, count: int, **values: object) -> str:
        """Return the singular or plural of a label, filled with its count."""
        return self.group(name)[plural_form(count)].format(count=count, **values)

    def points(self, value: Fraction) -> str:
        """Return points as people read them."""
        return format_points(value, self.lang).in_(self.lang)

    def name(self, student: str) -> str:
        """Return the student's name, or the key that stands for it."""
        return self.session.pseudonym(student) if self.session.is_anonymous else student

    def names_of(self, students: Iterable[str]) -> str:
        """Return several names, or what stands for them, with commas."""
        return ", ".join(map(self.name, students))

    def hide(self, text: str, student: str) -> str:
        """Return a text of a student; while names are hidden, without the student's names."""
        if not self.session.is_anonymous:
            return text
        known = {student, *self.names.get(student, ())}
        parts = {word for name in known for word in re.split(r"[\W_\d]+", name)}
        words = sorted(known | {p for p in parts if len(p) >= MIN_HIDDEN_CHARS}, key=len)[::-1]
        pattern = "|".join(re.escape(word) for word in words if word)
        return re.sub(
            rf"(?<![^\W_])(?:{pattern})(?![^\W_])",
            self.session.pseudonym(student),
            text,
            flags=re.IGNORECASE,
        )

    def decided(self, part: Decisions) -> str:
        """Return in a few words what is decided about an entry."""
        for mark in part.marks:
            return f"{self.points(mark.points)} ({mark.author}: {mark.reason})"
        entries: list[Adjustment | Waiver | Appeal] = [*part.adjustments, *part.waivers]
        for entry in (*entries, *part.appeals):
            return f"{entry.author}: {entry.reason}"
        return str(self.labels["now_open"])

"""The page of a student, and how a page is made: one HTML document that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from importlib import resources
from types import SimpleNamespace
from typing import Literal, TypeAlias
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from autograder.drawing.svg import style as drawing_style
from autograder.measuring.data.class_names import class_name
from autograder.model import Course, FinalGrade, Lang, format_seed
from autograder.report.confusion import picture
from autograder.report.icons import condition_icon, icon, outcome_icon
from autograder.report.identical_work import IdenticalWork, groups_of
from autograder.report.labels import labels
from autograder.report.measured_accuracy import model_measurement, project_level
from autograder.report.neighbors import Neighbors
from autograder.report.points_bar import PointsBar, percent
from autograder.report.section import decided
from autograder.report.student.assignment_view import (
    AssignmentView,
    assignment_views,
    shown_code,
)
from autograder.report.student.attempts_view import attempts_view
from autograder.report.student.class_place import ClassPlace
from autograder.report.student.criterion_view import answer_state
from autograder.report.student.next_steps import next_steps
from autograder.report.work.listing import excerpt, whole
from autograder.report.work.page_weight import STAFF_ROOM, STUDENT_ROOM, CodeRoom
from autograder.results import Attempts
from autograder.scoring.criteria import format_points, format_share
from autograder.text.numbers import PluralForm, plural_form
from autograder.text.sanitize import cut, prose, visible
from autograder.text.sentences import line_place
from autograder.version import __version__

MAX_DENOMINATOR = 20  # of a fraction that is shown as such

NO_ATTEMPTS: Attempts = {}

Audience: TypeAlias = Literal["student", "staff"]
ROOMS: Mapping[Audience, CodeRoom] = {"student": STUDENT_ROOM, "staff": STAFF_ROOM}


def views_by_audience(
    course: Course, final_grade: FinalGrade, lang: Lang
) -> dict[Audience, tuple[AssignmentView, ...]]:
    """Return the views of a student's two pages.

    They are made once where both pages have room for the same code.
    """
    codes = {audience: shown_code(final_grade, room) for audience, room in ROOMS.items()}
    own = assignment_views(course, final_grade, lang, codes["student"])
    if codes["staff"] == codes["student"]:
        return {"student": own, "staff": own}
    return {"student": own, "staff": assignment_views(course, final_grade, lang, codes["staff"])}


def student_page(
    course: Course,
    final_grade: FinalGrade,
    lang: Lang,
    audience: Audience,
    groups: Sequence[IdenticalWork] = (),
    *,
    attempts: Attempts = NO_ATTEMPTS,
    place: ClassPlace | None = None,
    neighbors: Neighbors | None = None,
    views: tuple[AssignmentView, ...] | None = None,
) -> str:
    """Return a student's page; evidence, output, notes and proposals are shown to staff only.

    `place` is the student's place in the class, where the course shows it. The page for staff
    leads to its `neighbors`; no student's own page names another student. `views` are those of
    the audience, if they are known.
    """
    rubric, measured = course.rubric, model_measurement(final_grade)
    if views is None:
        code = shown_code(final_grade, ROOMS[audience])
        views = assignment_views(course, final_grade, lang, code)
    return render(
        "student.html.j2",
        course,
        lang,
        final_grade=final_grade,
        views=views,
        steps=next_steps(views),
        attempts=attempts_view(course, attempts),
        class_place=place if course.pages.class_place else None,
        titles={a.id: a.title for a in course.assignments},
        measured=measured,
        level=project_level(rubric, measured.measurement) if measured else None,
        bands_of_accuracy=rubric.accuracy.bands if rubric.accuracy else (),
        identical=groups,
        is_staff=audience == "staff",
        neighbors=neighbors if audience == "staff" else None,
    )


def render(template: str, course: Course, lang: Lang, **values: object) -> str:
    """Return the page that a template of the package makes of `values`."""
    shared: dict[str, object] = {
        "course": course,
        "lang": lang,
        "t": _named_labels(lang),
        "place": partial(line_place, lang=lang),
        "share": partial(format_share, lang=lang),
        "style": asset("report.css") + drawing_style(),
        "version": __version__,
    }
    return _environment(lang).get_template(template).render(shared | values)


@cache
def _named_labels(lang: Lang) -> SimpleNamespace:
    """Return the labels as attributes, which a template finds sooner than the keys of a mapping."""
    return SimpleNamespace(**labels(lang))


@cache
def _environment(lang: Lang) -> jinja2.Environment:
    """Return the environment of the templates, whose filters speak a language.

    What a page asks for hundreds of times is a filter: a template calls it sooner than a function.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # else each use of a template looks at its file
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    # A name may hold bytes that are no UTF-8: the link names the same file as the file system.
    link = partial(quote, safe="", errors="surrogateescape")
    environment.filters.update(prose=prose, cut=cut, quote=link, number=_number, digest=_digest)
    environment.filters.update(base64=_base64, points=partial(format_points, lang=lang))
    environment.filters.update(icon=icon, outcome_icon=outcome_icon, condition_icon=condition_icon)
    environment.filters.update(decided=decided, credit=_credit, seed=format_seed)
    environment.globals.update(PointsBar=PointsBar, percent=percent, Fraction=Fraction)
    environment.globals.update(picture=picture, class_name=class_name)
    environment.globals.update(groups_of=groups_of, counted=_counted)
    environment.globals.update(whole=whole, excerpt=excerpt, answer_state=answer_state)
    return environment


def _counted(forms: Mapping[PluralForm, str], count: object) -> str:
    """Return the singular or the plural of a label, filled with its count."""
    return forms[plural_form(count)].format(count=count)


def _finalize(value: object) -> object:
    """Return what a template prints with its control characters visible, whatever its source."""
    is_plain = isinstance(value, str) and not isinstance(value, Markup)
    return visible(str(value)) if is_plain else value


def _digest(source: str) -> str:
    """Return the hash by which a page's security policy allows its one style or script."""
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def _base64(content: bytes) -> str:
    """Return bytes as a `data:` address holds them."""
    return base64.b64encode(content).decode()


def _number(value: Fraction) -> str:
    """Return `value` as a script reads it."""
    return f"{float(value):.6g}"


def _credit(value: Fraction) -> str:
    """Return what a check earned in part, as a fraction that people read."""
    return str(value) if value.denominator <= MAX_DENOMINATOR else f"≈ {float(value):.2f}"


@cache
def asset(name: str) -> Markup:
    """Return a style or script, to stand in a page as it is."""
    return Markup(
        resources.files("autograder.report").joinpath("templates", name).read_text("utf-8")
    )

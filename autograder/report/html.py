"""The pages: a student's and a class's, each one HTML document that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from importlib import resources
from typing import Any, Literal
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from autograder.model import Course, FinalGrade, Lang
from autograder.report.class_summary import bins, confinements, losses, rows
from autograder.report.confusion import picture
from autograder.report.fold_checks import folds
from autograder.report.identical_work import NO_TEAMS, Alike, Teams, alike, among
from autograder.report.labels import labels
from autograder.report.measured_accuracy import measured, project_level
from autograder.report.points_bar import Bar, percent
from autograder.report.section import condition, decided, sections
from autograder.scoring.criteria import format_points, format_share
from autograder.text.numbers import PluralForm, plural_form
from autograder.text.sanitize import cut, prose, visible
from autograder.text.sentences import line_place
from autograder.version import __version__

Audience = Literal["student", "staff"]


def student_page(
    course: Course,
    final_grade: FinalGrade,
    lang: Lang,
    audience: Audience,
    groups: Sequence[Alike] = (),
) -> str:
    """Everything about one student; only staff see evidence, output, notes and proposals."""
    rubric, found = course.rubric, measured(final_grade)
    return render(
        "student.html.j2",
        course,
        lang,
        final_grade=final_grade,
        sections=sections(course, final_grade),
        titles={a.id: a.title for a in course.assignments},
        condition=condition,
        found=found,
        level=project_level(rubric, found.measurement) if found else None,
        bands_of_accuracy=rubric.accuracy.bands if rubric.accuracy else (),
        alike=groups,
        is_staff=audience == "staff",
    )


def class_page(
    course: Course, final_grades: Sequence[FinalGrade], lang: Lang = "en", teams: Teams = NO_TEAMS
) -> str:
    """The index of a class for its instructors; links to `reports/` and `staff/` beside it."""
    return render(
        "class.html.j2",
        course,
        lang,
        rows=rows(course, final_grades),
        bins=bins(course, final_grades),
        losses=losses(course, final_grades),
        confinements=confinements(final_grades),
        alike=alike(final_grades, teams),
        titles={a.id: a.title for a in course.assignments},
        median=statistics.median(s.total for s in final_grades) if final_grades else None,
        script=asset("class.js"),
    )


def render(template: str, course: Course, lang: Lang, **values: Any) -> str:
    """A page of one of our templates."""
    return (
        _environment()
        .get_template(template)
        .render(
            course=course,
            lang=lang,
            t=labels(lang),
            place=partial(line_place, lang=lang),
            points=partial(format_points, lang=lang),
            share=partial(format_share, lang=lang),
            version=__version__,
            **{"style": asset("report.css"), **values},
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    # A student's name may hold bytes that are no UTF-8: the link names the same file as the file
    # system does.
    link = partial(quote, safe="", errors="surrogateescape")
    environment.filters.update(
        prose=prose, cut=cut, quote=link, number=_number, decided=decided, credit=_credit
    )
    environment.filters.update(digest=_digest)
    environment.globals.update(counted=_counted)
    environment.globals.update(
        Bar=Bar, percent=percent, Fraction=Fraction, picture=picture, among=among, folds=folds
    )
    return environment


def _counted(forms: Mapping[PluralForm, str], count: int) -> str:
    """Return the singular or the plural of a label, filled with its count."""
    return forms[plural_form(count)].format(count=count)


def _finalize(value: Any) -> Any:
    """Whatever a template prints shows its control characters, also where nobody thought of it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _digest(source: str) -> str:
    """What a page's policy calls the one style or script that a browser may obey."""
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def _number(value: Fraction) -> str:
    """`value` as a script reads it."""
    return f"{float(value):.6g}"


def _credit(value: Fraction) -> str:
    """What a check earned in part, as a fraction that people say."""
    return str(value) if value.denominator <= 20 else f"≈ {float(value):.2f}"


@cache
def asset(name: str) -> Markup:
    """A style or script, to stand in a page as it is."""
    return Markup(
        resources.files("autograder.report").joinpath("templates", name).read_text("utf-8")
    )

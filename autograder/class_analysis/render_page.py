"""How a page of a class analysis is made: a template of the reports, filled with own labels too."""

from __future__ import annotations

from types import SimpleNamespace

from autograder.model import Course, Lang
from autograder.report.html import asset, render
from autograder.report.labels import Labels, labels

ANALYSIS_FOLDER = "analysis"  # below OUT


def own_labels(lang: Lang) -> Labels:
    """Return the labels of the pages of this package in a language."""
    return labels(lang, "autograder.class_analysis")


def render_page(template: str, course: Course, lang: Lang, **values: object) -> str:
    """Return the page that a template makes of `values`; it knows the own labels as `a`."""
    style = asset("report.css") + asset("analysis.css")
    words = SimpleNamespace(**own_labels(lang))
    return render(template, course, lang, a=words, style=style, **values)

"""The pages of a class analysis in a browser: no wider than a phone, nothing refused or broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.api.analyse import write_copies, write_items, write_leaderboard
from autograder.config.course import load_course
from autograder.marking.graded_class import GradedClass
from autograder.marking.marks_file import marks_file
from autograder.model import LeaderboardRules
from autograder.report import final_grade_json
from autograder.results import write
from tests.support.browsing import NEEDS_CHROMIUM, Tab
from tests.support.copied_class import ASSIGNMENT, COPIED_CLASS
from tests.support.marked_class import marked_class
from tests.support.places import REPOSITORY

pytestmark = NEEDS_CHROMIUM
PAGES = (
    "analysis/items.html",
    "analysis/copies.html",
    f"analysis/copies/{ASSIGNMENT}-5.html",
    "leaderboard/leaderboard.html",
)
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every page of an analysis."""
    made = marked_class(tmp_path_factory.mktemp("class"), ("ana", "bo", "cy", "di"))
    graded = GradedClass(made.course, made.out, marks_file(made.course, made.submitted, None))
    graded.refresh()
    for student, final_grade in graded.final_grades.items():
        file = made.out / "final_grades" / f"{student}.json"
        text = final_grade_json(made.course, final_grade)
        measured = '"measurement": {"correct": 88, "n": 100, "interval": [0.8, 0.93]}'
        write(file, text.replace('"measurement": null', measured))
    write_items(made.course, made.out, matrix=None, lang="es")
    write_copies(
        load_course(REPOSITORY),
        COPIED_CLASS,
        made.out,
        assignments=(ASSIGNMENT,),
        threshold=0.5,
        lang="es",
    )
    course = replace(made.course, leaderboard=LeaderboardRules(shows="everyone"))
    folder = made.out / "leaderboard"
    entries = write_leaderboard(
        course, made.out, folder, is_draft=True, opted_in=None, key_file=None, lang="es"
    )
    assert len(entries) == 4
    return made.out


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_window(out: Path, tab: Tab, page: str, width: int, scheme: str) -> None:
    """Unfolded, it scrolls down and not sideways, and the browser has nothing to complain of."""
    tab.media(scheme=scheme)
    tab.show(out / page, width=width)
    tab.value(UNFOLD)
    assert tab.value("document.documentElement.scrollWidth") <= width
    complaints = [each for each in tab.events if each["method"] == "Log.entryAdded"]
    assert complaints == []


def test_a_remark_leads_to_its_item(out: Path, tab: Tab) -> None:
    """The link of a remark is the id of an item."""
    tab.show(out / "analysis" / "items.html", width=1280)
    dead = """[...document.querySelectorAll("a[href^='#']")]
      .filter((link) => !document.getElementById(decodeURIComponent(link.hash.slice(1)))).length"""
    assert tab.value(dead) == 0

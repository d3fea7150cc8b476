"""The page of a class in a browser: it sorts, filters and searches, and leads to students and back.

The address holds what is chosen, so a reload and a link show the same rows.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.handin.collect.identity.enrollment import Enrollment
from autograder.report import class_page, student_page
from autograder.report.class_table import SIGNS
from autograder.report.neighbors import neighbors_of
from tests.support.browsing import NEEDS_CHROMIUM, Tab
from tests.support.examples_of_final_grades import (
    COURSE,
    HOSTILE_NAME,
    class_of,
    decided,
    eventful,
    judged,
)

pytestmark = NEEDS_CHROMIUM

SCREEN = (1280, 800)  # pixels
NAMED = [
    judged("Núñez, Ana"),
    judged("Bo"),
    eventful("Íñigo"),
    decided("Leo", 14, 20, 15, 25, 10),
    decided("Zoe", 30, 20, 15, 25, 10),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each page of a class as a file; "named" has those of its students beside it."""
    folder = tmp_path_factory.mktemp("pages")
    classes = {
        "class_en": [eventful(HOSTILE_NAME + "x" * 200), *class_of(20)],
        "index": NAMED,
        "sixty": class_of(60),
        "large": class_of(400),
    }
    for name, final_grades in classes.items():
        (folder / f"{name}.html").write_text(class_page(COURSE, final_grades), encoding="utf-8")
    (folder / "staff").mkdir()
    students = [each.student for each in NAMED]
    for each in NAMED:
        neighbors = neighbors_of(students, each.student)
        html = student_page(COURSE, each, "en", "staff", neighbors=neighbors)
        (folder / "staff" / f"{each.student}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in classes}


SHOWN = """[...document.querySelectorAll("tbody tr")].filter((r) => !r.hidden)
  .map((r) => r.querySelector("a").textContent)"""
STATUS = "document.querySelector('[role=status]').textContent"
PRESSED = """[...document.querySelectorAll("[aria-pressed=true]")].map((b) => b.dataset.filter)"""


def push(tab: Tab, filter_name: str) -> None:
    """Press a filter."""
    tab.value(f"document.querySelector('[data-filter={filter_name}]').click()")


def faults(tab: Tab) -> list[object]:
    """Return what the page complained of."""
    return [e for e in tab.events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]


# ---------------------------------------------------------------- search and filters


def test_a_search_finds_sections_and_groups(tab, pages, tmp_path):
    """The list of students says who is in which; the name shows it, too."""
    enrollments = {"Leo": Enrollment(sections=("Tarde",)), "Bo": Enrollment(groups=("Lab 1",))}
    page = tmp_path / "sections.html"
    page.write_text(class_page(COURSE, NAMED, enrollments=enrollments), encoding="utf-8")
    tab.show(page)
    tab.type("#search", "tarde")
    assert tab.value(SHOWN) == ["Leo"]


def test_a_search_shows_whose_name_has_the_letters(tab, pages):
    """Accents and capitals make no difference, and the number of rows is said."""
    tab.show(pages["index"])
    assert tab.value(STATUS) == "5 of 5"
    tab.type("#search", "NUN")
    assert tab.value(SHOWN) == ["Núñez, Ana"]
    assert tab.value(STATUS) == "1 of 5"
    tab.value("document.querySelector('.clear').click()")
    assert len(tab.value(SHOWN)) == 5
    assert tab.value("document.activeElement.id") == "search"


@pytest.mark.parametrize(
    ("filter_name", "students"),
    [
        ("waiting", ["Núñez, Ana", "Bo", "Íñigo"]),
        ("failed", ["Leo"]),
        ("review", ["Íñigo"]),
        ("alike", ["Núñez, Ana", "Bo"]),
        ("ungraded", ["Íñigo"]),
    ],
)
def test_a_filter_shows_as_many_rows_as_it_says(tab, pages, filter_name, students):
    """A pressed filter shows the rows that it counts, and a second press all of them."""
    tab.show(pages["index"])
    push(tab, filter_name)
    assert tab.value(SHOWN) == students
    count = f"document.querySelector('[data-filter={filter_name}] strong').textContent"
    assert tab.value(count) == str(len(students))
    push(tab, filter_name)
    assert len(tab.value(SHOWN)) == 5


def test_filters_narrow_each_other(tab, pages):
    """Of two filters and a search, the rows are shown that all of them show."""
    tab.show(pages["index"])
    push(tab, "waiting")
    push(tab, "alike")
    tab.type("#search", "b")
    assert tab.value(SHOWN) == ["Bo"]
    push(tab, "failed")
    assert tab.value(SHOWN) == []
    assert tab.value(STATUS) == "0 of 5"


def test_a_reload_shows_the_same_rows(tab, pages):
    """Order, filters and search are in the address, whatever letters they have."""
    tab.show(pages["index"])
    press(tab, "student")
    press(tab, "student")
    push(tab, "waiting")
    tab.type("#search", "ñ")
    shown = tab.value(SHOWN)
    assert shown == ["Núñez, Ana", "Íñigo"]
    address = tab.value("location.href")
    tab.load("about:blank")
    tab.load(address)
    assert tab.value(SHOWN) == shown
    assert tab.value(PRESSED) == ["waiting"]
    assert tab.value("document.getElementById('search').value") == "ñ"
    assert tab.value(SORTED_BY) == [["student", "descending"]]


def test_a_place_on_the_page_keeps_what_is_chosen(tab, pages):
    """The link over the page's head to its content does not undo a filter."""
    tab.show(pages["index"], anchor="#filter=failed")
    tab.value("document.querySelector('.skip').click()")
    assert tab.value(SHOWN) == ["Leo"]


@pytest.mark.parametrize(
    "fragment", ["#filter=nothing", "#filter=%E0%A4%A", "#filter=", "#search="]
)
def test_an_unknown_filter_shows_everybody(tab, pages, fragment):
    """An address that names no filter leaves all rows, without an error."""
    tab.show(pages["index"], anchor=fragment)
    assert len(tab.value(SHOWN)) == 5
    assert faults(tab) == []


# ---------------------------------------------------------------- to students and back


def test_links_lead_to_a_student_on_to_the_next_and_back(tab, pages):
    """From the class to a page for staff, from there to both neighbors, and to the class again."""
    follow = "location.href = document.querySelector({}).href"
    title = "document.querySelector('h1')?.textContent"
    tab.show(pages["index"])
    tab.value(follow.format("'tbody tr:nth-child(2) a'"))
    tab.wait_for(f"{title} === 'Bo'")
    tab.value(follow.format("'[rel=next]'"))
    tab.wait_for(f"{title} === 'Íñigo'")
    tab.value(follow.format("'[rel=prev]'"))
    tab.wait_for(f"{title} === 'Bo'")
    tab.value(follow.format("'[rel=prev]'"))
    tab.wait_for(f"{title} === 'Núñez, Ana'")
    assert tab.value("document.querySelector('[rel=prev]')") is None  # the first of the class
    tab.value(follow.format("'.neighbors a[href*=index]'"))
    tab.wait_for(f"{title} === 'Class results'")


# ---------------------------------------------------------------- room


def test_the_table_of_a_class_fits_a_small_desk(tab, pages):
    """On a window of 1100 pixels every column is in sight; on a phone the first one stays while
    others scroll.
    """
    tab.show(pages["class_en"], width=1100)
    assert tab.value(
        "document.querySelector('.scroll').scrollWidth"
        " <= document.querySelector('.scroll').clientWidth"
    )
    tab.show(pages["class_en"], width=360)
    assert tab.value("document.querySelector('.scroll').scrollLeft = 200") == 200
    left = "document.querySelector('{}').getBoundingClientRect().left"
    assert abs(tab.value(left.format("tbody th")) - tab.value(left.format(".scroll"))) < 2


def test_sixty_students_are_three_screens(tab, pages):
    """The page is three screens at most, even if its table did not scroll in a box of its own."""
    width, height = SCREEN
    tab.show(pages["sixty"], width=width)
    tab.value("document.querySelector('.scroll').style.maxHeight = 'none'")
    assert tab.value("document.documentElement.scrollHeight") <= 3 * height


def test_every_row_is_one_line(tab, pages):
    """A name of two hundred letters makes its row no higher than the others."""
    tab.show(pages["class_en"])
    heights = """[...document.querySelectorAll("tbody tr:not(:last-child)")]
      .map((r) => Math.round(r.getBoundingClientRect().height))"""
    assert len(set(tab.value(heights))) == 1


def test_header_and_names_stay_while_the_table_scrolls(tab, pages):
    """Scrolled down and to the right, the titles and the names are where they were."""
    tab.show(pages["sixty"], width=390)
    corner = """(() => {
      const box = document.querySelector(".scroll").getBoundingClientRect();
      const head = document.querySelector("[data-key=total]").getBoundingClientRect();
      const name = document.querySelector("tbody tr:nth-child(30) th").getBoundingClientRect();
      return [head.top - box.top, name.left - box.left].map(Math.round);
    })()"""
    before = tab.value(corner)
    tab.value("document.querySelector('.scroll').scrollTo(150, 700)")
    scroll = "document.querySelector('.scroll')"
    assert tab.value(f"[{scroll}.scrollLeft, {scroll}.scrollTop]") == [150, 700]
    assert tab.value(corner) == before


def test_a_large_class_gets_all_its_rows(tab, pages):
    """The rows beyond the first ones come after the page has opened, and a filter finds them."""
    tab.show(pages["large"], anchor="#filter=waiting")
    tab.wait_for("document.querySelectorAll('tbody tr').length === 400")
    tab.wait_for(f"{STATUS} === '57 of 400'")
    assert len(tab.value(SHOWN)) == 57
    press(tab, "student")
    assert tab.value(SHOWN)[-1] == "Student 398"


def test_an_order_takes_in_the_whole_of_a_large_class(tab, pages):
    """A page that opens sorted has every row in its place, not only the first ones."""
    tab.show(pages["large"], anchor="#sort=-student")
    assert tab.value(SHOWN)[:2] == ["Student 399", "Student 398"]


def test_without_scripts_everybody_is_there(tab, pages):
    """Who runs no scripts sees every row, and no tools that would do nothing."""
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.show(pages["large"])
        # Its own scripts are off; the question is asked from outside.
        assert tab.value("document.querySelectorAll('tbody tr').length") == 400
        assert tab.value("getComputedStyle(document.querySelector('.tools')).display") == "none"
    finally:
        tab.ask("Emulation.setScriptExecutionDisabled", value=False)


# ---------------------------------------------------------------- order

NAMES = "[...document.querySelectorAll('tbody th a:first-child')].map((a) => a.textContent)"
SORTED_BY = (
    "[...document.querySelectorAll('th[aria-sort]')].map((h) => [h.dataset.key, h.ariaSort])"
)


def column(tab: Tab, key: str) -> list[float | None]:
    """Return the values of a column as they stand, None where a cell has none."""
    cells = f"""(() => {{
      const heads = [...document.querySelectorAll("thead tr:last-child th")];
      const at = heads.findIndex((h) => h.dataset.key === {json.dumps(key)});
      const rows = [...document.querySelectorAll("tbody tr")];
      return rows.map((r) => r.cells[at].dataset.value ?? r.cells[at].textContent);
    }})()"""
    return [None if value in SIGNS.values() else float(value) for value in tab.value(cells)]


def press(tab: Tab, key: str) -> None:
    """Press a column's title."""
    tab.value(f"document.querySelector('th[data-key=\"{key}\"] button').click()")


def test_a_press_sorts_and_another_turns_round(tab, pages):
    """A column's title sorts the rows by number, then the other way round, and says so to assistive
    technology.
    """
    tab.show(pages["class_en"])
    before = tab.value(NAMES)
    press(tab, "total")
    rising = column(tab, "total")
    assert rising == sorted(rising)
    assert tab.value(SORTED_BY) == [["total", "ascending"]]
    assert tab.value(NAMES) != before
    assert sorted(tab.value(NAMES)) == sorted(before)
    press(tab, "total")
    assert column(tab, "total") == rising[::-1]
    assert tab.value(SORTED_BY) == [["total", "descending"]]


def test_what_is_not_graded_comes_last(tab, pages):
    """Rows without a value stand below the others, whichever way the column is sorted."""
    tab.show(pages["class_en"])
    for _ in range(2):
        press(tab, "knowledge.depth_problem")
        values = column(tab, "knowledge.depth_problem")
        assert values.count(None) == 3
        assert values[-3:] == [None, None, None]


def test_a_link_opens_the_table_sorted(tab, pages):
    """An address that ends in #sort=-total opens the table with the best total first."""
    tab.show(pages["class_en"], anchor="#sort=-total")
    assert column(tab, "total")[0] == 100
    assert tab.value(SORTED_BY) == [["total", "descending"]]


@pytest.mark.parametrize("fragment", ["#sort=nothing", "#sort=%E0%A4%A", "#sort=", "#main"])
def test_an_unknown_order_changes_nothing(tab, pages, fragment):
    """An address that names no column leaves the rows as they were, without an error."""
    tab.show(pages["class_en"], anchor=fragment)
    assert tab.value(SORTED_BY) == []
    assert [e for e in tab.events if e["method"] == "Runtime.exceptionThrown"] == []


def test_the_keyboard_sorts(tab, pages):
    """Who uses no mouse reaches a title with Tab and sorts with Enter."""
    tab.show(pages["class_en"])
    tab.value("document.querySelector('.scroll').focus()")
    for key, code in (("Tab", 9), ("Tab", 9), ("Enter", 13)):
        text = {"text": "\r"} if key == "Enter" else {}
        tab.ask(
            "Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text
        )
        tab.ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)
    assert tab.value(SORTED_BY) == [["total", "ascending"]]

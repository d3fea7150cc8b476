"""The reports in a browser: nothing overflows, hostile text stays text."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.model import FinalGrade, HandedCurves, HandedText
from autograder.report import class_page, find_identical_work, student_page
from tests.support.browsing import NEEDS_CHROMIUM, Tab
from tests.support.examples_of_final_grades import (
    COURSE,
    HOSTILE_NAME,
    PASSED,
    class_of,
    decided,
    eventful,
    judged,
)

pytestmark = NEEDS_CHROMIUM


FINAL_GRADE = eventful(HOSTILE_NAME + "x" * 200)
JUDGED = judged()
CODE = "import torch\n" + "".join(
    f"\ndef f{n}(x, {'y' * 90}):\n    return x + {n}  # {n}\n" for n in range(30)
)


def with_work() -> FinalGrade:
    """Return the judged grade with code, curves and a report, and a cause at a line."""
    texts = (
        HandedText(file="residual_block.py", text=CODE),
        HandedText(file="report.md", text="# Report\n\n" + "word " * 200),
    )
    curves = HandedCurves(file="history.json", val_loss=(2.0, 1.0, 1.5), train_accuracy=(0.1, 0.9))
    sheets = [
        replace(s, texts=texts, curves=(curves,)) if s.assignment == "residual_block" else s
        for s in JUDGED.sheets
    ]
    return replace(JUDGED, sheets=tuple(sheets))


WITH_WORK = with_work()
PAGES = {
    f"{name}_{lang}": html
    for lang in ("es", "en")
    for name, html in {
        "student": student_page(COURSE, FINAL_GRADE, lang, "student"),  # type: ignore[arg-type]
        "staff": student_page(COURSE, FINAL_GRADE, lang, "staff"),  # type: ignore[arg-type]
        "work": student_page(COURSE, WITH_WORK, lang, "student"),  # type: ignore[arg-type]
        "judged": student_page(
            COURSE, JUDGED, lang, "staff", find_identical_work([JUDGED, judged("Bo")])
        ),  # type: ignore[arg-type]
        "class": class_page(COURSE, [FINAL_GRADE, *class_of(20)], lang),  # type: ignore[arg-type]
        "alike": class_page(COURSE, [JUDGED, judged("Bo"), *class_of(20)], lang),  # type: ignore[arg-type]
        "empty": class_page(COURSE, [], lang),  # type: ignore[arg-type]
    }.items()
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each page as a file."""
    folder = tmp_path_factory.mktemp("pages")
    for name, html in PAGES.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in PAGES}


# Elements that stick out on the right, unless they scroll in a box of their own or are for ears
# only.
OVERFLOWING = """[...document.querySelectorAll("main *")]
  .filter((e) => !e.closest(".scroll, .visually-hidden, defs"))
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", [360, 390, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows(tab, pages, name, width):
    """On a phone and on a desk no page scrolls sideways, and nothing sticks out."""
    tab.show(pages[name], width=width)
    tab.value("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert tab.value("innerWidth") == width
    assert (
        tab.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        == 0
    )
    assert tab.value(OVERFLOWING) == []


# Text whose colour stands out less than 4.5 to 1 from the nearest background behind it (WCAG 2.2,
# 1.4.3).
FAINT = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = parts(colour).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    const colour = getComputedStyle(e).backgroundColor;
    return parts(colour)[3] === 0 ? behind(e.parentElement) : colour;
  };
  const ratio = (e) => {
    const [low, high] = [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  return [...document.querySelectorAll("main :not(svg, svg *)")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => ratio(e) < 4.5)
    .map((e) => e.className + ": " + e.textContent.trim().slice(0, 60));
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["student_es", "staff_en", "class_en", "judged_es", "alike_en", "work_es"]
)
def test_every_text_is_legible(tab, pages, name, scheme):
    """In light and dark, every text has the contrast that WCAG AA asks for."""
    tab.media(scheme=scheme)
    tab.show(pages[name])
    tab.value("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    is_dark = tab.value("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 28)"
    assert is_dark == (scheme == "dark")
    assert tab.value(FAINT) == []


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_stays_text(tab, pages, name):
    """Names and outputs that carry scripts and images run and load nothing; no page asks for
    anything at all.
    """
    tab.show(pages[name])
    assert tab.value("document.documentElement.dataset.pwned") is None
    assert tab.value("document.querySelectorAll('img, iframe, object').length") == 0
    asked = [
        e["params"]["request"]["url"]
        for e in tab.events
        if e["method"] == "Network.requestWillBeSent"
    ]
    assert {url for url in asked if not url.startswith("data:")} == {pages[name].as_uri()}
    assert [
        e for e in tab.events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
    ] == []


def test_paper_shows_what_the_screen_folds(tab, pages):
    """Printed, causes are there although nobody unfolded them; which checks noticed them, and
    copies of what was handed in, are not.
    """
    unfolded = """[...document.querySelectorAll(".row:not(.work):has(.cause)")].map((d) =>
      d.getBoundingClientRect().height > d.firstElementChild.getBoundingClientRect().height + 8)"""
    lists = "[...document.querySelectorAll('.inside .cause li')].map((e) => e.checkVisibility())"
    copies = "[...document.querySelectorAll('.source-of, .document-of')].map((e) => e.offsetHeight)"
    tab.show(pages["student_en"])
    assert set(tab.value(unfolded)) == {False}
    tab.media("print")
    assert set(tab.value(unfolded)) == {True}
    assert set(tab.value(lists)) == {False}
    tab.show(pages["work_en"])
    assert set(tab.value(copies)) == {0}


def test_a_cause_and_its_line_lead_to_each_other(tab, pages):
    """The link to a line unfolds the code, and the note beside the line unfolds the criterion."""
    seen = "document.querySelector('{}').checkVisibility({{contentVisibilityAuto: true}})"
    tab.show(pages["work_es"])
    assert not tab.value(seen.format("#a2-2-1"))
    assert not tab.value(seen.format("#a2-code-1-42"))
    tab.value("document.querySelector('a[href=\"#a2-code-1-42\"]').click()")
    tab.wait_for(seen.format("#a2-code-1-42"))
    tab.value("document.querySelector('#a2-code-1-42 .margin-note').click()")
    tab.wait_for(seen.format(tab.value("location.hash")))


def test_where_to_go_on_leads_there(tab, pages):
    """A step unfolds the criterion whose cause it names."""
    tab.show(pages["work_es"])
    target = tab.value("document.querySelector('.steps a').hash")
    tab.value("document.querySelector('.steps a').click()")
    tab.wait_for(
        f"document.querySelector('{target}').checkVisibility({{contentVisibilityAuto: true}})"
    )


def test_a_note_stands_beside_its_line_on_a_desk_and_above_it_on_a_phone(tab, pages):
    """The margin holds the notes where there is room for it."""
    left = "document.querySelector('.source .margin-note').getBoundingClientRect().left"
    unfold = "document.querySelectorAll('details').forEach((d) => { d.open = true })"
    tab.show(pages["work_es"])
    tab.value(unfold)
    assert tab.value(left) > 700
    tab.show(pages["work_es"], width=390)
    tab.value(unfold)
    assert tab.value(left) < 200


@pytest.mark.parametrize("name", ["student_es", "work_es", "judged_es"])
def test_a_folded_page_is_short_and_light(tab, pages, name):
    """Folded, a page is at most three screens high, on a desk and on a phone; none is heavy."""
    for width, screen_height in ((1280, 800), (390, 844)):
        tab.show(pages[name], width=width)
        assert tab.value("document.documentElement.scrollHeight") <= 3 * screen_height
    assert pages[name].stat().st_size <= 250_000


def test_who_has_every_point_prints_six_sheets_at_most(tab, tmp_path):
    """Of a page without a lost point, with hundreds of checks, paper takes six sheets at most."""
    checks = [
        replace(PASSED, id=f"test_{n}", criterion=c.id, expects=f"{PASSED.expects} {n}")
        for c in COURSE.rubric.criteria.values()
        for n in range(60)
    ]
    full = decided("Leo", 30, 20, 15, 25, 10)
    categories = [
        replace(
            category,
            scores=tuple(
                replace(s, checks=tuple(c for c in checks if c.criterion == s.criterion))
                for s in category.scores
            ),
        )
        for category in full.categories
    ]
    page = tmp_path / "full.html"
    page.write_text(
        student_page(COURSE, replace(full, categories=tuple(categories)), "es", "student"),
        encoding="utf-8",
    )
    assert sheets_of(tab, page) <= 6


@pytest.mark.parametrize("name", ["student_es", "work_es", "judged_es"])
def test_six_sheets_of_paper_are_enough(tab, pages, name):
    """Paper names what happened to each criterion on six sheets at most."""
    assert sheets_of(tab, pages[name]) <= 6


def sheets_of(tab: Tab, page: Path) -> int:
    """Return the number of sheets that a page takes on paper."""
    tab.show(page)
    pdf = base64.b64decode(tab.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
    return len(re.findall(rb"/Type\s*/Page\b", pdf))

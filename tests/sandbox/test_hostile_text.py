"""Texts of students on the terminal, in pages, tables, JSON and file names: shown, never obeyed.

The class of `hostile_text/class/` is graded as it is, together with students whose folders have the
names below.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.command_line import REPOSITORY, Ended, autograder, grade
from tests.support.once import once
from tests.support.places import CASES
from tests.support.reading_pages import Page

MATERIAL = CASES / "hostile_text"
ATTACKS = sorted(path.name for path in (MATERIAL / "class").iterdir() if path.is_dir())
PWNED = "document.documentElement.dataset.pwned=1"
PLAIN = "ana"  # a student who means no harm
NAMES = [
    PLAIN,
    f"<img src=x onerror={PWNED}>",
    f'"><svg onload={PWNED}>',
    f"' onmouseover='{PWNED}",
    "<!--",
    "javascript:alert(1)",
    "x..%2f..%2fpwned",
    "%2e%2e",
    "#main",
    "a?b=1&c;d",
    "back\\slash",
    " blank ",
    "-rf",
    "--help",
    "CON",
    "index",
    "=1+1",
    "＝1+1",
    "@SUM(A1)",
    "a;=1+1",
    "{{ 7 * 7 }}{% raise %}",
    "{0.__class__}%s%n$(id)",
    "[red]10 of 10",
    ":skull:",
    "`code`",
    "עברית 10",
    "Z" + "\u0335\u0317" * 20,
    "x" * 200,
]
UNUSABLE = [
    "two\nlines",
    "\x1b[2J",
    "\x9b31m",
    "\u202egpj.exe",
    "zero\u200bwidth",
    os.fsdecode(b"\xff\xfe"),
    "tab\t",
]


@once
def graded() -> tuple[Ended, Path]:
    """Return the hostile class, graded once."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="autograder-hostile-text-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    submitted = folder / "class"
    shutil.copytree(MATERIAL / "class", submitted)
    for name in (*NAMES, *UNUSABLE):
        (submitted / name / "essay").mkdir(parents=True)
        (submitted / name / "essay" / "essay.md").write_text("An essay.", encoding="utf-8")
    out = folder / "out"
    return grade(submitted, out, "--jobs", 1, "--lang", "en"), out


@once
def judged() -> tuple[Ended, Path]:
    """Return a hostile questionnaire, graded by the real course."""
    _, beside = graded()
    out = beside.parent / "judged"
    ended = grade(
        MATERIAL / "answers", out, "--assignment", "concepts", "--jobs", 1, course=REPOSITORY
    )
    return ended, out


def pages() -> dict[str, str]:
    """Every page that the two runs write, by its path."""
    found = {}
    for _, out in (graded(), judged()):
        for path in sorted(out.rglob("*.html")):
            found[f"{out.name}/{path.relative_to(out)}"] = path.read_text(encoding="utf-8")
    return found


def unseen(text: str) -> set[str]:
    """Return the characters of a text that a reader does not see, or that steer what shows it."""
    return {
        c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }


def test_everybody_is_graded() -> None:
    """A hostile name that a file system takes is graded like any other; others are reported."""
    ended, out = graded()
    assert ended.returncode == 1, ended.stderr
    students = {*NAMES, *ATTACKS}
    assert {path.name for path in (out / "results").iterdir()} == students
    for folder in ("reports", "staff"):
        assert {path.name.removesuffix(".html") for path in (out / folder).iterdir()} == students
    assert judged()[0].returncode == 0, judged()[0].stderr


def test_nothing_is_written_outside_its_folder() -> None:
    """No name climbs: beside OUT there is only the class."""
    _, out = graded()
    judged()
    assert {path.name for path in out.parent.iterdir()} == {"class", "out", "judged"}
    folders = {
        "reports",
        "staff",
        "final_grades",
        "results",
        "attempts",
        "index.html",
        "scores.csv",
        "run.json",
        "run.log",
        "marks.yml",
        "seed",
    }
    assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == folders


def test_the_terminal_obeys_nobody() -> None:
    """Output has no control, direction or zero-width character, and one line for each student."""
    for ended, _ in (graded(), judged()):
        assert unseen(ended.stdout + ended.stderr) == set()
        assert PWNED not in ended.stderr
    ended, _ = graded()
    assert "[red]10 of 10 essay: waits for a person" in ended.stdout
    assert ":skull: essay: waits for a person" in ended.stdout
    lines = [line for line in ended.stdout.split("\n") if line.startswith("[")]
    assert len(lines) == len(NAMES) + len(ATTACKS)


def test_what_people_decided_is_printed_harmlessly() -> None:
    """`marks show` escapes what stands in the file of marks."""
    _, out = graded()
    ended = autograder("marks", "show", out.parent / "class", "--course", CASES / "tiny_course")
    assert (ended.returncode, unseen(ended.stdout + ended.stderr)) == (0, set())
    assert "\\u202e" in ended.stdout


def test_a_student_that_is_named_wrongly_is_named_harmlessly() -> None:
    """An error that quotes the command line's or a file's words escapes them."""
    ended = autograder(
        "marks", "clear", graded()[1].parent / "class", "--student", "\x1b[2J", "code.total"
    )
    assert (ended.returncode, unseen(ended.stderr)) == (2, set())


# ------------------------------------------------------------------------------------ pages


@once
def vocabulary() -> set[tuple[str, str]]:
    """Every element and attribute that pages of the harness's own words hold."""
    templates = (REPOSITORY / "autograder" / "report" / "templates").glob("*.j2")
    text = "".join(path.read_text(encoding="utf-8") for path in templates)
    found = {
        (tag.lower(), attribute.lower())
        for tag, rest in re.findall(
            r"<([a-zA-Z][\w-]*)((?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|[^>])*)>", text
        )
        for attribute in (
            "",
            *re.findall(r"([a-zA-Z][\w:-]*)=\"", rest),
            *re.findall(r"\b(open|hidden|disabled)\b", rest),
        )
    }
    lines_of_code = {("span", "data-n"), ("span", "id")}
    icons = {("use", ""), ("use", "href")}
    others = {("code", ""), ("main", "class")}  # of backticks, and of a block
    return {*found, *lines_of_code, *icons, *others}


@pytest.mark.parametrize("kind", ["reports", "staff", "index.html"])
def test_no_element_comes_from_a_text(kind: str) -> None:
    """Pages are well formed, and hold the elements and attributes of our templates and no other."""
    found = {name: html for name, html in pages().items() if name.split("/")[1] == kind}
    assert found
    for name, html in found.items():
        page = Page(html)
        held = {
            (tag, attribute) for tag, attributes in page.elements for attribute in ("", *attributes)
        }
        assert held <= vocabulary(), name
        assert not [
            a for _, a in held if a.startswith("on") or a in ("style", "srcdoc", "action")
        ], name
        assert len([tag for tag, _ in page.elements if tag == "script"]) == (
            kind == "index.html"
        ), name
        assert unseen(html) - {"\t"} == set(), name


# By kind of page, the links to other files: no student's own page leads to another student.
LINKS = {
    "index.html": r"(reports|staff)/[^/?#]+|scores\.csv",
    "staff": r"[^/?#]+\.html|\.\./index\.html",
    "reports": r"(?!)",
}


def test_links_stay_at_home() -> None:
    """Every link of a page is a place in it, or names a file that the run wrote."""
    for name, html in pages().items():
        home = graded()[1].parent / name
        for href in Page(html).attributes("href"):
            if href.startswith(("#", "data:,")):
                continue
            assert re.fullmatch(LINKS[name.split("/")[1]], href), (name, href)
            assert (home.parent / unquote(href)).is_file(), (name, href)


def test_no_page_may_run_or_load_anything() -> None:
    """Each page forbids every request and all scripts but the class's own."""
    for name, html in pages().items():
        (policy,) = [
            a["content"] for _, a in Page(html).elements if "Content-Security-Policy" in a.values()
        ]
        assert policy.startswith("default-src 'none'"), name
        assert re.search(r"script-src ('none'|'sha256-[\w+/=]+');", policy), name
        assert re.search(r"style-src 'sha256-[\w+/=]+';", policy), name
        assert "http" not in policy, name


def test_templates_do_not_compute_what_texts_say() -> None:
    """Braces and percent signs of a text stand in the page as they were written."""
    staff = pages()["out/staff/declared_name.html"]
    assert "{{ 7 * 7 }} {% raise %} {0.__class__} %(student)s ${7*7} #{7*7}" in Page(staff).text
    assert "{{ 7 * 7 }}{% raise %}" in Page(pages()["out/reports/{{ 7 * 7 }}{% raise %}.html"]).text
    assert (
        "{{ 7 * 7 }} {% raise %} {0.__class__} %(x)s" in Page(pages()["judged/staff/eve.html"]).text
    )


# ------------------------------------------------------------------------------------ tables, and
# JSON


def test_no_cell_of_the_table_is_a_formula() -> None:
    """Read with commas or semicolons, no cell begins as a formula, and each student has one row."""
    text = (graded()[1] / "scores.csv").read_text(encoding="utf-8")
    assert unseen(text) == set()
    for separator in ",;":
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
        cells = [unicodedata.normalize("NFKC", cell).strip() for row in rows for cell in row]
        assert not [
            c for c in cells if c.startswith(("=", "+", "@", "\t", "\r")) or re.match(r"-\D", c)
        ], separator
        assert len(rows) == 1 + len(NAMES) + len(ATTACKS)


def test_json_is_strict_and_harmless_to_print() -> None:
    """Every JSON file is read without NaN, keeps texts byte for byte, and controls no terminal."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for _, out in (graded(), judged()):
        for path in out.rglob("*.json"):
            text = path.read_text(encoding="utf-8")
            json.loads(text, parse_constant=refuse)
            assert unseen(text) == set(), path
    said = json.loads((graded()[1] / "results/output/tensors.json").read_text("utf-8"))
    printed = said["criteria"][0]["checks"][0]["output"]
    assert "\x1b]0;owned\x07" in printed  # evidence is kept as it was


# ------------------------------------------------------------------------------------ a real
# browser


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not on PATH")
def test_in_a_browser_nothing_runs_and_nothing_is_asked_for(tmp_path: Path) -> None:
    """In chromium no page runs a student's script, requests a file, or scrolls sideways."""
    from tests.system.test_report_browser import OVERFLOWING, Tab

    out, judged_out = graded()[1], judged()[1]
    students = [*ATTACKS, *NAMES[1:5], NAMES[-1]]
    shown = [out / "index.html", *(out / "staff" / f"{student}.html" for student in students)]
    tab = Tab(tmp_path / "profile")
    try:
        for page in (*shown, *sorted(judged_out.rglob("*.html"))):
            tab.show(page, width=360)
            assert tab.value("document.documentElement.dataset.pwned") is None, page
            asked = [
                e["params"]["request"]["url"]
                for e in tab.events
                if e["method"] == "Network.requestWillBeSent"
            ]
            assert {url for url in asked if not url.startswith("data:")} == {page.as_uri()}, page
            assert [
                e
                for e in tab.events
                if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")
            ] == [], page
            assert tab.value("document.documentElement.scrollWidth - innerWidth") <= 0, page
            assert tab.value(OVERFLOWING) == [], page
    finally:
        tab.close()

"""The work beside the rubric line: only what was handed in, as text, whatever it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.marked_class import MarkedClass, Marker, desk_over, marked_class, marker

SECRET = "a secret of this machine"
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} \x1b[31m\u202e"


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Two students whose essays wait."""
    return marked_class(tmp_path)


def page_of(made: MarkedClass, student: str, criterion: str = "words.essay") -> str:
    """Return the page of a criterion of a student."""
    browser = marker(desk_over(made))
    return browser.page(browser.place(student, criterion))


def test_the_essay_and_the_code_stand_beside_the_rubric_line(made: MarkedClass) -> None:
    """A text is shown as text, code with line numbers and a note at the line of a check."""
    assert "Un tensor es una tabla. Soy ana." in page_of(made, "ana")
    code = page_of(made, "ana", "code.double")
    assert 'data-n="2"' in code
    assert '<a class="margin-note" href="#check-0">' in code
    assert 'href="#line-0-0-2"' in code


def test_hostile_text_stays_text(made: MarkedClass) -> None:
    """Scripts in essays, code and evidence are shown, and are no elements."""
    (made.submitted / "ana" / "essay" / "essay.md").write_text(HOSTILE, encoding="utf-8")
    (made.submitted / "ana" / "tensors" / "tensors.py").write_text(HOSTILE, encoding="utf-8")
    for criterion in ("words.essay", "code.double"):
        html = page_of(made, "ana", criterion)
        assert "alert" in html
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "\x1b" not in html
        assert "\u202e" not in html
    assert "3 != &lt;b&gt;4&lt;/b&gt;" in page_of(made, "ana", "code.double")


@pytest.mark.parametrize("target", ["file", "folder", "assignment"])
def test_no_link_is_followed(made: MarkedClass, tmp_path: Path, target: str) -> None:
    """A hand-in that is a link, or holds one, shows nothing of what it leads to."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "essay.md").write_text(SECRET, encoding="utf-8")
    (secret / "essay").mkdir()
    (secret / "essay" / "essay.md").write_text(SECRET, encoding="utf-8")
    folder = made.submitted / "ana" / "essay"
    (folder / "essay.md").unlink()
    if target == "file":
        (folder / "essay.md").symlink_to(secret / "essay.md")
    elif target == "assignment":
        folder.rmdir()
        folder.symlink_to(secret)
    else:
        folder.rmdir()
        (made.submitted / "ana").rename(tmp_path / "moved")
        (made.submitted / "ana").symlink_to(secret)
    assert SECRET not in page_of(made, "ana")


def test_a_result_that_is_a_link_is_not_read(made: MarkedClass, tmp_path: Path) -> None:
    """Results are read below OUT only; the queue says which file is a link."""
    result = made.out / "results" / "ana" / "essay.json"
    result.rename(tmp_path / "elsewhere.json")
    result.symlink_to(tmp_path / "elsewhere.json")
    assert "essay.json: a link" in marker(desk_over(made)).page("/")


def test_a_notebook_is_shown_by_cell(made: MarkedClass) -> None:
    """Cells of text stand between those of code, which have the numbers of error messages."""
    folder = made.submitted / "ana" / "tensors"
    (folder / "tensors.py").unlink()
    cells = [
        {"cell_type": "markdown", "source": ["Primero <b>sumo</b>."]},
        {"cell_type": "code", "source": "def double(x):\n    return x + 1\n"},
    ]
    (folder / "tensors.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    html = page_of(made, "ana", "code.double")
    assert "Primero &lt;b&gt;sumo&lt;/b&gt;." in html
    assert "Celda 1" in html
    assert 'data-n="2"' in html


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b"[" * 50_000, b'{"cells": [1]}'])
def test_a_broken_notebook_is_shown_as_it_is(made: MarkedClass, content: bytes) -> None:
    """What is no notebook breaks no page."""
    folder = made.submitted / "ana" / "tensors"
    (folder / "tensors.py").unlink()
    (folder / "tensors.ipynb").write_bytes(content)
    assert "<h1>" in page_of(made, "ana", "code.double")


def test_what_is_not_there_is_said(made: MarkedClass) -> None:
    """Without a hand-in the page says so, and points can be given all the same."""
    (made.submitted / "ana" / "essay" / "essay.md").unlink()
    (made.submitted / "ana" / "essay").rmdir()
    html = page_of(made, "ana")
    assert "No hay nada entregado que se pueda mostrar." in html
    assert 'id="points"' in html


def test_names_are_hidden_in_the_work_too(tmp_path: Path) -> None:
    """In anonymous mode no page has the name, in the essay and in addresses neither."""
    made = marked_class(tmp_path, ["anabel"], {"anabel": "Soy Anabel (ANABEL); no anabelista."})
    browser = marker(desk_over(made, anonymous=True))
    place = browser.place("anabel")
    paths = (
        "/",
        place,
        browser.place("anabel", "code.double"),
        f"/student/{browser.key('anabel')}",
    )
    for html in map(browser.page, paths):
        assert "anabel" not in html.lower().replace("anabelista", "")
    key = browser.key("anabel")[:5].upper()
    assert f"Soy {key} ({key}); no anabelista." in browser.page(place)


def test_a_browser_is_kept(made: MarkedClass) -> None:
    """The key of a student is the same on every page of a session."""
    browser: Marker = marker(desk_over(made, anonymous=True))
    name = browser.session.pseudonym("ana")
    assert name in browser.page("/")
    assert name in browser.page(browser.place("ana"))

"""What `%check` shows where it cannot check: one sentence in the student's language."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.integrations.jupyter.check_magic import checked

SHELL = SimpleNamespace(user_ns={})


@pytest.mark.parametrize("line", ["--wrong", "a.ipynb b.ipynb", "--lang fr", "'mine.ipynb"])
@pytest.mark.parametrize(("lang", "said"), [("es", "Se escribe %check"), ("en", "Write %check")])
def test_a_mistake_in_the_line_shows_how_it_is_written(
    line: str, lang: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no traceback, and the language is that of the released folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"lang": lang}))
    shown = checked(line, SHELL)
    assert said in shown.text
    assert said in shown.html


def test_a_notebook_without_its_folder_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away from grading.yml the message says where to go; names in it are no HTML."""
    monkeypatch.chdir(tmp_path)
    Path("<b>.ipynb").write_text("{}")
    shown = checked("'<b>.ipynb' --lang en", SHELL)
    assert "there is no grading.yml" in shown.text
    assert "<b>" not in shown.html

"""Source code as evidence: counted by category, without running any of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.analysis import lint
from autograder.analysis.lint import LintEvidence, lint_source

TIDY = b'''"""A module."""

RATE = 0.1  # a tenth: more than that, and the loss swings


def double(x: int) -> int:
    """Twice x."""
    # a shift would do, and say less
    return 2 * x


class Box:
    """Holds something."""

    def open(self):
        return self
'''


def evidence_of(source: bytes, file: str = "submission.py") -> LintEvidence:
    """Return the evidence, where there must be some."""
    evidence = lint_source(file, source)
    assert evidence is not None
    return evidence


def test_definitions_comments_and_docstrings_are_counted() -> None:
    """Functions, methods and classes count, comments on their own line and behind code, and missing
    docstrings.
    """
    evidence = evidence_of(TIDY)
    assert (evidence.definitions, evidence.comments) == (3, 2)
    assert evidence.documented == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("source", "category"),
    [
        (b"import os\n", "errors"),
        (b"x = y\n", "errors"),
        (b"def f(:\n", "errors"),
        (b"x = 1;y = 2\n", "style"),
        (b"def MyFunction():\n    return 1\n", "naming"),
        (b"def f(x=[]):\n    return x\n", "pitfalls"),
        (b"def f():\n" + b"    print(1)\n" * 60, "complexity"),
        (b"# x = f(1)\n", "leftover"),
    ],
)
def test_what_is_found_has_a_category(source: bytes, category: str) -> None:
    """Each kind of finding is counted under its category."""
    assert evidence_of(source).found[category] >= 1


def test_tidy_code_has_nothing_but_its_missing_docstring() -> None:
    """Nothing is found that a person would not find."""
    assert evidence_of(TIDY).found == {"undocumented": 1}


def test_a_comment_that_is_code_explains_nothing() -> None:
    """Code that was commented out is no comment."""
    assert evidence_of(b"x = 1\n# x = f(2)\n").comments == 0


UNTIDY = b"import os\n\n\ndef f(x=[]):\n    print(x);return x\n"
FILE_DIRECTIVES = (
    *(b"# ruff: noqa", b"# flake8: noqa", b"#flake8:noqa", b"# ruff: noqa: F401, B006, E702, D103"),
    *(b"# ruff: disable[F401, B006, E702, D103]", b"# ruff: file-ignore[F401, B006]"),
    *(b"# fmt: off", b"# isort: skip_file"),
)


@pytest.mark.parametrize("directive", FILE_DIRECTIVES)
def test_a_word_to_the_linter_silences_nothing(directive: bytes) -> None:
    """Whatever a file says to the linter, all that is in it is found, and it is no comment."""
    plain, silenced = evidence_of(UNTIDY), evidence_of(directive + b"\n" + UNTIDY)
    shown = ("errors", "pitfalls", "naming", "complexity", "style", "undocumented")
    assert {key: silenced.found.get(key) for key in shown} == {
        key: plain.found.get(key) for key in shown
    }
    assert silenced.comments == plain.comments == 0


@pytest.mark.parametrize(
    "directive", [b"# noqa", b"#NOQA", b"# noqa: F401", b"# ruff: ignore[F401]", b"# isort: skip"]
)
def test_a_line_that_is_to_be_skipped_is_not(directive: bytes) -> None:
    """What a comment behind a line would silence is found, and it explains nothing."""
    evidence = evidence_of(b"import os  " + directive + b"\n")
    assert (evidence.found["errors"], evidence.comments) == (1, 0)


def test_the_text_of_a_notebook_in_a_python_file_is_no_comment() -> None:
    """Markdown cells of the percent format belong to the handout, not to the student's
    explanations.
    """
    assert evidence_of(b"# %% [markdown]\n# # Title\n# Text.\n\n# %%\nx = 1\n").comments == 0


def test_a_notebook_is_read_cell_by_cell() -> None:
    """The code cells of a notebook are examined, its magics and its text are not."""
    cells = [
        {"cell_type": "markdown", "source": "import os"},
        {
            "cell_type": "code",
            "source": ["%matplotlib inline\n", "import sys\n", "pip install timm"],
        },
        {"cell_type": "code", "source": 'def show(files):\n    """Show."""\n'},
        {"cell_type": "code", "source": "files = !ls *.pth\nawait show(files)\n"},
    ]
    evidence = evidence_of(json.dumps({"cells": cells}).encode(), "submission.ipynb")
    assert evidence.found == {"errors": 1}  # sys, which nothing uses


def test_a_notebooks_source_is_not_compiled_here() -> None:
    """What would bring a compiler down, or keep it busy, is text like any other; half a character
    too.
    """
    for source in (
        "(" * 100_000,
        "!x\n" * 20_000 + "(",
        "-" * 200_000 + "1",
        "x = '\ud800'",
        "%%bash\nfor x in",
    ):
        cells = [
            {"cell_type": "code", "source": source},
            {"cell_type": "code", "source": "y = z\n"},
        ]
        evidence = lint_source("submission.ipynb", json.dumps({"cells": cells}).encode())
        assert (
            evidence is None or evidence.found["errors"] > 0
        )  # None: it brought ruff down, in its own process


@pytest.mark.parametrize(
    ("file", "content"), [("a.py", b"\xff\xfex"), ("a.ipynb", b"{}"), ("a.ipynb", b"[" * 10_000)]
)
def test_what_is_no_source_has_no_evidence(file: str, content: bytes) -> None:
    """Bytes that are no text or no notebook give None, not an error."""
    assert lint_source(file, content) is None


def test_a_linter_that_takes_too_long_has_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ruff does not answer in time there is no evidence."""
    monkeypatch.setattr(lint, "RUFF_TIMEOUT_S", 0.0)
    assert lint_source("a.py", b"x = 1\n" * 100_000) is None


def test_nothing_runs(tmp_path: Path) -> None:
    """Source is read, never executed."""
    trace = tmp_path / "trace"
    evidence_of(f"open({str(trace)!r}, 'w')\n".encode())
    assert not trace.exists()


def test_an_empty_file_has_evidence() -> None:
    """Nothing is documented where there is nothing."""
    evidence = evidence_of(b"")
    assert (evidence.lines, evidence.documented, evidence.per_hundred_lines("style")) == (
        0,
        0.0,
        0.0,
    )

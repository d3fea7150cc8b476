"""What becomes of a notebook's cells: IPython's own lines go, Python stays, and no line moves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.sandbox.cells import NotebookError, Written, is_other, raw_cells, written_by
from autograder.sandbox.execution.magics import without_magics


def notebook(*cells: str | dict[str, Any]) -> bytes:
    """Return a notebook of format 4 with these code cells; a dict is a cell of any kind."""
    made = [c if isinstance(c, dict) else {"cell_type": "code", "source": c} for c in cells]
    return json.dumps({"nbformat": 4, "cells": made}).encode()


CELLS = {
    "a line magic": ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    "a shell line": ("!pip install torch\nx = 1", "pass\nx = 1"),
    "a shell line with an apostrophe": ("!echo don't\n!echo won't\nx = 1", "pass\npass\nx = 1"),
    "a shell line with brackets": ("!ls (\nx = (1)", "pass\nx = (1)"),
    "a shell line that goes on": ("!pip install \\\n  torch \\\n  timm\nx = 1", "pass\n\n\nx = 1"),
    "help before": ("?torch.nn\nx = 1", "pass\nx = 1"),
    "help behind": ("torch.nn?\nx = 1", "pass\nx = 1"),
    "more help": ("torch.nn??\nx = 1", "pass\nx = 1"),
    "an indented magic": ("if True:\n    %cd ..\nx = 1", "if True:\n    pass\nx = 1"),
    "the only line of a block": ("for i in range(3):\n    !ls\n", "for i in range(3):\n    pass\n"),
    "a timed cell": ("%%time\nx = 1", "\nx = 1"),
    "a captured cell": ("%%capture out\nx = 1", "\nx = 1"),
    "a timed and captured cell": ("%%time\n%%capture\nx = 1", "\n\nx = 1"),
    "a statement that is timed": ("%time x = 1", "x = 1"),
    "a call that is timed with options": ("%time -q f()", "pass"),
    "what a command answers": ("files = !ls | grep 'x = y'", "files = []"),
    "what a magic answers": ("listed = %ls", "listed = None"),
    "a command without its sign": ("pip install torch\nx = 1", "pass\nx = 1"),
    "a cell that is indented": ("  !ls\n  x = 1", "pass\nx = 1"),
}


@pytest.mark.parametrize("name", CELLS)
def test_lines_of_ipython_are_taken_out(name: str) -> None:
    """A line that only IPython understands is replaced, and the others keep their numbers."""
    source, readable = CELLS[name]
    assert without_magics(source) == readable
    compile(readable, "<cell>", "exec")


PYTHON = {
    "a modulus that goes on": "x = (7\n% 4)",
    "a format that goes on": "s = ('%d'\n  % 3)",
    "text with an exclamation mark": 's = """\n!not a command\n%not a magic\nreally?\n"""',
    "a comment that asks": "x = 1  # is it?",
    "nothing": "",
}


@pytest.mark.parametrize("name", PYTHON)
def test_python_that_looks_like_ipython_stays(name: str) -> None:
    """A line that Python can read is never touched."""
    assert without_magics(PYTHON[name]) == PYTHON[name]


@pytest.mark.parametrize("source", ["%%bash\nls", "\n%%writefile f.py\nx = 1", "%%html", "%%"])
def test_a_cell_of_another_language_is_told(source: str) -> None:
    """A shell script, or a file to write, is no Python."""
    assert is_other(source)


@pytest.mark.parametrize(
    "source", ["%%time\nx = 1", "\n%%capture out\nx = 1", "%time x", "x = 1", ""]
)
def test_a_cell_of_python_is_not_taken_for_another_language(source: str) -> None:
    """A magic that runs the cell leaves it Python."""
    assert not is_other(source)


def test_a_slip_of_the_student_stays_where_it_is() -> None:
    """A syntax error that is no magic stays, so that it is reported at its own line."""
    assert without_magics("!ls\ndef f(:\n    pass") == "pass\ndef f(:\n    pass"


def test_a_cell_that_python_cannot_even_parse_stays() -> None:
    """Nesting beyond the parser's stack ends the search, not the worker."""
    source = "(" * 5000 + ")" * 5000
    assert without_magics(source) == source


def test_only_code_cells_count() -> None:
    """Text cells are passed over."""
    title, raw = {"cell_type": "markdown", "source": "# Title"}, {"cell_type": "raw", "source": "?"}
    assert raw_cells(notebook(title, "a = 1", raw, "b")) == ["a = 1", "b"]


def test_a_source_may_be_a_list_of_lines() -> None:
    """Jupyter stores a cell as a list of lines, other tools as one string; both are read."""
    assert raw_cells(notebook({"cell_type": "code", "source": ["a = 1\n", "b = 2"]})) == [
        "a = 1\nb = 2"
    ]


def test_lines_end_as_they_do_in_python() -> None:
    """Whatever a machine ends its lines with, they are counted alike."""
    assert raw_cells(notebook("a = 1\r\nb = 2\rc = 3")) == ["a = 1\nb = 2\nc = 3"]


def test_a_cell_that_is_noted_as_another_language_is_empty() -> None:
    """VS Code lets a cell be of any language; it keeps its number."""
    script = {
        "cell_type": "code",
        "source": "exit 1",
        "metadata": {"vscode": {"languageId": "shellscript"}},
    }
    assert raw_cells(notebook(script, "a = 1")) == ["", "a = 1"]


def test_a_byte_order_mark_is_no_part_of_a_notebook() -> None:
    """A notebook that Windows saved with a byte order mark is read."""
    assert raw_cells(b"\xef\xbb\xbf" + notebook("a = 1")) == ["a = 1"]


NOT_NOTEBOOKS = {
    "empty": b"",
    "Python": b"x = 1\n",
    "not UTF-8": b'{"cells": ["\xff"]}',
    "a list": b"[]",
    "no cells": b'{"nbformat": 4}',
    "no cells in its sheets": b'{"worksheets": [{}]}',
    "cells is a number": b'{"cells": 3}',
    "a cell is a string": b'{"cells": ["x = 1"]}',
    "a source of numbers": b'{"cells": [{"cell_type": "code", "source": [1]}]}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", NOT_NOTEBOOKS)
def test_what_is_no_notebook_is_said_so(name: str) -> None:
    """Bytes that are no notebook end as one error with a name of its own."""
    with pytest.raises(NotebookError, match="not a notebook"):
        raw_cells(NOT_NOTEBOOKS[name])


EMPTY = {
    "no source": b'{"cells": [{"cell_type": "code"}]}',
    "a source of null": b'{"cells": [{"cell_type": "code", "source": null}]}',
    "an input of null": b'{"worksheets": [{"cells": [{"cell_type": "code", "input": null}]}]}',
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_cell_without_source_is_empty(name: str) -> None:
    """A cell whose source is missing or null is an empty cell."""
    assert raw_cells(EMPTY[name]) == [""]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_a_notebook_is_read_in_its_encoding(encoding: str) -> None:
    """A notebook's JSON is read by its byte order mark, or by the null bytes of UTF-16."""
    notebook = '{"cells": [{"cell_type": "code", "source": "x = \'ñ\'"}]}'
    assert raw_cells(notebook.encode(encoding)) == ["x = 'ñ'"]


WRITING = {
    "%%writefile blocks.py\nx = 1": Written(module="blocks", is_package=False, appends=False),
    "\n%%file -a ./blocks.py\n": Written(module="blocks", is_package=False, appends=True),
    "%%writefile utils/blocks.py\n": Written(
        module="utils.blocks", is_package=False, appends=False
    ),
    "%%writefile utils/__init__.py\n": Written(module="utils", is_package=True, appends=False),
    "%%writefile '/content/drive/MyDrive/blocks.py'\n": Written(
        module="blocks", is_package=False, appends=False
    ),
    "%%writefile notes.txt\nx = 1": None,
    "%%writefile my-blocks.py\n": None,
    "%%bash\ncat > blocks.py": None,
    "x = 1": None,
}


@pytest.mark.parametrize("source", WRITING)
def test_a_cell_says_which_module_it_writes(source: str) -> None:
    """Only `%%writefile` with the name of a Python file writes the module of that name."""
    assert written_by(source) == WRITING[source]

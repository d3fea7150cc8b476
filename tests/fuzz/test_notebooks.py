"""Notebooks of any bytes: cells of text, or NotebookError; magics are removed from any text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.analysis.lint import source_of
from autograder.diagnosis.read_outline import outline_of
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.execution.program import cells_of, text_of
from tests.fuzz.mutation import examples, limited, mutated

LINES = (
    "%matplotlib inline\n",
    "!pip install x \\\n",
    "  --quiet\n",
    "x = (1\n",
    " % 2)\n",
    "foo?\n",
    "%%time\n",
    "y = !ls\n",
    "  %time z = 1\n",
    "ñ = '\ud800'\n",
)
CELL = {
    "cell_type": "code",
    "source": list(LINES),
    "metadata": {},
    "outputs": [],
    "execution_count": None,
}
SEEDS = [
    json.dumps({"cells": [CELL, {**CELL, "source": "%%bash\nls"}], "nbformat": 4}).encode(),
    b'{"worksheets": [{"cells": []}]}',
]
KEYS = ("cells", "cell_type", "source", "code", "worksheets", "input", "x")
TOKENS = [
    b"[",
    b'{"a":',
    b'"cell_type": "code",',
    b"%%",
    b"!x\\\\n",
    b"(",
    b"\\n",
    b"1e999",
    b"9" * 30,
    b'"source": ',
    b"null",
]
TEXTS = st.lists(st.sampled_from(LINES) | st.text(max_size=10), max_size=12).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=20,
)


def read(content: bytes) -> None:
    """Read a notebook in every way in which one is read, within all limits."""
    with limited():
        outline_of("a.ipynb", content)
        try:
            raw = raw_cells(content)
            source_of("a.ipynb", content)
        except NotebookError:
            return
        cells = cells_of("a.ipynb", raw)
        text = text_of(cells)
    assert [cell.number for cell in cells] == list(range(1, len(raw) + 1))
    assert text.count("\n") == sum(1 + source.count("\n") for source in raw)
    for cell, source in zip(cells, raw, strict=True):
        assert type(cell.source) is str
        assert (
            not cell.source
            or cell.source.count("\n") == source.count("\n") == cell.last - cell.first
        )


@examples()
@given(st.binary(max_size=200) | mutated(SEEDS, TOKENS))
def test_any_bytes(content: bytes) -> None:
    """Random bytes and mutated notebooks have cells, or are refused."""
    read(content)


@examples()
@given(
    JSON | st.lists(TEXTS, max_size=4).map(lambda t: {"cells": [{**CELL, "source": s} for s in t]})
)
def test_any_content(content: Any) -> None:
    """Any JSON gives cells whose text has as many lines, or none."""
    read(json.dumps(content).encode())

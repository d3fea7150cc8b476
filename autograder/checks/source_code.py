"""Submitted source code as pieces that Python can run."""

from __future__ import annotations

from autograder.sandbox.cells import raw_cells
from autograder.sandbox.execution.program import cells_of


def python_sources(file_name: str, content: bytes) -> list[str]:
    """Return the code of a .py file, or of each code cell of a notebook, ready for `compile`.

    IPython's own lines (`%magic`, `!command`) and cells of other languages are blanked. ValueError
    where the content is no notebook, or no UTF-8 text.
    """
    if not file_name.endswith(".ipynb"):
        return [content.decode("utf-8-sig")]
    return [cell.source for cell in cells_of(file_name, raw_cells(content))]

"""A notebook's code cells as they stand (both sides): read from its JSON, and nothing of them is parsed."""

from __future__ import annotations

import json
from typing import Any

OTHER_CELLS = "%%"  # a cell that begins so is of another language, or a file to write, but for these
PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit")


class NotebookError(ValueError):
    """Raised when bytes are no notebook."""


def raw_cells(content: bytes) -> list[str]:
    """The source of each code cell, as nbformat 4 or 3 keeps it; empty where it is in another language."""
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
        return [_source(c) for sheet in sheets for c in sheet["cells"] if c["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotebookError(f"not a notebook: {type(error).__name__}") from error


def _source(cell: dict[str, Any]) -> str:
    """A cell's lines, however they are kept: a string or a list, `input` in format 3."""
    kept = cell["source"] if "source" in cell else cell["input"]
    source = kept if isinstance(kept, str) else "".join(kept)
    return "" if _language(cell) != "python" else source.replace("\r\n", "\n").replace("\r", "\n")


def _language(cell: dict[str, Any]) -> Any:
    """The language that VS Code or format 3 notes beside a cell."""
    noted: Any = cell
    for key in ("metadata", "vscode"):
        noted = noted.get(key) if isinstance(noted, dict) else None
    return noted.get("languageId", "python") if isinstance(noted, dict) else cell.get("language", "python")


def is_other(source: str) -> bool:
    """Whether a cell is of another language, or a file to write."""
    return source.lstrip().startswith(OTHER_CELLS) and source.split(None, 1)[0] not in PYTHON_CELLS

"""The code cells of a notebook (both sides): read from its JSON, without parsing their code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.encoding import decoded_json

OTHER_CELL_PREFIX = "%%"  # begins a cell of another language, or a file to write
PYTHON_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit")  # but for these
MAX_WRITEFILE_CHARS = 200  # of a %%writefile line that is read
WRITEFILE_MAGIC = re.compile(
    r"%%(?:writefile|file)[ \t]+(?P<append>(?:-a|--append)[ \t]+)?"
    r"(?P<quote>[\"']?)(?:[^\"']*/)??(?P<path>(?:[^\W\d]\w*/)*[^\W\d]\w*)\.py(?P=quote)[ \t]*"
)


class NotebookError(ValueError):
    """Raised when bytes are no notebook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The Python module that a cell with the magic %%writefile writes."""

    module: str  # its dotted name, as an import statement beside the notebook names it
    is_package: bool  # whether it is the __init__.py of a package
    appends: bool


def raw_cells(content: bytes) -> list[str]:
    """Return the source of each code cell of nbformat 4 or 3; empty for another language.

    Raise NotebookError where the content is no notebook.
    """
    try:
        notebook = json.loads(decoded_json(content))
        sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
        sources: list[str] = []
        for sheet in sheets:
            sources += [_source(cell) for cell in sheet["cells"] if cell["cell_type"] == "code"]
        return sources
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotebookError(f"not a notebook: {type(error).__name__}") from error


def _source(cell: Mapping[str, Any]) -> str:
    """Return a cell's lines from a string or a list; format 3 calls them `input`."""
    lines = cell.get("source", cell.get("input"))
    if lines is None:
        lines = []
    source = lines if isinstance(lines, str) else "".join(lines)
    if _language(cell) != "python":
        return ""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _language(cell: Mapping[str, object]) -> object:
    """Return the language that VS Code or format 3 notes beside a cell."""
    noted: object = cell
    for key in ("metadata", "vscode"):
        noted = noted.get(key) if isinstance(noted, dict) else None
    if isinstance(noted, dict):
        return noted.get("languageId", "python")
    return cell.get("language", "python")


def is_other(source: str) -> bool:
    """Return whether a cell is of another language, or a file to write."""
    if not source.lstrip().startswith(OTHER_CELL_PREFIX):
        return False
    return source.split(None, 1)[0] not in PYTHON_CELL_MAGICS


def written_by(source: str) -> Written | None:
    """Return the Python module that a cell writes; None for any other cell."""
    magic = source.lstrip().partition("\n")[0]
    if len(magic) > MAX_WRITEFILE_CHARS:
        return None
    match = WRITEFILE_MAGIC.fullmatch(magic)
    if match is None:
        return None
    parts = match["path"].split("/")
    is_package = parts[-1] == "__init__" and len(parts) > 1
    module = ".".join(parts[:-1] if is_package else parts)
    return Written(module=module, is_package=is_package, appends=bool(match["append"]))


def code_of(source: str) -> str:
    """Return the Python code of a cell or of the file that it writes, with no line moved.

    It is blank for a cell of another language.
    """
    if written_by(source) is not None:
        _, _, code = source.lstrip().partition("\n")
        return "\n" * (source.count("\n") - code.count("\n")) + code
    return "\n" * source.count("\n") if is_other(source) else source

"""A notebook's code cells as they stand (both sides): read from its JSON, and nothing of them is
parsed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.encoding import decoded_json

OTHER_CELLS = (
    "%%"  # a cell that begins so is of another language, or a file to write, but for these
)
PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit")
LONGEST_MAGIC = 200  # characters of a %%writefile line that is read
WRITES = re.compile(
    r"%%(?:writefile|file)[ \t]+(?P<append>(?:-a|--append)[ \t]+)?"
    r"(?P<quote>[\"']?)(?:[^\"']*/)??(?P<path>(?:[^\W\d]\w*/)*[^\W\d]\w*)\.py(?P=quote)[ \t]*"
)


class NotebookError(ValueError):
    """Raised when bytes are no notebook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the magic %%writefile says of a cell: the Python module that it writes."""

    module: str  # its dotted name, as an import statement beside the notebook names it
    is_package: bool  # whether it is the __init__.py of a package
    appends: bool


def raw_cells(content: bytes) -> list[str]:
    """The source of each code cell, as nbformat 4 or 3 keeps it; empty where it is in another
    language.
    """
    try:
        notebook = json.loads(decoded_json(content))
        sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
        return [_source(c) for sheet in sheets for c in sheet["cells"] if c["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotebookError(f"not a notebook: {type(error).__name__}") from error


def _source(cell: dict[str, Any]) -> str:
    """A cell's lines, however they are kept: a string or a list, `input` in format 3; null is none."""
    kept = cell.get("source", cell.get("input"))
    source = kept if isinstance(kept, str) else "".join([] if kept is None else kept)
    return "" if _language(cell) != "python" else source.replace("\r\n", "\n").replace("\r", "\n")


def _language(cell: dict[str, Any]) -> Any:
    """The language that VS Code or format 3 notes beside a cell."""
    noted: Any = cell
    for key in ("metadata", "vscode"):
        noted = noted.get(key) if isinstance(noted, dict) else None
    return (
        noted.get("languageId", "python")
        if isinstance(noted, dict)
        else cell.get("language", "python")
    )


def is_other(source: str) -> bool:
    """Whether a cell is of another language, or a file to write."""
    return source.lstrip().startswith(OTHER_CELLS) and source.split(None, 1)[0] not in PYTHON_CELLS


def written_by(source: str) -> Written | None:
    """The Python module that a cell writes; None for any other cell."""
    magic = source.lstrip().partition("\n")[0]
    found = WRITES.fullmatch(magic) if len(magic) <= LONGEST_MAGIC else None
    if found is None:
        return None
    parts = found["path"].split("/")
    is_package = parts[-1] == "__init__" and len(parts) > 1
    module = ".".join(parts[:-1] if is_package else parts)
    return Written(module=module, is_package=is_package, appends=bool(found["append"]))


def code_of(source: str) -> str:
    """The Python code of a cell, its lines where they were; also of a file that it writes; blank
    for others.
    """
    if written_by(source) is not None:
        _, _, code = source.lstrip().partition("\n")
        return "\n" * (source.count("\n") - code.count("\n")) + code
    return "\n" * source.count("\n") if is_other(source) else source

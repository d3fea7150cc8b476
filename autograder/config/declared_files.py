"""The reader of an assignment's declared files: their names, alternatives and sizes."""

from __future__ import annotations

import re

from autograder.config.yaml_nodes import YamlNode
from autograder.model import DeclaredFile

FILE_NAME_PATTERN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
# Names that no file can have on Windows.
RESERVED_ON_WINDOWS = re.compile(
    r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*\.", re.ASCII | re.IGNORECASE
)


def read_files(at: YamlNode) -> tuple[DeclaredFile, ...]:
    """Return the declared files of an assignment; add a problem per wrong name."""
    files: list[DeclaredFile] = []
    seen: set[str] = set()
    for name, entry in at.entries().items():
        parts = entry.fields(optional=("alternatives", "max_bytes", "required"))
        alternatives = [(other, other.text()) for other in parts["alternatives"].items()]
        for where, spelled in [(entry, name), *alternatives]:
            _check_file_name(where, spelled, seen)
            seen.add(spelled)
        files.append(
            DeclaredFile(
                name=name,
                alternatives=tuple(spelled for _, spelled in alternatives),
                max_bytes=parts["max_bytes"].size(DeclaredFile(name=name).max_bytes),
                required=parts["required"].flag(default=True),
            )
        )
    return tuple(files)


def _check_file_name(at: YamlNode, name: str, seen: set[str]) -> None:
    if name in seen:
        at.add_error(f"file name {name!r} appears twice; keep one", place=at.place)
    elif name and not FILE_NAME_PATTERN.fullmatch(name):
        at.add_error(
            f"{name!r} must be a plain file name, without folders or spaces", place=at.place
        )
    elif RESERVED_ON_WINDOWS.fullmatch(name):
        at.add_error(
            f"{name!r} must be another name: no file can be called so on Windows", place=at.place
        )

"""The attacks of hostile/: what their files say of themselves, and what is handed in.

An attack is a file, or a folder with a `tensors.py`. It begins with lines `# key: value`:

    ends                the checks (or `import`, `files`) that it is about, and how each ends
    earns               its points, of ten
    at level B, ends    what differs without namespaces
    at level B, earns
    walls               `both`: how it ends could depend on which wall of the sandbox holds, so it
                        is also run for an ordinary user and, at level B, without namespaces
    may start           how many processes the assignment allows; as a rule it may start none
    hands in            the file's name and, as an expression, its bytes, where these cannot be
                        written down as they are

A line `HOST = {}` is filled in with what an attacker may know of the machine. Of the three
functions that the assignment asks for, those that an attack does not define are added, and right.
"""

from __future__ import annotations

import ast
import json
import py_compile
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from autograder.model import Level
from tests.support.command_line import CLASS
from tests.support.places import CASES

FOLDER = CASES / "hostile"
RIGHT = (CLASS / "right" / "tensors" / "tensors.py").read_text(encoding="utf-8")
IMPORT_SECONDS, CHECK_SECONDS = 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One attack, and what must become of it."""

    name: str
    path: Path
    header: dict[str, str]

    @property
    def source(self) -> bytes:
        """The file that attacks."""
        return (self.path / "tensors.py" if self.path.is_dir() else self.path).read_bytes()

    @property
    def processes(self) -> int:
        """How many it may start; 1: none."""
        return int(self.header.get("may start", "1"))

    @property
    def depends_on_walls(self) -> bool:
        """Whether how it ends could depend on which wall of the sandbox holds."""
        return self.header.get("walls") == "both"

    def ends(self, level: Level) -> dict[str, str]:
        """How the checks end that it is about."""
        words = self.header.get(f"at level {level}, ends", self.header["ends"])
        return dict(item.split() for item in words.split(", "))

    def earns(self, level: Level) -> float:
        """Its points."""
        return float(self.header.get(f"at level {level}, earns", self.header["earns"]))

    def seconds(self, level: Level) -> int:
        """How long its limits let it wait."""
        ends = [check for check, end in self.ends(level).items() if end == "timeout"]
        return sum(IMPORT_SECONDS if check == "import" else CHECK_SECONDS for check in ends)


def cases() -> Iterator[Case]:
    """Every attack of the folder."""
    for path in sorted(FOLDER.iterdir()):
        source = path / "tensors.py" if path.is_dir() else path
        if source.suffix == ".py" and source.exists() and path.name != "conftest.py":
            lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
            found = [re.fullmatch(r"# ([a-zA-Z ,]+): (.*)", line) for line in lines]
            header = {match[1]: match[2] for match in found if match is not None}
            assert lines[0].startswith("# ends: "), f"{source}: its first line says how it ends"
            yield Case(name=path.stem, path=path, header=header)


def hand_in(case: Case, folder: Path, known: dict[str, Any]) -> None:
    """Put what the attacker hands in into `folder`."""
    if case.path.is_dir():
        shutil.copytree(case.path, folder)
        for extra in (p for p in folder.rglob("*") if p.is_file()):
            extra.write_bytes(_filled(extra.read_bytes(), known))
    folder.mkdir(parents=True, exist_ok=True)
    if "hands in" in case.header:
        name, _, expression = case.header["hands in"].partition(" ")
        (folder / name).write_bytes(eval(expression, {"json": json}))
        return
    written = _filled(case.source, known)
    defined = set(re.findall(rb"^def (\w+)", written, re.MULTILINE))
    for function in ast.parse(RIGHT).body:
        if isinstance(function, ast.FunctionDef) and function.name.encode() not in defined:
            written += b"\n\n" + ast.unparse(function).encode() + b"\n"
    (folder / "tensors.py").write_bytes(written)
    if (poison := folder / "poisoned.py").exists():
        cached = cache_from_source(str(folder / "tensors.py"))
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(poison), cached, "tensors.py", doraise=True, invalidation_mode=mode)


def _filled(source: bytes, known: dict[str, Any]) -> bytes:
    return re.sub(
        rb"^HOST = \{\}", lambda _: f"HOST = {known!r}".encode(), source, flags=re.MULTILINE
    )

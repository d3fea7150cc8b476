"""The lies of hostile/lies: what their files say of themselves, and what is handed in.

A lie is a file, or a folder with one of the assignment's name. It begins with lines `# key: value`:

    loses       the criteria that it must not earn in full
    earns       the most points that it may earn, with bonuses, without what a person decides
    proposes    the most points that checks may propose for a criterion that a person decides
    adjusts     the penalties that it must bring
    told        a phrase of a note that staff must get
    upon        the answer that it is appended to: `stub`, `solution`, `wrong/no_step.py`
    artifacts   the recipe of what is handed in beside code; as a rule, a sound one
    hands in    the name of a file beside code and, as an expression, its bytes

Other files of a folder are handed in too, but for `make.py`: its function `changed(files, data)`
returns what is handed in, given what would be without it, and the folder of the images.
"""

from __future__ import annotations

import importlib.util
import io
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

from autograder.model import Assignment
from autograder.verification.cases import SOUND_RECIPE, automatic_criteria, whole_source
from tests.support.places import CASES

FOLDER = CASES / "hostile" / "lies"
MAKER = "make.py"
DECLARATION = re.compile(r"# ([a-z ]+): (.*)")
KEYS = {"loses", "earns", "proposes", "adjusts", "told", "upon", "artifacts", "hands in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """A hand-in that forges what a worker says, and what must become of it."""

    path: Path  # of its file or its folder
    code: Path  # of the file that lies
    loses: frozenset[str]
    earns: Fraction | None  # at most; None: what it loses says enough
    proposes: tuple[str, Fraction] | None
    adjusts: frozenset[str]
    told: str  # empty: nothing
    upon: str  # empty: none
    recipe: str

    written: dict[str, str]  # expressions for the bytes of files, by name

    def files(self, assignment: Assignment, made: dict[str, bytes], data: Path) -> dict[str, bytes]:
        """Return what is handed in, given what a recipe made."""
        name = assignment.files[0].name
        places = {"": None, "stub": assignment.root / name, "solution": assignment.solution / name}
        below = places.get(self.upon, assignment.root / self.upon)
        honest = whole_source(below, assignment) if below is not None else ""
        files = {**made, name: honest.encode() + self.code.read_bytes(), **self._beside()}
        for other, expression in self.written.items():
            files[other] = eval(expression, {"saved": saved, "torch": torch})
        return self._changed(files, data)

    def _beside(self) -> dict[str, bytes]:
        if not self.path.is_dir():
            return {}
        files = [path for path in self.path.iterdir() if path.is_file()]
        return {p.name: p.read_bytes() for p in files if p.name not in (MAKER, self.code.name)}

    def _changed(self, files: dict[str, bytes], data: Path) -> dict[str, bytes]:
        maker = self.path / MAKER
        if not maker.is_file():
            return files
        spec = importlib.util.spec_from_file_location(f"made_for_{self.path.name}", maker)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        changed: dict[str, bytes] = module.changed(files, data)
        return changed


def saved(content: object) -> bytes:
    """Return what torch.save writes."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def lies_about(assignment: Assignment) -> list[Lie]:
    """Return the lies about an assignment, by name."""
    name = assignment.files[0].name
    files = sorted((FOLDER / assignment.id).glob(f"*{Path(name).suffix}"))
    folders = sorted(path.parent for path in (FOLDER / assignment.id).glob(f"*/{name}"))
    return [read_lie(path, path, assignment) for path in files] + [
        read_lie(folder, folder / name, assignment) for folder in folders
    ]


def read_lie(path: Path, code: Path, assignment: Assignment) -> Lie:
    """Return a lie and what the comment at its top declares."""
    declared: dict[str, str] = {}
    written: dict[str, str] = {}
    for line in code.read_text(encoding="utf-8").splitlines():
        found = DECLARATION.fullmatch(line)
        if found is None:
            break
        declared[found[1]] = found[2]
        if found[1] == "hands in":
            name, _, expression = found[2].partition(" ")
            written[name] = expression
    assert declared.keys() <= KEYS, path
    assert declared.keys() & {"loses", "earns"}, f"{path}: it says neither what it loses nor earns"
    loses = names_in(declared.get("loses", ""))
    assert loses <= automatic_criteria(assignment), path
    criterion, _, most = declared.get("proposes", "").partition(" ")
    return Lie(
        path=path,
        code=code,
        loses=loses,
        earns=Fraction(declared["earns"]) if "earns" in declared else None,
        proposes=(criterion, Fraction(most)) if criterion else None,
        adjusts=names_in(declared.get("adjusts", "")),
        told=declared.get("told", ""),
        upon=declared.get("upon", ""),
        recipe=declared.get("artifacts", SOUND_RECIPE),
        written=written,
    )


def names_in(declared: str) -> frozenset[str]:
    """Return the names of a list with commas."""
    return frozenset(name.strip() for name in declared.split(",") if name)

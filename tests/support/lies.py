"""The lies of hostile/lies: what their files say of themselves, and what is handed in.

A lie is a file, or a folder with one of the assignment's name. It begins with lines `# key: value`:

    loses       the criteria that it must not earn in full
    earns       the most points that it may earn, with bonuses, without what a person decides
    told        a phrase of a note that staff must get
    upon        the answer that it is appended to: `stub`, `solution`, `wrong/no_step.py`
    artifacts   the recipe of what is handed in beside code; as a rule, a sound one

Other files of a folder are handed in too, but for `make.py`: its function `changed(files, images)`
returns the files to hand in, given those that the recipe made and the images of the test.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder.checks import ImageSet
from autograder.model import Assignment
from autograder.verification.cases import SOUND_RECIPE, automatic_criteria, whole_source
from tests.support.places import CASES

FOLDER = CASES / "hostile" / "lies"
MAKER = "make.py"
DECLARATION = re.compile(r"# ([a-z]+): (.*)")
KEYS = {"loses", "earns", "told", "upon", "artifacts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """A hand-in that forges what a worker says, and what must become of it."""

    path: Path  # of its file or its folder
    code: Path  # of the file that lies
    loses: frozenset[str]
    earns: Fraction | None  # at most; None: what it loses says enough
    told: str  # empty: nothing
    upon: str  # empty: none
    recipe: str

    def content(self, assignment: Assignment) -> bytes:
        """Return the content of the assignment's first file."""
        name = assignment.files[0].name
        places = {"": None, "stub": assignment.root / name, "solution": assignment.solution / name}
        below = places.get(self.upon, assignment.root / self.upon)
        honest = whole_source(below, assignment) if below is not None else ""
        return honest.encode() + self.code.read_bytes()

    def beside(self) -> dict[str, bytes]:
        """Return what the folder holds beside its code."""
        if not self.path.is_dir():
            return {}
        files = [path for path in self.path.iterdir() if path.is_file()]
        return {p.name: p.read_bytes() for p in files if p.name not in (MAKER, self.code.name)}

    def changed(self, made: dict[str, bytes], images: ImageSet | None) -> dict[str, bytes]:
        """Return the files beside the code, given those that a recipe made."""
        maker = self.path / MAKER
        if not maker.is_file():
            return {**made, **self.beside()}
        spec = importlib.util.spec_from_file_location(f"made_for_{self.path.name}", maker)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        files: dict[str, bytes] = module.changed(dict(made), images)
        return {**files, **self.beside()}


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
    declared = {}
    for line in code.read_text(encoding="utf-8").splitlines():
        found = DECLARATION.fullmatch(line)
        if found is None:
            break
        declared[found[1]] = found[2]
    assert declared.keys() <= KEYS, path
    assert declared.keys() & {"loses", "earns"}, f"{path}: it says neither what it loses nor earns"
    loses = frozenset(name.strip() for name in declared.get("loses", "").split(",") if name)
    assert loses <= automatic_criteria(assignment), path
    return Lie(
        path=path,
        code=code,
        loses=loses,
        earns=Fraction(declared["earns"]) if "earns" in declared else None,
        told=declared.get("told", ""),
        upon=declared.get("upon", ""),
        recipe=declared.get("artifacts", SOUND_RECIPE),
    )

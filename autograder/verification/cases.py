"""Cases: answers whose marks are known beforehand, and what the comment at their top declares."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from fractions import Fraction
from pathlib import Path
from typing import Literal

from autograder.errors import CourseError
from autograder.model import Assignment
from autograder.text.suggestions import did_you_mean
from autograder.verification.overrides import BASE, OVERRIDE_KEYS, Declarations, merged_source

Kind = Literal["solution", "stub", "right", "wrong", "generic"]

LOSES = "# loses:"
SOUND = "sound"  # the recipe of artifacts that agree with the code
LINE = re.compile(r"# ?([a-z]+): *(.*?) *")
KEYS = ("loses", "right", "adjusts", "proposes", "artifacts", *OVERRIDE_KEYS)
PROPOSAL = re.compile(r"(\S+) *(<=|>=|<|>|=) *(\d+(?:/[1-9]\d*)?)", re.ASCII)
COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a case's checks must propose for a criterion that a person decides, e.g.
    `product.code.clean < 2`.
    """

    criterion: str
    relation: str
    points: Fraction

    def holds(self, proposed: Fraction) -> bool:
        """Whether `proposed` is as declared."""
        return COMPARE[self.relation](proposed, self.points)

    @property
    def words(self) -> str:
        """As it was declared."""
        return f"{self.criterion} {self.relation} {self.points}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer whose marks are known beforehand."""

    name: str  # e.g. "wrong/no_skip.py"
    kind: Kind
    path: Path  # of the whole file that is handed in; of an override, the merged one
    declared_in: Path  # the file that its author wrote
    loses: frozenset[str] = frozenset()  # the automatic criteria that it must not earn in full
    adjusts: frozenset[str] = frozenset()  # the bonuses and penalties that it must bring
    proposes: tuple[Proposal, ...] = ()
    recipe: str = ""  # how its artifacts are made; empty: none are
    says: str = ""  # what it is, in its own words


def automatic(assignment: Assignment) -> frozenset[str]:
    """The criteria that checks decide."""
    return frozenset(c.id for c in assignment.criteria if not c.manual)


def cases_of(assignment: Assignment, folder: Path) -> list[Case]:
    """Return the solution, the stub, and every file of right/ and wrong/.

    An override is merged with its base into `folder`. CourseError where a file is malformed.
    """
    name = assignment.files[0].name
    solution, stub = assignment.solution / name, assignment.root / name
    missing = [
        f"{path}: no such file; verify needs it" for path in (solution, stub) if not path.is_file()
    ]
    if missing:
        raise CourseError(*missing)
    return [
        Case(name="solution", kind="solution", path=solution, declared_in=solution, recipe=SOUND),
        Case(
            name="stub",
            kind="stub",
            path=stub,
            declared_in=stub,
            loses=automatic(assignment),
        ),
        *(_declared(path, "right", assignment, folder) for path in _answers(assignment, "right")),
        *(_declared(path, "wrong", assignment, folder) for path in _answers(assignment, "wrong")),
    ]


def select(cases: Iterable[Case], patterns: Sequence[str]) -> list[Case]:
    """The cases whose names match one of the patterns, or all where there is none."""
    return [
        c
        for c in cases
        if not patterns or any(fnmatchcase(c.name, pattern) for pattern in patterns)
    ]


def _answers(assignment: Assignment, folder: str) -> list[Path]:
    suffixes = {Path(name).suffix for name in assignment.source_names}
    return sorted(p for p in (assignment.root / folder).glob("*") if p.suffix in suffixes)


def _declared(
    path: Path, kind: Literal["right", "wrong"], assignment: Assignment, folder: Path
) -> Case:
    """Return the case that a file of right/ or wrong/ declares."""
    lines = read_header(path)
    _check_keys(path, kind, lines)
    says = lines["right"][1] if "right" in lines else _title(path)
    known = automatic(assignment)
    return Case(
        name=f"{kind}/{path.name}",
        kind=kind,
        path=_whole(path, lines, assignment, folder / assignment.id / kind),
        declared_in=path,
        loses=frozenset(_criterion(*e, "lose", known) for e in _entries(path, lines, "loses")),
        adjusts=frozenset(name for _, name in _entries(path, lines, "adjusts")),
        proposes=tuple(_proposal(*e, assignment) for e in _entries(path, lines, "proposes")),
        recipe=lines.get("artifacts", (0, SOUND))[1],
        says=says,
    )


def _check_keys(path: Path, kind: str, lines: Declarations) -> None:
    """Raise CourseError where a header lacks a key or has one that its kind may not have."""
    if kind == "wrong" and "loses" not in lines:
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        raise CourseError(f"{path}:1: expected `{LOSES} <criterion>, ...`, got {first[:60]!r}")
    if kind == "right" and "loses" in lines:
        number = lines["loses"][0]
        raise CourseError(f"{path}:{number}: a right answer loses nothing; move it to wrong/")
    own = [key for key in OVERRIDE_KEYS if key in lines]
    if kind == "right" and own:
        raise CourseError(
            f"{path}:{lines[own[0]][0]}: a right answer is a whole file, without {own[0]!r}"
        )
    if own and BASE not in lines:
        number = lines[own[0]][0]
        raise CourseError(f"{path}:{number}: {own[0]!r} needs a line `# {BASE}: solution`")


def _whole(path: Path, lines: Declarations, assignment: Assignment, folder: Path) -> Path:
    """Return the path of a whole answer: the file itself, or an override merged in `folder`."""
    if BASE not in lines:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    merged = folder / path.name
    merged.write_text(merged_source(path, lines, assignment), encoding="utf-8")
    return merged


def whole_source(path: Path, assignment: Assignment) -> str:
    """Return the text of a whole answer: the file's own or, of an override, the merged one."""
    lines = read_header(path)
    return merged_source(path, lines, assignment) if BASE in lines else path.read_text("utf-8")


def read_header(path: Path) -> dict[str, tuple[int, str]]:
    """Return what the comment at the top of a file declares, by key: the line and the value."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("#"):
            break
        declared = LINE.fullmatch(line)
        if declared is None:
            continue
        key, value = declared.groups()
        if key in KEYS:
            found[key] = (number, value)
        elif hint := did_you_mean(key, KEYS):
            raise CourseError(f"{path}:{number}: {key!r} declares nothing{hint}")
    return found


def _title(path: Path) -> str:
    """Return the first line of a docstring, or the first comment that declares nothing."""
    for line in path.read_text(encoding="utf-8").splitlines():
        declared = LINE.fullmatch(line)
        if declared is not None and declared[1] in KEYS:
            continue
        return line.strip('#" ')
    return ""


def _entries(path: Path, lines: Declarations, key: str) -> list[tuple[str, str]]:
    """The parts of a declaration, each with its place."""
    number, value = lines.get(key, (0, ""))
    return [(f"{path}:{number}", part.strip()) for part in value.split(",") if part.strip()]


def _criterion(place: str, name: str, what: str, known: Iterable[str]) -> str:
    if name not in known:
        raise CourseError(
            f"{place}: no criterion {name!r} to {what}{did_you_mean(name, sorted(known))}"
        )
    return name


def _proposal(place: str, text: str, assignment: Assignment) -> Proposal:
    parts = PROPOSAL.fullmatch(text)
    if parts is None:
        raise CourseError(
            f"{place}: expected `<criterion> < <points>`, or =, > and the like, got {text!r}"
        )
    criterion = _criterion(
        place, parts[1], "propose for", frozenset(c.id for c in assignment.criteria if c.manual)
    )
    return Proposal(criterion=criterion, relation=parts[2], points=Fraction(parts[3]))

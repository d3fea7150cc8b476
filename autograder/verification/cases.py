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

Kind = Literal["solution", "stub", "right", "wrong", "generic"]

LOSES = "# loses:"
SOUND = "sound"  # the recipe of artifacts that agree with the code
LINE = re.compile(r"# ?([a-z]+): *(.*?) *")
KEYS = ("loses", "right", "adjusts", "proposes", "artifacts")
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
    path: Path
    loses: frozenset[str] = frozenset()  # the automatic criteria that it must not earn in full
    adjusts: frozenset[str] = frozenset()  # the bonuses and penalties that it must bring
    proposes: tuple[Proposal, ...] = ()
    recipe: str = ""  # how its artifacts are made; empty: none are
    says: str = ""  # what it is, in its own words


def automatic(assignment: Assignment) -> frozenset[str]:
    """The criteria that checks decide."""
    return frozenset(c.id for c in assignment.criteria if not c.manual)


def cases_of(assignment: Assignment) -> list[Case]:
    """The solution, the stub, and every file of right/ and wrong/; CourseError where one is
    malformed.
    """
    name = assignment.files[0].name
    stub = assignment.root / name
    cases = [
        Case(name="solution", kind="solution", path=assignment.solution / name, recipe=SOUND),
        Case(name="stub", kind="stub", path=stub, loses=automatic(assignment)),
    ]
    missing = [f"{c.path}: no such file; verify needs it" for c in cases if not c.path.is_file()]
    if missing:
        raise CourseError(*missing)
    cases += [_declared(path, "right", assignment) for path in _answers(assignment, "right")]
    cases += [_declared(path, "wrong", assignment) for path in _answers(assignment, "wrong")]
    return cases


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


def _declared(path: Path, kind: Literal["right", "wrong"], assignment: Assignment) -> Case:
    lines = _header(path)
    if kind == "wrong" and "loses" not in lines:
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        raise CourseError(f"{path}:1: expected `{LOSES} <criterion>, ...`, got {first[:60]!r}")
    if kind == "right" and "loses" in lines:
        raise CourseError(
            f"{path}:{lines['loses'][0]}: a right answer loses nothing; move it to wrong/"
        )
    return Case(
        name=f"{kind}/{path.name}",
        kind=kind,
        path=path,
        loses=frozenset(
            _criterion(*e, "lose", automatic(assignment)) for e in _entries(path, lines, "loses")
        ),
        adjusts=frozenset(name for _, name in _entries(path, lines, "adjusts")),
        proposes=tuple(
            _proposal(*entry, assignment) for entry in _entries(path, lines, "proposes")
        ),
        recipe=lines.get("artifacts", (0, SOUND))[1],
        says=lines["right"][1] if "right" in lines else _title(path),
    )


def _header(path: Path) -> dict[str, tuple[int, str]]:
    """The declarations in the comment at the top of a file: by key the line's number and its value."""
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
    """The first sentence of a case: of its docstring, or the first comment that declares nothing."""
    for line in path.read_text(encoding="utf-8").splitlines():
        declared = LINE.fullmatch(line)
        if declared is not None and declared[1] in KEYS:
            continue
        return line.strip('#" ')
    return ""


def _entries(path: Path, lines: dict[str, tuple[int, str]], key: str) -> list[tuple[str, str]]:
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

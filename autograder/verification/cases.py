"""Cases: answers whose marks are known beforehand, as the comment at their top declares them."""

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

CaseKind = Literal["solution", "stub", "right", "wrong", "generated", "puppet"]

PUPPET = "puppet"  # declares the criteria for which an answer does no work
EVERY_CRITERION = "all"
SOUND_RECIPE = "sound"  # makes artifacts that agree with the code
DECLARATION = re.compile(r"# ?([a-z]+): *(.*?) *")
DECLARATION_KEYS = ("loses", "puppet", "right", "adjusts", "proposes", "artifacts", *OVERRIDE_KEYS)
PROPOSAL = re.compile(r"(\S+) *(<=|>=|<|>|=) *(\d+(?:/[1-9]\d*)?)", re.ASCII)
COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
MAX_QUOTED_CHARS = 60  # of a malformed first line, in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedProposal:
    """The points that checks must propose for a criterion that a person decides.

    It is declared as, for example, `product.code.clean < 2`.
    """

    criterion: str
    relation: str
    points: Fraction

    def holds(self, proposed: Fraction) -> bool:
        """Return whether `proposed` is as declared."""
        return COMPARISONS[self.relation](proposed, self.points)

    @property
    def text(self) -> str:
        """The declaration."""
        return f"{self.criterion} {self.relation} {self.points}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer whose marks are known beforehand."""

    name: str  # e.g. "wrong/no_skip.py"
    kind: CaseKind
    path: Path  # of the whole file that is handed in; of an override, the merged one
    declared_in: Path  # the file that its author wrote
    loses: frozenset[str] = frozenset()  # the automatic criteria that it must not earn in full
    adjusts: frozenset[str] = frozenset()  # the bonuses and penalties that it must bring
    proposes: tuple[ExpectedProposal, ...] = ()
    # Automatic criteria for which it does no work: what it earns there is their free lunch.
    puppet: frozenset[str] = frozenset()
    recipe: str = ""  # by which its artifacts are made; empty: it has none
    description: str = ""  # one sentence


def automatic_criteria(assignment: Assignment) -> frozenset[str]:
    """Return the criteria that checks decide."""
    return frozenset(c.id for c in assignment.criteria if not c.manual)


def cases_of(assignment: Assignment, folder: Path) -> list[Case]:
    """Return the solution, the stub, and every file of right/ and wrong/.

    An override is merged with its base into `folder`. CourseError where a file is malformed.
    """
    name = assignment.files[0].name
    solution, stub = assignment.solution / name, assignment.root / name
    missing = [path for path in (solution, stub) if not path.is_file()]
    if missing:
        raise CourseError(*(f"{path}: no such file; verify needs it" for path in missing))
    return [
        Case(
            name="solution",
            kind="solution",
            path=solution,
            declared_in=solution,
            recipe=SOUND_RECIPE,
        ),
        Case(
            name="stub",
            kind="stub",
            path=stub,
            declared_in=stub,
            loses=automatic_criteria(assignment),
        ),
        *_declared_cases("right", assignment, folder),
        *_declared_cases("wrong", assignment, folder),
    ]


def select_cases(cases: Iterable[Case], patterns: Sequence[str]) -> list[Case]:
    """Return the cases whose names match one of the patterns, or all where there is no pattern."""

    def is_selected(case: Case) -> bool:
        return not patterns or any(fnmatchcase(case.name, pattern) for pattern in patterns)

    return [case for case in cases if is_selected(case)]


def whole_source(path: Path, assignment: Assignment) -> str:
    """Return the text of a whole answer: the file's own or, of an override, the merged one."""
    lines = read_header(path)
    return merged_source(path, lines, assignment) if BASE in lines else path.read_text("utf-8")


def read_header(path: Path) -> dict[str, tuple[int, str]]:
    """Return what the comment at the top of a file declares, by key: the line and the value."""
    lines: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("#"):
            break
        declaration = DECLARATION.fullmatch(line)
        if declaration is None:
            continue
        key, value = declaration.groups()
        if key in DECLARATION_KEYS:
            lines[key] = (number, value)
        elif hint := did_you_mean(key, DECLARATION_KEYS):
            raise CourseError(f"{path}:{number}: {key!r} declares nothing{hint}")
    return lines


def _declared_cases(
    kind: Literal["right", "wrong"], assignment: Assignment, folder: Path
) -> list[Case]:
    """Return the cases of right/ or wrong/, by name."""
    suffixes = {Path(name).suffix for name in assignment.source_names}
    paths = sorted(p for p in (assignment.root / kind).glob("*") if p.suffix in suffixes)
    return [_declared_case(path, kind, assignment, folder) for path in paths]


def _declared_case(
    path: Path, kind: Literal["right", "wrong"], assignment: Assignment, folder: Path
) -> Case:
    """Return the case that a file of right/ or wrong/ declares."""
    lines = read_header(path)
    _check_keys(path, kind, lines)
    automatic = automatic_criteria(assignment)
    puppet = _puppet_criteria(path, lines, automatic)
    loses = (_criterion(*entry, "lose", automatic) for entry in _entries(path, lines, "loses"))
    proposes = (_proposal(*entry, assignment) for entry in _entries(path, lines, "proposes"))
    return Case(
        name=f"{kind}/{path.name}",
        kind="puppet" if puppet else kind,
        path=_whole_file(path, lines, assignment, folder / assignment.id / kind),
        declared_in=path,
        loses=frozenset(loses),
        adjusts=frozenset(name for _, name in _entries(path, lines, "adjusts")),
        proposes=tuple(proposes),
        puppet=puppet,
        recipe=lines.get("artifacts", (0, SOUND_RECIPE))[1],
        description=lines["right"][1] if "right" in lines else _title(path),
    )


def _check_keys(path: Path, kind: str, lines: Declarations) -> None:
    """Raise CourseError where a header lacks a key or has one that its kind may not have."""
    if kind == "wrong" and not {"loses", PUPPET} & set(lines):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0][:MAX_QUOTED_CHARS]
        raise CourseError(f"{path}:1: expected `# loses: <criterion>, ...`, got {first!r}")
    if kind == "wrong" and {"loses", PUPPET} <= set(lines):
        number = lines["loses"][0]
        raise CourseError(f"{path}:{number}: a puppet's points are its free lunch; leave this out")
    if kind == "right" and {"loses", PUPPET} & set(lines):
        number = next(lines[key][0] for key in ("loses", PUPPET) if key in lines)
        raise CourseError(f"{path}:{number}: a right answer loses nothing; move it to wrong/")
    override_key = next((key for key in OVERRIDE_KEYS if key in lines), None)
    if override_key is None:
        return
    place = f"{path}:{lines[override_key][0]}"
    if kind == "right":
        raise CourseError(f"{place}: a right answer is a whole file, without {override_key!r}")
    if BASE not in lines:
        raise CourseError(f"{place}: {override_key!r} needs a line `# {BASE}: solution`")


def _puppet_criteria(path: Path, lines: Declarations, automatic: frozenset[str]) -> frozenset[str]:
    """Return the criteria for which a puppet does no work; none where the file is no puppet."""
    entries = _entries(path, lines, PUPPET)
    if PUPPET in lines and not entries:
        number = lines[PUPPET][0]
        raise CourseError(
            f"{path}:{number}: expected `# puppet: <criterion>, ...` or `# puppet: all`"
        )
    if [name for _, name in entries] == [EVERY_CRITERION]:
        return automatic
    return frozenset(_criterion(*entry, "be a puppet of", automatic) for entry in entries)


def _whole_file(path: Path, lines: Declarations, assignment: Assignment, folder: Path) -> Path:
    """Return the path of a whole answer: the file itself, or an override merged in `folder`."""
    if BASE not in lines:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    merged = folder / path.name
    merged.write_text(merged_source(path, lines, assignment), encoding="utf-8")
    return merged


def _title(path: Path) -> str:
    """Return the first line of a docstring, or the first comment that declares nothing."""
    for line in path.read_text(encoding="utf-8").splitlines():
        declaration = DECLARATION.fullmatch(line)
        if declaration is None or declaration[1] not in DECLARATION_KEYS:
            return line.strip('#" ')
    return ""


def _entries(path: Path, lines: Declarations, key: str) -> list[tuple[str, str]]:
    """Return the parts of a declaration, each with its place."""
    number, value = lines.get(key, (0, ""))
    return [(f"{path}:{number}", part.strip()) for part in value.split(",") if part.strip()]


def _criterion(place: str, name: str, purpose: str, known: Iterable[str]) -> str:
    if name not in known:
        hint = did_you_mean(name, sorted(known))
        raise CourseError(f"{place}: no criterion {name!r} to {purpose}{hint}")
    return name


def _proposal(place: str, text: str, assignment: Assignment) -> ExpectedProposal:
    parts = PROPOSAL.fullmatch(text)
    if parts is None:
        expected = "`<criterion> < <points>`, or =, > and the like"
        raise CourseError(f"{place}: expected {expected}, got {text!r}")
    manual = frozenset(c.id for c in assignment.criteria if c.manual)
    criterion = _criterion(place, parts[1], "propose for", manual)
    return ExpectedProposal(criterion=criterion, relation=parts[2], points=Fraction(parts[3]))

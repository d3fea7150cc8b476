"""The source of an assignment: its solution in jupytext's percent format, with regions tied to
criteria.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import CourseError
from autograder.model import Assignment, Lang
from autograder.release.markers import BEGIN, Region, Slip, regions_of
from autograder.text.suggestions import did_you_mean

HEADER = re.compile(r"# %%(?P<markdown> \[markdown\])?(?P<keys>.*)")
KEY = re.compile(r'(\w+)="([^"]*)"')
KEYS = {"criteria", "lang"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the source."""

    name: str  # unique in the source: of the first thing that it defines, or by its number
    is_markdown: bool
    text: str  # markdown without the comment signs
    line: int  # of its header
    criteria: tuple[str, ...] = ()  # ids that its solution regions decide
    lang: Lang | None = None  # released in that language only


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A solution, read."""

    file: str  # relative to the course's root
    cells: tuple[Cell, ...]
    regions: tuple[Region, ...]
    lines: tuple[str, ...]


def read_source(assignment: Assignment) -> Source:
    """The source of an assignment; CourseError with one complaint per mistake, each `file:line:
    what is wrong`.
    """
    path = assignment.solution / assignment.files[0].name
    file = path.relative_to(assignment.root.parent.parent).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, file)
    except OSError as error:
        raise CourseError(
            f"{file}: {error.strerror}; the solution is what a release is made from"
        ) from error
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 1) or 1
        raise CourseError(
            f"{file}:{line}: cannot be read as Python: {getattr(error, 'msg', error)}"
        ) from error
    regions, slips = regions_of(text)
    lines = text.split("\n")
    cells = list(_cells(lines, tree, slips))
    slips += [slip for cell in cells for slip in _of_cell(cell, assignment)]
    if lines and not lines[0].startswith("# %%"):
        slips.append(Slip(line=1, what="expected a cell's header, `# %%` or `# %% [markdown]`"))
    if slips:
        raise CourseError(
            *(f"{file}:{s.line}: {s.what}" for s in sorted(slips, key=lambda s: s.line))
        )
    return Source(file=file, cells=tuple(cells), regions=tuple(regions), lines=tuple(lines))


def _cells(lines: list[str], tree: ast.Module, slips: list[Slip]) -> Iterator[Cell]:
    starts = [n for n, line in enumerate(lines) if line.startswith("# %%")]
    names: set[str] = set()
    for number, (start, end) in enumerate(
        zip(starts, [*starts[1:], len(lines)], strict=True), start=1
    ):
        header = HEADER.fullmatch(lines[start])
        assert header is not None
        keys = dict(KEY.findall(header["keys"]))
        if unknown := sorted(keys.keys() - KEYS):
            near = did_you_mean(unknown[0], KEYS)
            slips.append(
                Slip(line=start + 1, what=f"no key {unknown[0]!r}; expected criteria or lang{near}")
            )
        is_markdown = header["markdown"] is not None
        body = (
            [re.sub(r"^# ?", "", line) for line in lines[start + 1 : end]]
            if is_markdown
            else lines[start + 1 : end]
        )
        defined = [
            node.name
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and start < node.lineno <= end
        ]
        name = defined[0] if defined and defined[0] not in names else f"cell-{number}"
        names.add(name)
        lang: Lang | None = {"es": "es", "en": "en"}.get(keys.get("lang", ""))  # type: ignore[assignment]
        yield Cell(
            name=name,
            is_markdown=is_markdown,
            text="\n".join(body).strip("\n"),
            line=start + 1,
            criteria=tuple(keys.get("criteria", "").split()),
            lang=lang,
        )


def _of_cell(cell: Cell, assignment: Assignment) -> Iterator[Slip]:
    known = [c.id for c in assignment.criteria]
    for id in cell.criteria:
        if id not in known:
            near = did_you_mean(id, known)
            yield Slip(line=cell.line, what=f"{assignment.id} decides no criterion {id!r}{near}")
    if BEGIN in cell.text and not cell.criteria:
        what = (
            'a solution without a criterion; expected `# %% criteria="<id> ..."`, as in grading.yml'
        )
        yield Slip(line=cell.line, what=what)
    if cell.criteria and BEGIN not in cell.text:
        yield Slip(
            line=cell.line,
            what="criteria without a solution region; add the markers, or remove the key",
        )

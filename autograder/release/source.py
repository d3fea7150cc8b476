"""The source of an assignment: its solution in percent format, with regions tied to criteria."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import CourseError
from autograder.model import Assignment, Lang
from autograder.release.markers import BEGIN, SolutionRegion, SourceMistake, regions_of
from autograder.text.suggestions import did_you_mean

CELL_MARKER = "# %%"
CELL_HEADER = re.compile(r"# %%(?P<markdown> \[markdown\])?(?P<keys>.*)")
HEADER_KEY = re.compile(r'(\w+)="([^"]*)"')
KNOWN_KEYS = {"criteria", "lang"}
LANGS: dict[str, Lang] = {"es": "es", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCell:
    """A cell of the source."""

    name: str  # unique in the source: of the first thing that it defines, or by its number
    is_markdown: bool
    text: str  # markdown without the comment signs
    line: int  # of its header
    criteria: tuple[str, ...] = ()  # ids that its solution regions decide
    lang: Lang | None = None  # it is released in that language only


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionSource:
    """A solution, divided into cells and regions."""

    file: str  # relative to the course's root
    cells: tuple[SourceCell, ...]
    regions: tuple[SolutionRegion, ...]
    lines: tuple[str, ...]


def read_source(assignment: Assignment) -> SolutionSource:
    """Read the source of an assignment; CourseError with a `file:line: reason` for each mistake."""
    path = assignment.solution / assignment.files[0].name
    file = path.relative_to(assignment.root.parent.parent).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, file)
    except OSError as error:
        reason = f"{error.strerror}; the solution is what a release is made from"
        raise CourseError(f"{file}: {reason}") from error
    except (SyntaxError, ValueError) as error:
        place = f"{file}:{getattr(error, 'lineno', 1) or 1}"
        reason = f"cannot be read as Python: {getattr(error, 'msg', error)}"
        raise CourseError(f"{place}: {reason}") from error
    regions, mistakes = regions_of(text)
    lines = text.split("\n")
    cells = list(_read_cells(lines, tree, mistakes))
    for cell in cells:
        mistakes += _cell_mistakes(cell, assignment)
    if not text.startswith(CELL_MARKER):
        reason = "expected a cell's header, `# %%` or `# %% [markdown]`"
        mistakes.append(SourceMistake(line=1, reason=reason))
    if mistakes:
        mistakes.sort(key=lambda mistake: mistake.line)
        raise CourseError(*(f"{file}:{mistake.line}: {mistake.reason}" for mistake in mistakes))
    return SolutionSource(file=file, cells=tuple(cells), regions=tuple(regions), lines=tuple(lines))


def _read_cells(
    lines: list[str], tree: ast.Module, mistakes: list[SourceMistake]
) -> Iterator[SourceCell]:
    """Yield the cells of a source; add the mistakes of their headers to `mistakes`."""
    starts = [index for index, line in enumerate(lines) if line.startswith(CELL_MARKER)]
    names: set[str] = set()
    bounds = zip(starts, [*starts[1:], len(lines)], strict=True)
    for number, (start, end) in enumerate(bounds, start=1):
        header = CELL_HEADER.fullmatch(lines[start])
        assert header is not None
        keys = dict(HEADER_KEY.findall(header["keys"]))
        if unknown := sorted(keys.keys() - KNOWN_KEYS):
            hint = did_you_mean(unknown[0], KNOWN_KEYS)
            reason = f"no key {unknown[0]!r}; expected criteria or lang{hint}"
            mistakes.append(SourceMistake(line=start + 1, reason=reason))
        is_markdown = header["markdown"] is not None
        body = lines[start + 1 : end]
        if is_markdown:
            body = [re.sub(r"^# ?", "", line) for line in body]
        defined = _first_definition(tree, start, end)
        name = defined if defined and defined not in names else f"cell-{number}"
        names.add(name)
        yield SourceCell(
            name=name,
            is_markdown=is_markdown,
            text="\n".join(body).strip("\n"),
            line=start + 1,
            criteria=tuple(keys.get("criteria", "").split()),
            lang=LANGS.get(keys.get("lang", "")),
        )


def _first_definition(tree: ast.Module, start: int, end: int) -> str:
    """Return the first function or class of the lines after `start` up to `end`; empty: none."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and start < node.lineno <= end:
            return node.name
    return ""


def _cell_mistakes(cell: SourceCell, assignment: Assignment) -> Iterator[SourceMistake]:
    """Yield what is wrong with a cell's criteria."""
    known = [criterion.id for criterion in assignment.criteria]
    for name in cell.criteria:
        if name not in known:
            reason = f"{assignment.id} decides no criterion {name!r}{did_you_mean(name, known)}"
            yield SourceMistake(line=cell.line, reason=reason)
    if BEGIN in cell.text and not cell.criteria:
        expected = '`# %% criteria="<id> ..."`, as in grading.yml'
        reason = f"a solution without a criterion; expected {expected}"
        yield SourceMistake(line=cell.line, reason=reason)
    if cell.criteria and BEGIN not in cell.text:
        reason = "criteria without a solution region; add the markers, or remove the key"
        yield SourceMistake(line=cell.line, reason=reason)

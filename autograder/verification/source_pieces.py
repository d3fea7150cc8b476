"""Sources as pieces: statements of Python files and entries of YAML files, with their text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

DOCSTRING = "__doc__"  # the name of a docstring's piece
MAIN = "__main__"  # the name of `if __name__ == "__main__":`
KINDS: dict[type[ast.stmt], str] = {
    ast.ClassDef: "class",
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.Assign: "assignment",
    ast.AnnAssign: "assignment",
    ast.Import: "import",
    ast.ImportFrom: "import",
}


class SourceError(Exception):
    """A source that cannot be divided: the line and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(slots=True, kw_only=True)
class Piece:
    """A statement or an entry."""

    kind: str  # in words: class, function, assignment, import, statement, entry
    names: frozenset[str] = frozenset()  # that it binds; empty where it only does something
    line: int  # of its first line in its file
    lead: list[str]  # the blank lines and comments before it
    lines: list[str]  # of a class only decorators and head; its statements are in `body`
    body: list[Piece] | None = None  # None: not a class
    has_bare_head: bool = False  # `class X:`, without bases and decorators

    @property
    def is_plain_import(self) -> bool:
        """Say whether it is an import, but not one of `__future__`, which must come first."""
        return self.kind == "import" and not self.lines[0].startswith("from __future__")

    @property
    def title(self) -> str:
        """Return its names, as messages show them."""
        return ", ".join(sorted(self.names))

    def text(self) -> Iterator[str]:
        """Yield all its lines, without those before it."""
        yield from self.lines
        for piece in self.body or ():
            yield from piece.lead
            yield from piece.text()


@dataclass(slots=True, kw_only=True)
class Pieces:
    """A source, divided."""

    head: list[str] = field(default_factory=list)  # the comment at its top, and its docstring
    pieces: list[Piece]
    tail: list[str]  # what follows the last piece

    def text(self) -> str:
        """Return the source."""
        lines = [*self.head]
        for piece in self.pieces:
            lines += [*piece.lead, *piece.text()]
        return "\n".join([*lines, *self.tail])


def python_pieces(source: str) -> Pieces:
    """Divide a Python source; SourceError where it has no syntax tree."""
    lines = source.split("\n")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        reason = f"cannot be read as Python: {getattr(error, 'msg', error)}"
        raise SourceError(getattr(error, "lineno", None) or 1, reason) from error
    pieces = _statements(tree.body, lines, 0)
    end = tree.body[-1].end_lineno or 0 if tree.body else 0
    return _without_head(pieces, lines[end:])


def yaml_pieces(source: str) -> Pieces:
    """Divide a YAML source into the entries of its mapping; SourceError where it is none."""
    lines = source.split("\n")
    try:
        node = yaml.compose(source, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = f"cannot be read as YAML: {getattr(error, 'problem', None) or error}"
        raise SourceError(mark.line + 1 if mark else 1, reason) from error
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise SourceError(1, "expected a mapping with one entry a line")
    starts = [key.start_mark.line for key, _ in node.value]
    pieces: list[Piece] = []
    end = 0
    for (key, _), start, following in zip(
        node.value, starts, [*starts[1:], len(lines)], strict=True
    ):
        lead, end = lines[end:start], _end_of_entry(lines, start, following)
        names = frozenset({str(key.value)})
        entry = lines[start:end]
        pieces.append(Piece(kind="entry", names=names, line=start + 1, lead=lead, lines=entry))
    return _without_head(pieces, lines[end:])


def _end_of_entry(lines: Sequence[str], start: int, following: int) -> int:
    """Return the index after an entry's last line: comments and blank lines belong to the next."""
    end = following
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _without_head(pieces: list[Piece], tail: list[str]) -> Pieces:
    """Take the comment at the top of a file and its docstring out of its pieces."""
    if pieces and DOCSTRING in pieces[0].names:
        first = pieces.pop(0)
        return Pieces(head=[*first.lead, *first.lines], pieces=pieces, tail=tail)
    lead = pieces[0].lead if pieces else tail
    count = next((n for n, line in enumerate(lead) if not line.startswith("#")), len(lead))
    head = lead[:count]
    del lead[:count]
    return Pieces(head=head, pieces=pieces, tail=tail)


def _statements(body: Sequence[ast.stmt], lines: Sequence[str], end: int) -> list[Piece]:
    """Divide the statements of a file or of a class whose head ends before line index `end`."""
    pieces = []
    for position, statement in enumerate(body):
        decorators = getattr(statement, "decorator_list", [])
        start = min(node.lineno for node in (statement, *decorators)) - 1
        if start < end:
            raise SourceError(start + 1, "expected every statement on lines of its own")
        is_docstring = position == 0 and _is_text(statement)
        names = frozenset({DOCSTRING}) if is_docstring else _bound_names(statement)
        piece = Piece(
            names=names,
            line=start + 1,
            lead=list(lines[end:start]),
            lines=list(lines[start : statement.end_lineno]),
            kind=KINDS.get(type(statement), "statement"),
        )
        if isinstance(statement, ast.ClassDef):
            _divide_class(piece, statement, lines)
        pieces.append(piece)
        end = statement.end_lineno or start + 1
    return pieces


def _divide_class(piece: Piece, statement: ast.ClassDef, lines: Sequence[str]) -> None:
    """Divide a class into its head and its statements; one on a single line stays whole."""
    if statement.body[0].lineno == statement.lineno:
        return
    arguments = [*statement.bases, *(keyword.value for keyword in statement.keywords)]
    head_end = max([statement.lineno, *(argument.end_lineno or 0 for argument in arguments)])
    while not lines[head_end - 1].split("#")[0].rstrip().endswith(":"):
        head_end += 1
    piece.has_bare_head = not (statement.bases or statement.keywords or statement.decorator_list)
    piece.body = _statements(statement.body, lines, head_end)
    piece.lines = list(lines[piece.line - 1 : head_end])


def _is_text(statement: ast.stmt) -> bool:
    """Say whether a statement is nothing but a string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _bound_names(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement of a file or a class binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return frozenset({statement.name})
    if isinstance(statement, ast.Assign):
        return frozenset(ast.unparse(target) for target in statement.targets)
    if isinstance(statement, ast.AnnAssign):
        return frozenset({ast.unparse(statement.target)})
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return frozenset(alias.asname or alias.name for alias in statement.names)
    if isinstance(statement, ast.If) and ast.unparse(statement.test) == "__name__ == '__main__'":
        return frozenset({MAIN})
    return frozenset()

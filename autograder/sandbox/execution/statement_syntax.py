"""What a statement of student code is, by its syntax (runs inside): what it names, whether it only
defines.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

IMPORTS = (ast.Import, ast.ImportFrom)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Lambda)
CALLS = (ast.Call, ast.Await)  # an assignment without them makes a constant
CATCH_IMPORT_ERRORS = frozenset(
    ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
)
UNWRITTEN = "NotImplementedError"


def first_line_of(node: ast.stmt) -> int:
    """Return the line in which a statement begins, a decorator's line too."""
    decorators = node.decorator_list if isinstance(node, DEFINITIONS) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def holds_line(node: ast.stmt, line: int) -> bool:
    """Return whether a line is part of a statement."""
    return first_line_of(node) <= line <= (node.end_lineno or node.lineno)


def index_at(body: Sequence[ast.stmt], line: int, column: int) -> int:
    """Return the index of the statement that holds a place in the source; -1 where none begins
    before it.
    """
    starts = [(first_line_of(node), node.col_offset if node.lineno == line else 0) for node in body]
    return sum(start <= (line, column) for start in starts) - 1


def defines(node: ast.stmt) -> bool:
    """Return whether a statement gives something a name and does nothing else."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return not any(isinstance(part, CALLS) for part in ast.walk(node.value))
    return isinstance(node, (*IMPORTS, *DEFINITIONS))


def is_text(node: ast.stmt) -> bool:
    """Return whether a statement is a text alone, such as a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def names_bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement may bind in its module; not those inside functions and
    classes.
    """
    if isinstance(node, DEFINITIONS):
        yield node.name
    elif isinstance(node, IMPORTS):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if not isinstance(node, SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from names_bound_by(child)


def unwritten_in(body: Iterable[ast.stmt]) -> dict[str, int]:
    """Return how many functions of each definition can only raise NotImplementedError."""
    made = [node for node in body if isinstance(node, DEFINITIONS)]
    return {node.name: sum(_is_unwritten(part) for part in ast.walk(node)) for node in made}


def _is_unwritten(node: ast.AST) -> bool:
    """Return whether a function can only raise NotImplementedError, whatever else it does before."""
    if not isinstance(node, FUNCTIONS):
        return False
    returns = any(
        isinstance(part, (ast.Return, ast.Yield, ast.YieldFrom)) for part in ast.walk(node)
    )
    raised = [part.exc for part in node.body if isinstance(part, ast.Raise)]
    names = [error.func if isinstance(error, ast.Call) else error for error in raised]
    return not returns and any(isinstance(n, ast.Name) and n.id == UNWRITTEN for n in names)


def guarded_import_lines(tree: ast.AST) -> set[int]:
    """Return the lines of the import statements whose ImportError the code itself catches."""
    return {
        part.lineno
        for node in ast.walk(tree)
        if _catches_import_errors(node)
        for statement in getattr(node, "body", ())
        for part in ast.walk(statement)
        if isinstance(part, IMPORTS)
    }


def _catches_import_errors(node: ast.AST) -> bool:
    """Return whether a `try` or a `with suppress(...)` catches what an import raises."""
    if isinstance(node, (ast.Try, ast.TryStar)):
        return any(
            handler.type is None or _names_import_errors(handler.type) for handler in node.handlers
        )
    if isinstance(node, (ast.With, ast.AsyncWith)):
        calls = [
            item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)
        ]
        suppressed = [call.args for call in calls if _last_name(call.func) == "suppress"]
        return any(_names_import_errors(caught) for caughts in suppressed for caught in caughts)
    return False


def _names_import_errors(caught: ast.expr) -> bool:
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_last_name(part) in CATCH_IMPORT_ERRORS for part in parts)


def _last_name(node: ast.expr) -> str:
    """Return `suppress` for `suppress` and for `contextlib.suppress`."""
    return (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )

"""The syntax of one statement (runs inside): the names that it binds, whether it only defines."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

IMPORT_NODES = (ast.Import, ast.ImportFrom)
FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITION_NODES = (*FUNCTION_NODES, ast.ClassDef)
SCOPE_NODES = (*FUNCTION_NODES, ast.ClassDef, ast.Lambda)
CALL_NODES = (ast.Call, ast.Await)  # an assignment without them makes a constant
EXIT_NODES = (ast.Return, ast.Yield, ast.YieldFrom)
# The classes by which `except` catches what an import raises.
IMPORT_ERROR_CLASSES = frozenset(
    ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
)
UNWRITTEN_ERROR = "NotImplementedError"  # what a body raises that is not written


def first_line_of(node: ast.stmt) -> int:
    """Return the line in which a statement begins, with its decorators."""
    decorators = node.decorator_list if isinstance(node, DEFINITION_NODES) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def holds_line(node: ast.stmt, line: int) -> bool:
    """Return whether a line is part of a statement."""
    return first_line_of(node) <= line <= (node.end_lineno or node.lineno)


def index_at(body: Sequence[ast.stmt], line: int, column: int) -> int:
    """Return the index of the statement at a place in the source; -1 above the first one."""
    begun = 0
    for node in body:
        first_column = node.col_offset if node.lineno == line else 0
        begun += (first_line_of(node), first_column) <= (line, column)
    return begun - 1


def defines(node: ast.stmt) -> bool:
    """Return whether a statement binds a name and does nothing else."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return not any(isinstance(part, CALL_NODES) for part in ast.walk(node.value))
    return isinstance(node, (*IMPORT_NODES, *DEFINITION_NODES))


def is_text(node: ast.stmt) -> bool:
    """Return whether a statement is a text alone, such as a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def names_bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement may bind in its module; not those inside definitions."""
    if isinstance(node, DEFINITION_NODES):
        yield node.name
    elif isinstance(node, IMPORT_NODES):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if not isinstance(node, SCOPE_NODES):
        for child in ast.iter_child_nodes(node):
            yield from names_bound_by(child)


def unwritten_in(body: Iterable[ast.stmt]) -> dict[str, int]:
    """Return how many functions of each definition can only raise NotImplementedError."""
    counts: dict[str, int] = {}
    for node in body:
        if isinstance(node, DEFINITION_NODES):
            counts[node.name] = sum(_is_unwritten(part) for part in ast.walk(node))
    return counts


def _is_unwritten(node: ast.AST) -> bool:
    """Return whether a function can only raise NotImplementedError, whatever it does before."""
    if not isinstance(node, FUNCTION_NODES):
        return False
    if any(isinstance(part, EXIT_NODES) for part in ast.walk(node)):
        return False
    return any(_raises_unwritten(statement) for statement in node.body)


def _raises_unwritten(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise):
        return False
    error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(error, ast.Name) and error.id == UNWRITTEN_ERROR


def guarded_import_lines(tree: ast.AST) -> set[int]:
    """Return the lines of the import statements whose ImportError the code itself catches."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if _catches_import_errors(node):
            for statement in getattr(node, "body", ()):
                lines |= _import_lines(statement)
    return lines


def _import_lines(statement: ast.AST) -> set[int]:
    return {part.lineno for part in ast.walk(statement) if isinstance(part, IMPORT_NODES)}


def _catches_import_errors(node: ast.AST) -> bool:
    """Return whether a `try` or a `with suppress(...)` catches what an import raises."""
    if isinstance(node, (ast.Try, ast.TryStar)):
        return any(_handles_import_errors(handler) for handler in node.handlers)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(_suppresses_import_errors(item.context_expr) for item in node.items)
    return False


def _handles_import_errors(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or _names_import_errors(handler.type)


def _suppresses_import_errors(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call) or _last_name(context.func) != "suppress":
        return False
    return any(_names_import_errors(argument) for argument in context.args)


def _names_import_errors(caught: ast.expr) -> bool:
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(_last_name(part) in IMPORT_ERROR_CLASSES for part in parts)


def _last_name(node: ast.expr) -> str:
    """Return `suppress` for `suppress` and for `contextlib.suppress`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""

"""The syntax of code as tokens: no layout, comments, docstrings, annotations or imports.

What is written in two ways and means the same gives the same tokens: brackets, commas, `+=`,
positional arguments and keywords. Nothing runs.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_TOKENS = 60_000  # of a student that are read
TEXT = '"'  # stands for every text
OWN_NAME = "#"  # stands for every name that a file gives
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LEFT_OUT = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal, ast.expr_context)
FIELDS_LEFT_OUT = frozenset(("annotation", "returns", "type_comment", "type_params", "simple"))
NAME_FIELDS = frozenset(("id", "attr", "arg", "name", "names"))


@dataclass(frozen=True, slots=True)
class SyntaxToken:
    """A part of a syntax tree: a name, or the kind of a node, an operator or a constant."""

    text: str
    line: int
    is_name: bool = False
    owner: str = ""  # of an attribute: the name before the dot, where there is one


def tokens_of(tree: ast.AST) -> Iterator[SyntaxToken]:
    """Yield the tokens of a tree, in the order of the code."""
    waiting: list[tuple[object, int]] = [(tree, 1)]  # no recursion: trees may be deep
    while waiting:
        part, line = waiting.pop()
        if isinstance(part, SyntaxToken):
            yield part
        elif isinstance(part, ast.AST):
            line = getattr(part, "lineno", line)
            waiting += [(each, line) for each in reversed(_parts(part, line))]


def _parts(node: ast.AST, line: int) -> list[object]:
    """Return the tokens and nodes that a node consists of."""

    def word(text: str) -> SyntaxToken:
        return SyntaxToken(text, line)

    def name(text: str, owner: str = "") -> SyntaxToken:
        return SyntaxToken(text, line, is_name=True, owner=owner)

    kind = type(node).__name__
    match node:
        case ast.Name(id=text):
            return [name(text)]
        case ast.Constant(value=value):
            return [word(TEXT if isinstance(value, str | bytes) else repr(value)[:80])]
        case ast.JoinedStr():
            return [word(TEXT)]
        case ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return []
        case ast.Expr(value=value):
            return [value]
        case ast.Attribute(value=ast.Name(id=owner), attr=text):
            return [word(kind), name(owner), name(text, owner)]
        case ast.Attribute(value=value, attr=text):
            return [word(kind), value, name(text)]
        case ast.AnnAssign(target=target, value=value):
            return [word("Assign"), target, value]
        case ast.AugAssign(target=target, op=op, value=value):
            return [word("Assign"), target, word("BinOp"), word(type(op).__name__), target, value]
        case ast.BinOp(left=left, op=op, right=right):
            return [word(kind), word(type(op).__name__), left, right]
        case ast.keyword(value=value):
            return [value]
        case ast.operator() | ast.unaryop() | ast.boolop() | ast.cmpop():
            return [word(kind)]
        case ast.Module(body=body):
            return list(body)
    if isinstance(node, LEFT_OUT):
        return []
    return [word(kind), *_fields(node, line)]


def _fields(node: ast.AST, line: int) -> Iterator[object]:
    """Yield what the fields of a node hold, in their order; a text is a name."""
    for field_name, value in ast.iter_fields(node):
        if field_name in FIELDS_LEFT_OUT:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                yield SyntaxToken(each, line, is_name=field_name in NAME_FIELDS)
            elif isinstance(each, ast.AST):
                yield each


@dataclass(slots=True)
class FileNames:
    """The names that a file gives, which another file may give otherwise."""

    bound: set[str] = field(default_factory=set)
    selves: set[str] = field(default_factory=set)  # how methods call their object
    imported: dict[str, str] = field(default_factory=dict)  # alias: what it stands for

    def add(self, tree: ast.AST) -> None:
        """Add the names of a tree."""
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                    self.bound.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self.bound.add(name)
                case ast.ClassDef(name=name, body=body):
                    self.bound.add(name)
                    functions = (each for each in body if isinstance(each, FUNCTIONS))
                    self.selves |= {each.args.args[0].arg for each in functions if each.args.args}
                case ast.ExceptHandler(name=str(name)):
                    self.bound.add(name)
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    for alias in names:
                        if alias.asname:
                            self.imported[alias.asname] = alias.name.rpartition(".")[2]

    def is_own(self, token: SyntaxToken) -> bool:
        """Return whether a token is a name that the file gives."""
        is_bound = token.text in self.bound if not token.owner else token.owner in self.selves
        return token.is_name and is_bound

    def foreign_word(self, token: SyntaxToken) -> str:
        """Return the word of a token that is no own name; of an alias what it stands for."""
        return self.imported.get(token.text, token.text) if token.is_name else token.text


def names_in(trees: list[ast.Module]) -> FileNames:
    """Return the names that the trees of a file give."""
    names = FileNames()
    for tree in trees:
        names.add(tree)
    return names


def word_of(token: SyntaxToken, names: FileNames) -> str:
    """Return a token as it is whatever names a file gives."""
    return OWN_NAME if names.is_own(token) else names.foreign_word(token)


def forms_of(trees: list[ast.Module], names: FileNames) -> dict[str, int]:
    """Return a digest of each definition at the top, and how many tokens it has.

    `names` are those that the trees give. Two definitions that differ in names, layout and comments
    alone have the same digest.
    """
    forms: dict[str, int] = {}
    for tree in trees:
        for statement in tree.body:
            if isinstance(statement, DEFINITIONS):
                words = list(_normal(statement, names))
                digest = hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()
                forms[digest] = len(words)
    return forms


def _normal(tree: ast.AST, names: FileNames) -> Iterator[str]:
    """Yield the tokens of a tree with the file's own names as numbers."""
    numbers: dict[str, int] = {}
    for token in tokens_of(tree):
        if names.is_own(token):
            name = f".{token.text}" if token.owner else token.text  # a member is no variable
            yield f"#{numbers.setdefault(name, len(numbers))}"
        else:
            yield names.foreign_word(token)

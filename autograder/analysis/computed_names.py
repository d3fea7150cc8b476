"""Names that code computes, and text that it runs as code: what a reader of its words overlooks.

`getattr(sys, "_get" + "frame")` names `_getframe`. Nothing runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from autograder.analysis.constant_texts import ConstantTexts, names_assigned_once

CODE_RUNNERS = frozenset(("exec", "eval", "compile"))
IMPORTERS = frozenset(("__import__", "import_module"))
ATTRIBUTE_READERS = frozenset(("getattr", "setattr", "delattr", "hasattr", "getattr_static"))
OWN_READERS = frozenset(("__getattribute__", "__getattr__", "__setattr__"))
NAMESPACE_FUNCTIONS = frozenset(("vars", "globals", "locals"))
WATCHED_MODULES = frozenset(("sys", "gc", "torch", "inspect", "builtins", "__builtins__"))
FRAME_FUNCTIONS = frozenset(("stack", "trace", "currentframe", "getouterframes", "getinnerframes"))
MAX_NESTED_TEXTS = 3  # code in a text in code
MAX_NESTED_CHARS = 100_000
DOTTED_NAME = re.compile(r"[\w.]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Computed:
    """What code computes that its words do not show."""

    # "name": a name of interest; "unknown": a name that follows from no constant; "code": text that
    # is run; "rest": more texts than are followed
    kind: str
    word: str  # the name, or the function that is given it; empty for "rest"
    line: int


@dataclass(slots=True)
class _Reader:
    """A reader of one syntax tree."""

    words: Collection[str]
    texts: ConstantTexts
    aliases: dict[str, str] = field(default_factory=dict)  # name in the file: module or function
    bound: set[str] = field(default_factory=set)  # names that the file gives itself
    loops: dict[str, ast.expr] = field(default_factory=dict)  # name: what a `for` goes over
    nested: int = 0

    def learn(self, tree: ast.AST) -> None:
        """Learn which names the file gives, and to what."""
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    for alias in names:
                        self.aliases[alias.asname or alias.name] = alias.name
                case ast.ImportFrom(module=str(), names=names):
                    for alias in names:
                        self.aliases[alias.asname or alias.name] = alias.name
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    self.bound.add(name)
                case ast.For(target=ast.Name(id=name), iter=over):
                    self.loops[name] = over
                case ast.comprehension(target=ast.Name(id=name), iter=over):
                    self.loops[name] = over

    def findings(self, tree: ast.AST) -> Iterator[Computed]:
        """Yield what is found, in no order."""
        for node in ast.walk(tree):
            line = getattr(node, "lineno", 1)
            match node:
                case ast.BinOp() | ast.JoinedStr() | ast.Call() | ast.Subscript():
                    yield from self._named_by(node, line)
            match node:
                case ast.Name(id=name, ctx=ast.Load()) if self._is_runner(name):
                    yield Computed("code", self._meant(name), line)
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    module = self._meant(owner)
                    if module == "builtins" and name in CODE_RUNNERS:
                        yield Computed("code", name, line)
                    if module == "inspect" and name in FRAME_FUNCTIONS:
                        yield Computed("name", f"inspect.{name}", line)
                case ast.Subscript(value=whole, slice=index):
                    yield from self._looked_up(whole, index, line)
            if isinstance(node, ast.Call):
                yield from self._called(node, line)

    def _meant(self, name: str) -> str:
        return self.aliases.get(name, name)

    def _is_runner(self, name: str) -> bool:
        return self._meant(name) in CODE_RUNNERS and name not in self.bound

    def _named_by(self, node: ast.expr, line: int) -> Iterator[Computed]:
        """Yield the word of interest that an expression computes as a name."""
        text = self.texts.text(node)
        if text is None or not DOTTED_NAME.fullmatch(text):
            return
        watched = {*self.words, *CODE_RUNNERS, *IMPORTERS}
        for word in sorted(watched.intersection(text.split("."))):
            yield Computed("name", word, line)

    def _called(self, node: ast.Call, line: int) -> Iterator[Computed]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else self._meant(name)
        if name in CODE_RUNNERS and isinstance(node.func, ast.Name) and node.args:
            yield from self._code_in(node.args[0], line)
        elif name in IMPORTERS and node.args:
            yield from self._name_given(node.args[0], name, line)
        elif name in ATTRIBUTE_READERS and len(node.args) > 1:
            if self._is_watched(node.args[0]):
                yield from self._name_given(node.args[1], name, line)
        elif name in OWN_READERS and node.args:
            owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
            if self._is_watched(owner) or self._is_watched(node.args[0]):
                yield from self._name_given(node.args[-1], name, line)

    def _looked_up(self, whole: ast.expr, index: ast.expr, line: int) -> Iterator[Computed]:
        """Yield what `vars(x)[...]`, `globals()[...]` and `x.__dict__[...]` look up."""
        match whole:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in NAMESPACE_FUNCTIONS:
                if not arguments or self._is_watched(arguments[0]):
                    yield from self._name_given(index, name, line)
            case ast.Attribute(value=owner, attr="__dict__") if self._is_watched(owner):
                yield from self._name_given(index, "__dict__", line)
            case ast.Name(id="__builtins__"):
                yield from self._name_given(index, "__builtins__", line)

    def _is_watched(self, node: ast.expr) -> bool:
        """Return whether an expression is a module of which names are of interest."""
        match node:
            case ast.Name(id=name):
                return self._meant(name) in WATCHED_MODULES
            case ast.Call(func=ast.Name(id="__import__")) | ast.Attribute(attr="__builtins__"):
                return True
            case ast.Call(func=ast.Attribute(attr="import_module")):
                return True
            case ast.Subscript(value=ast.Attribute(attr="modules")):  # sys.modules[...]
                return True
        return False

    def _name_given(self, node: ast.expr, function: str, line: int) -> Iterator[Computed]:
        """Yield that a name follows from no constant; of constants, the words themselves tell."""
        over = self.loops.get(node.id) if isinstance(node, ast.Name) else None
        found = self.texts.value(node if over is None else over)
        for text in found if isinstance(found, list) else [found]:
            if not isinstance(text, str):
                yield Computed("unknown", function, line)
                return
            words = set(self.words).intersection(text.split("."))
            if not isinstance(node, ast.Constant):
                yield from (Computed("name", word, line) for word in sorted(words))

    def _code_in(self, node: ast.expr, line: int) -> Iterator[Computed]:
        """Yield what is found in code that is given as a text."""
        source = self.texts.value(node)
        if isinstance(source, bytes):
            source = source.decode("utf-8", "replace")
        if not isinstance(source, str) or self.nested >= MAX_NESTED_TEXTS:
            return
        try:
            tree = ast.parse(source[:MAX_NESTED_CHARS])
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return
        for word in sorted(set(re.findall(r"\w+", source)).intersection(self.words)):
            yield Computed("name", word, line)
        inner = _Reader(
            self.words, ConstantTexts(names_assigned_once(tree)), nested=self.nested + 1
        )
        inner.learn(tree)
        yield from (Computed(each.kind, each.word, line) for each in inner.findings(tree))


def computed_in(trees: Collection[ast.Module], words: Collection[str]) -> list[Computed]:
    """Return what the trees of a file compute, each word once with the first line that does.

    `words` are the names of interest: as they stand, they are for who reads the code's words.
    """
    whole = ast.Module(body=[part for tree in trees for part in tree.body], type_ignores=[])
    reader = _Reader(words, ConstantTexts(names_assigned_once(whole)))
    reader.learn(whole)
    first: dict[tuple[str, str], Computed] = {}
    for found in reader.findings(whole):
        known = first.get((found.kind, found.word))
        if known is None or found.line < known.line:
            first[found.kind, found.word] = found
    if reader.texts.is_exhausted:
        first["rest", ""] = Computed("rest", "", 1)
    return sorted(first.values(), key=lambda each: (each.line, each.kind, each.word))

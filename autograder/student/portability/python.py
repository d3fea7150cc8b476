"""Python itself: syntax, names and modules that another version than the grading one has."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograder.student.portability.source import (
    CodePiece,
    StudentCode,
    aliases_in,
    dotted,
    in_full,
)

Version: TypeAlias = tuple[int, int]
NAMES_SINCE: dict[str, Version] = {  # that a course of this kind may meet
    "typing.override": (3, 12),
    "typing.TypeAliasType": (3, 12),
    "itertools.batched": (3, 12),
    "math.sumprod": (3, 12),
    "collections.abc.Buffer": (3, 12),
    "random.binomialvariate": (3, 12),
    "calendar.Month": (3, 12),
    "typing.TypeIs": (3, 13),
    "typing.ReadOnly": (3, 13),
    "typing.NoDefault": (3, 13),
    "typing.get_protocol_members": (3, 13),
    "warnings.deprecated": (3, 13),
    "copy.replace": (3, 13),
    "os.process_cpu_count": (3, 13),
    "math.fma": (3, 13),
}
MODULES_SINCE: dict[str, Version] = {"annotationlib": (3, 14), "compression": (3, 14)}
_GONE_IN_3_12 = ("asynchat", "asyncore", "distutils", "imp", "smtpd")
_GONE_IN_3_13 = (
    *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap"),
    *("msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau"),
    *("telnetlib", "uu", "xdrlib"),
)
MODULES_UNTIL: dict[str, Version] = {  # the first version without them
    **dict.fromkeys(_GONE_IN_3_12, (3, 12)),
    **dict.fromkeys(_GONE_IN_3_13, (3, 13)),
}
TYPE_PARAMETERS = re.compile(  # PEP 695
    r"\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[|\s*type\s+\w+\s*(?:\[.*\]\s*)?="
)
BARE_EXCEPT = re.compile(r"\s*except\s+[\w.]+\s*,\s*[\w.]+.*:")  # PEP 758
MAX_QUOTED_CHARS = 80  # of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerFeature:
    """Something that needs a newer Python than the one that grades."""

    spelling: str  # a name, or the line that has the syntax
    since: Version
    piece: CodePiece
    line: int

    @property
    def is_served(self) -> bool:
        """Return whether grading has it all the same: typing's names, from typing_extensions."""
        return self.spelling.startswith("typing.")


def standard_modules(python: Version) -> frozenset[str]:
    """Return the standard modules of a version of Python, whichever version runs now."""
    known = {*sys.stdlib_module_names, *MODULES_UNTIL}
    gone = {name for name, until in MODULES_UNTIL.items() if python >= until}
    return frozenset(
        known - gone - {name for name, since in MODULES_SINCE.items() if python < since}
    )


def newer_features(code: StudentCode, python: Version) -> list[NewerFeature]:
    """Return what of the code needs a newer Python than `python`, the first place of each."""
    features: dict[str, NewerFeature] = {}

    def add(spelling: str, since: Version, piece: CodePiece, line: int) -> None:
        if since > python and spelling not in features:
            feature = NewerFeature(spelling=spelling, since=since, piece=piece, line=line)
            features[spelling] = feature

    for piece in code.pieces:
        for spelling, since, line in _newer_syntax(piece):
            add(spelling, since, piece, line)
    aliases = aliases_in(code)
    for piece, node in code.nodes():
        for name in _names(node, aliases):
            if name in NAMES_SINCE:
                add(name, NAMES_SINCE[name], piece, getattr(node, "lineno", 0))
    return list(features.values())


def _names(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Attribute):
        yield in_full(dotted(node), aliases)


def _newer_syntax(piece: CodePiece) -> Iterator[tuple[str, Version, int]]:
    """Yield the newer syntax in a piece: the line's text, since when it is, and its number."""
    lines = ["", *piece.text.split("\n")]

    def text_of(line: int) -> str:
        return lines[line].strip()[:MAX_QUOTED_CHARS] if line < len(lines) else ""

    if piece.tree is None:  # this Python is older itself
        text = text_of(piece.stopped)
        if TYPE_PARAMETERS.match(text):
            yield text, (3, 12), piece.stopped
        elif BARE_EXCEPT.match(text):
            yield text, (3, 14), piece.stopped
        return
    for node in ast.walk(piece.tree):
        line: int = getattr(node, "lineno", 0)
        if since := _since(node, text_of(line)):
            yield text_of(line), since, line
    if "FSTRING_START" in vars(tokenize):
        for line in _nested_strings(piece.text):
            yield text_of(line), (3, 12), line


def _since(node: ast.AST, text: str) -> Version | None:
    """Return the first version with the syntax of a node in line `text`; None where any has it."""
    kind = type(node).__name__  # by name: older versions have no such class
    parameters: Sequence[ast.AST] = getattr(node, "type_params", [])
    if any(getattr(parameter, "default_value", None) for parameter in parameters):
        return (3, 13)
    if kind == "TypeAlias" or parameters:
        return (3, 12)
    is_bare = isinstance(node, ast.ExceptHandler) and BARE_EXCEPT.match(text) is not None
    return (3, 14) if is_bare or kind == "TemplateStr" else None


def _nested_strings(text: str) -> Iterator[int]:
    """Yield the lines of f-strings with their own quotes, or a backslash, in an expression.

    PEP 701 allows that since Python 3.12.
    """
    quotes: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "FSTRING_END":
                quotes.pop()
                continue
            if kind not in ("FSTRING_START", "STRING"):
                continue
            quote = token.string.lstrip("rRbBuUfFtT")[:1]
            if quotes and (quote == quotes[-1] or "\\" in token.string):
                yield token.start[0]
            if kind == "FSTRING_START":
                is_triple = token.string.endswith(quote * 3)
                quotes.append(quote * 3 if is_triple else quote)
    except (tokenize.TokenError, SyntaxError, IndexError):
        return

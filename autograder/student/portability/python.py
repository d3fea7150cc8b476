"""Python itself: syntax, names and modules that another version than the grading one has."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.student.portability.source import (
    CodePiece,
    StudentCode,
    aliases_in,
    dotted,
    in_full,
)

Version = tuple[int, int]
NAMES_SINCE: dict[str, Version] = {  # that a course of this kind may meet
    **dict.fromkeys(
        ("typing.override", "typing.TypeAliasType", "itertools.batched", "math.sumprod"), (3, 12)
    ),
    **dict.fromkeys(
        ("collections.abc.Buffer", "random.binomialvariate", "calendar.Month"), (3, 12)
    ),
    **dict.fromkeys(
        ("typing.TypeIs", "typing.ReadOnly", "typing.NoDefault", "warnings.deprecated"), (3, 13)
    ),
    **dict.fromkeys(
        ("copy.replace", "os.process_cpu_count", "math.fma", "typing.get_protocol_members"), (3, 13)
    ),
}
MODULES_SINCE: dict[str, Version] = {"annotationlib": (3, 14), "compression": (3, 14)}
MODULES_UNTIL: dict[str, Version] = {  # the first version without them
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), (3, 12)),
    **dict.fromkeys(
        ("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3"), (3, 13)
    ),
    **dict.fromkeys(
        ("mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr"), (3, 13)
    ),
    **dict.fromkeys(("spwd", "sunau", "telnetlib", "uu", "xdrlib"), (3, 13)),
}
TYPE_PARAMETERS = re.compile(  # PEP 695
    r"\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[|\s*type\s+\w+\s*(?:\[.*\]\s*)?="
)
BARE_EXCEPT = re.compile(r"\s*except\s+[\w.]+\s*,\s*[\w.]+.*:")  # PEP 758
MAX_QUOTED_CHARS = 80  # of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerFeature:
    """Something that needs a newer Python than the one that grades."""

    what: str  # as it is spelled
    since: Version
    piece: CodePiece
    line: int

    @property
    def is_served(self) -> bool:
        """Return whether grading has it all the same: typing's names, from typing_extensions."""
        return self.what.startswith("typing.")


def standard_modules(python: Version) -> frozenset[str]:
    """Return the standard modules of a version of Python, whichever version runs now."""
    known = {*sys.stdlib_module_names, *MODULES_UNTIL}
    gone = {name for name, until in MODULES_UNTIL.items() if python >= until}
    return frozenset(
        known - gone - {name for name, since in MODULES_SINCE.items() if python < since}
    )


def newer_features(code: StudentCode, python: Version) -> list[NewerFeature]:
    """Return what of the code needs a newer Python than `python`, the first place of each."""
    found: dict[str, NewerFeature] = {}
    aliases = aliases_in(code)
    for piece in code.pieces:
        for what, since, line in _syntax(piece):
            if since > python:
                found.setdefault(what, NewerFeature(what=what, since=since, piece=piece, line=line))
    for piece, node in code.nodes():
        for name in _names(node, aliases):
            since = NAMES_SINCE.get(name, (0, 0))
            if since > python:
                found.setdefault(
                    name,
                    NewerFeature(
                        what=name, since=since, piece=piece, line=getattr(node, "lineno", 0)
                    ),
                )
    return list(found.values())


def _names(node: ast.AST, aliases: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Attribute):
        yield in_full(dotted(node), aliases)


def _syntax(piece: CodePiece) -> Iterator[tuple[str, Version, int]]:
    """Yield the newer syntax in a piece: what it is, since when, and its line."""
    lines = ["", *piece.text.split("\n")]

    def spelled(line: int) -> str:
        return lines[line].strip()[:MAX_QUOTED_CHARS] if line < len(lines) else ""

    if piece.tree is None:  # this Python is older itself
        text = spelled(piece.stopped)
        if TYPE_PARAMETERS.match(text):
            yield text, (3, 12), piece.stopped
        elif BARE_EXCEPT.match(text):
            yield text, (3, 14), piece.stopped
        return
    for node in ast.walk(piece.tree):
        line: int = getattr(node, "lineno", 0)
        if since := _since(node, spelled(line)):
            yield spelled(line), since, line
    if "FSTRING_START" in vars(tokenize):
        yield from ((spelled(line), (3, 12), line) for line in _nested_strings(piece.text))


def _since(node: ast.AST, text: str) -> Version | None:
    """Return the first version with the syntax of a node in line `text`; None where any has it."""
    kind = type(node).__name__
    parameters: Sequence[ast.AST] = getattr(node, "type_params", [])
    if kind == "TypeAlias" or parameters:
        has_defaults = any(getattr(p, "default_value", None) for p in parameters)
        return (3, 13) if has_defaults else (3, 12)
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
            quote = (
                token.string.lstrip("rRbBuUfFtT")[:1] if kind in ("FSTRING_START", "STRING") else ""
            )
            if quotes and quote and (quote == quotes[-1] or "\\" in token.string):
                yield token.start[0]
            if kind == "FSTRING_START":
                quotes.append(quote if not token.string.endswith(quote * 3) else quote * 3)
    except (tokenize.TokenError, SyntaxError, IndexError):
        return

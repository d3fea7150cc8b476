"""Python source as HTML, line by line: escaped, with a class for each kind of word."""

from __future__ import annotations

import functools

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

from autograder.text.sanitize import visible

MAX_HIGHLIGHTED_CHARS = 60_000
CLASSES = (
    (Comment, "hc"),
    (String, "hs"),
    (Number, "hn"),
    (Keyword, "hk"),
    (Operator.Word, "hk"),
    (Name.Function, "hf"),
    (Name.Class, "hf"),
    (Name.Decorator, "hf"),
)


@functools.lru_cache(maxsize=256)
def code_lines(source: str) -> tuple[Markup, ...]:
    """Return the lines of Python source as HTML; each is whole by itself."""
    if len(source) > MAX_HIGHLIGHTED_CHARS:
        return tuple(escape(visible(line)) for line in source.split("\n"))
    lines: list[list[Markup]] = [[]]
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for _, kind, text in lexer.get_tokens_unprocessed(source):
        name = next((name for parent, name in CLASSES if kind in parent), "")
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            shown = escape(visible(part))
            lines[-1].append(
                Markup('<span class="{}">{}</span>').format(name, shown) if name else shown
            )
    return tuple(Markup("").join(line) for line in lines)

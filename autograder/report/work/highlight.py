"""Python source as HTML, line by line: escaped, with a class for each kind of word."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    _TokenType,
    is_token_subtype,
)

from autograder.report.work.python_words import python_words
from autograder.text.sanitize import visible

MAX_LINE_CHARS = 600  # a file with a longer line is shown without classes: it is data, not code
MAX_HIGHLIGHTED_CHARS = 60_000
# By kind of token, the more special first: the class that report.css gives a color.
CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "hc"),
    (String, "hs"),
    (Number, "hn"),
    (Keyword, "hk"),
    (Operator.Word, "hk"),
    (Name.Function, "hf"),
    (Name.Class, "hf"),
    (Name.Decorator, "hf"),
)


@functools.lru_cache(maxsize=64)  # a student's page and the one for staff show the same code
def code_lines(source: str) -> tuple[Markup, ...]:
    """Return the lines of Python source as HTML; each is whole by itself."""
    plain = source.split("\n")
    if len(source) > MAX_HIGHLIGHTED_CHARS or max(map(len, plain)) > MAX_LINE_CHARS:
        return plain_lines(source)
    html = "".join(_span(name, str(escape(text))) for name, text in _words(visible(source)))
    return tuple(Markup(line) for line in html.split("\n"))


def _span(name: str, text: str) -> str:
    """Return the text with its class; each line of it is whole by itself."""
    if not name:
        return text
    start = f'<span class="{name}">'
    return start + text.replace("\n", f"</span>\n{start}") + "</span>"


def plain_lines(source: str) -> tuple[Markup, ...]:
    """Return the lines of a text as HTML, without classes."""
    return tuple(escape(visible(line)) for line in source.split("\n"))


def _words(source: str) -> Iterator[tuple[str, str]]:
    """Yield the class and text of each run of tokens of one class; no class for most."""
    words = python_words(source)
    if words is not None:
        yield from words
        return
    lexer = PythonLexer(stripnl=False, stripall=False, ensurenl=False)
    run_class, run = "", ""
    for _, kind, text in lexer.get_tokens_unprocessed(source):
        name = _class_of(kind)
        if name != run_class:
            if run:
                yield run_class, run
            run_class, run = name, ""
        run += text
    if run:
        yield run_class, run


@functools.cache
def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in CLASSES if is_token_subtype(kind, parent)), "")

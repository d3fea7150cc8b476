"""The words of code: a source of any content cut into tokens, which nothing parses.

One regular expression without backtracking cuts it, so that no source is too deep or too broken.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from autograder.analysis.syntax_tokens import MAX_TOKENS

TOKEN_PATTERN = re.compile(
    r"(?P<blank>[ \t\f\r]+|\\\n|\#[^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<text>[rbfuRBFU]{0,2}(?:"
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\\?\Z)'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\\?\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'(?:[^'\\\n]|\\.)*+'?))"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<other>\d[\w.]*|.)",
    re.DOTALL,
)
INTERPRETER_INTERNALS = frozenset(  # the way from student code to a probe's records of how it ran
    (
        *("_getframe", "_getframemodulename", "_current_frames", "currentframe"),
        *("f_back", "f_locals", "f_globals", "f_builtins", "f_code", "tb_frame"),
        *("gi_frame", "gi_code", "cr_frame", "ag_frame", "CodeType", "marshal"),
        *("get_objects", "get_referrers", "get_referents", "settrace", "setprofile", "ctypes"),
        *("__subclasses__", "__globals__", "__closure__", "__code__", "__builtins__"),
        *("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"),
        *("_global_forward_hooks", "_global_forward_pre_hooks", "_global_backward_hooks"),
    )
)
WORD_IN_TEXT = re.compile(r"[rbfuRBFU]{0,2}['\"]+(\w*)")  # at the head of a string

TokenKind: TypeAlias = Literal["text", "name", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of Python source; comments, docstrings and the layout are none."""

    kind: TokenKind
    text: str
    line: int


def words_of(source: str) -> list[Token]:
    """Return the tokens of a source; a string at the beginning of a statement is a docstring."""
    tokens: list[Token] = []
    line, begins_statement = 1, True
    for match in TOKEN_PATTERN.finditer(source):
        kind, text = match.lastgroup, match[0]
        if kind in ("name", "other") or (kind == "text" and not begins_statement):
            tokens.append(Token(kind=cast(TokenKind, kind), text=text, line=line))
            begins_statement = False
        if kind == "newline":
            begins_statement = True
        line += text.count("\n")
        if len(tokens) > MAX_TOKENS:
            break
    return tokens


def named_in(tokens: list[Token], words: Collection[str]) -> list[tuple[str, int]]:
    """Return which of the words code names, each with the first line that does.

    A word is named by an identifier or at the head of a string.
    """
    lines: dict[str, int] = {}
    for token in tokens:
        match = WORD_IN_TEXT.match(token.text) if token.kind == "text" else None
        word = token.text if match is None else match[1]
        if word in words:
            lines.setdefault(word, token.line)
    return sorted(lines.items())

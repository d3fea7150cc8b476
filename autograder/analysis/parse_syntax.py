"""The syntax of Python source: its tokens, what it computes, and the forms of its definitions.

Nothing of the code runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from autograder.analysis.computed_names import Computed, computed_in
from autograder.analysis.syntax_tokens import (
    MAX_TOKENS,
    SyntaxToken,
    forms_of,
    names_in,
    tokens_of,
    word_of,
)

# Where Python may go on after a statement that is none: the beginning of one at the top.
STATEMENT_HEAD = re.compile(r"^(?=[@\w])(?!(?:else|elif|except|finally)\b)", re.MULTILINE)
MAX_STATEMENTS = 5_000  # that are parsed one by one

Piece: TypeAlias = tuple[str, int]  # source, and the line in the whole at which it begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What the syntax of a file tells."""

    tokens: tuple[SyntaxToken, ...] = ()  # MAX_TOKENS at most
    words: tuple[str, ...] = ()  # of each token, whatever names the file gives
    computed: tuple[Computed, ...] = ()
    forms: Mapping[str, int]  # digest of each definition at the top: its number of tokens


def parsed(pieces: Sequence[Piece]) -> list[ast.Module]:
    """Return the trees of what is Python in some pieces of source."""
    trees = []
    for source, first in pieces:
        tree = _tree_of(source, first)
        trees += [tree] if tree is not None else list(_parsed_one_by_one(source, first))
    return trees


def _parsed_one_by_one(source: str, first: int) -> Iterator[ast.Module]:
    """Yield the trees of those statements at the top that are Python."""
    places = [match.start() for match in islice(STATEMENT_HEAD.finditer(source), MAX_STATEMENTS)]
    line, before = first, 0
    for start, end in zip(places, [*places[1:], len(source)], strict=True):
        line, before = line + source.count("\n", before, start), start
        tree = _tree_of(source[start:end], line)
        if tree is not None:
            yield tree


def _tree_of(source: str, first: int) -> ast.Module | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno += first - 1
    return tree


def syntax_of(pieces: Sequence[Piece], words: Collection[str]) -> Syntax:
    """Return the syntax of source that is trusted, read in this process."""
    trees = parsed(pieces)
    tokens = [token for tree in trees for token in islice(tokens_of(tree), MAX_TOKENS)]
    tokens = tokens[:MAX_TOKENS]
    names = names_in(trees)
    return Syntax(
        tokens=tuple(tokens),
        words=tuple(word_of(token, names) for token in tokens),
        computed=tuple(computed_in(trees, words)),
        forms=forms_of(trees, names),
    )

"""The syntax of a student's code, read in a process of its own that hostile source may bring down.

`python -m autograder.analysis.read_syntax` is that process: it parses what it gets on its standard
input and answers in JSON. Nothing of the code runs.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Timer
from typing import Any, TypeAlias

from autograder.analysis.computed_names import Computed, computed_in
from autograder.analysis.syntax_tokens import MAX_TOKENS, SyntaxToken, forms_of, tokens_of

READ_TIMEOUT_S = 20.0
MAX_CPU_S = 10
MAX_MEMORY_BYTES = 2 << 30  # of the process that parses
MAX_SOURCE_CHARS = 1 << 20  # that are parsed
MAX_ANSWER_BYTES = 8 << 20
# -P and another working directory: a student's, with an ast.py in it, may be the current one.
COMMAND = (sys.executable, "-P", "-m", "autograder.analysis.read_syntax")
# Where Python may go on after a statement that is none: the beginning of one at the top.
STATEMENT_HEAD = re.compile(r"^(?=[@\w])(?!(?:else|elif|except|finally)\b)", re.MULTILINE)
MAX_STATEMENTS = 5_000  # that are parsed one by one

Piece: TypeAlias = tuple[str, int]  # source, and the line in the whole at which it begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What the syntax of a file tells."""

    tokens: tuple[SyntaxToken, ...] = ()  # MAX_TOKENS at most
    computed: tuple[Computed, ...] = ()
    forms: Mapping[str, int]  # digest of each definition at the top: its number of tokens


def read_syntax(pieces: Sequence[Piece], words: Collection[str]) -> Syntax | None:
    """Return the syntax of a source's pieces; None where they are too long or too hard to read.

    `words` are the names of interest, of which code may compute one.
    """
    if sum(len(source) for source, _ in pieces) > MAX_SOURCE_CHARS:
        return None
    asked = json.dumps({"pieces": list(pieces), "words": sorted(words)})
    answer = _ask(asked.encode())
    try:
        return _decoded(json.loads(answer)) if answer is not None else None
    except (ValueError, KeyError, TypeError):
        return None


def _ask(question: bytes) -> bytes | None:
    """Return what the process answers; None where it dies, takes too long or says too much."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write(question)
        stdin.seek(0)
        with subprocess.Popen(
            COMMAND, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/"
        ) as process:
            assert process.stdout is not None
            timer = Timer(READ_TIMEOUT_S, process.kill)
            timer.start()
            answer = process.stdout.read(MAX_ANSWER_BYTES + 1)
            if len(answer) > MAX_ANSWER_BYTES:
                process.kill()
            status = process.wait()
            timer.cancel()
    return answer if status == 0 else None


def _decoded(answer: Mapping[str, Any]) -> Syntax:
    tokens = (SyntaxToken(str(a), int(line), bool(b)) for a, line, b in answer["tokens"])
    computed = (
        Computed(str(kind), str(word), int(line)) for kind, word, line in answer["computed"]
    )
    forms = {str(digest): int(count) for digest, count in answer["forms"].items()}
    return Syntax(tokens=tuple(tokens), computed=tuple(computed), forms=forms)


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
    return Syntax(
        tokens=tuple(tokens[:MAX_TOKENS]),
        computed=tuple(computed_in(trees, words)),
        forms=forms_of(trees),
    )


def _limit() -> None:
    """Bound the time and memory of this process."""
    import resource  # only Unix has it

    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer the question on the standard input."""
    _limit()
    question = json.load(sys.stdin)
    syntax = syntax_of([(source, first) for source, first in question["pieces"]], question["words"])
    answer = {
        "tokens": [(token.text, token.line, token.is_name) for token in syntax.tokens],
        "computed": [(each.kind, each.word, each.line) for each in syntax.computed],
        "forms": syntax.forms,
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

"""Similarity: what of a student's code is copied or reaches into the interpreter, as staff notes.

The notes never change a mark. The source is hostile: one regular expression without backtracking
cuts it into tokens, and nothing parses it.
"""

from __future__ import annotations

import functools
import importlib.util
import keyword
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias, cast

from autograder.model import OTHER_LANG, Assignment, Lang, Note
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code
from autograder.text.sentences import say_in_each

NOTE_CHECK = "provenance"  # the check id of the notes
RUN_LENGTH = 12  # tokens that are compared at once
MIN_COPIED_SHARE = 0.5  # of an original's runs; docs say what honest code shares with it
MIN_ORIGINAL_RUNS = 100  # anybody writes what is shorter
MAX_TOKENS = 60_000  # of a student that are compared
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
        *("_getframe", "_current_frames", "currentframe"),
        *("f_back", "f_locals", "f_globals", "tb_frame", "gi_frame"),
        *("get_objects", "get_referrers", "settrace", "setprofile", "ctypes", "__subclasses__"),
        *("_forward_hooks", "_forward_pre_hooks", "_backward_hooks"),
    )
)
DEFINITION_PATTERN = re.compile(r"^(?:class|def) (\w+)(?:.*\n)(?:[ \t)\]].*\n|\n)*", re.MULTILINE)
PYTHON_KEYWORDS = frozenset(keyword.kwlist)
WORD_IN_TEXT = re.compile(r"[rbfuRBFU]{0,2}['\"]+(\w*)")  # at the head of a string

Run: TypeAlias = tuple[str | int, ...]


TokenKind: TypeAlias = Literal["text", "name", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of Python source; comments, docstrings and the layout are none."""

    kind: TokenKind
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedDefinition:
    """A definition of a published module of which a student's code has MIN_COPIED_SHARE or more."""

    original: str  # e.g. "torchvision.models.resnet.BasicBlock"
    share: float  # of its runs
    first: int  # line of the longest stretch in the student's code
    last: int


def notes_on(assignment: Assignment, files: Mapping[str, bytes], lang: Lang) -> Iterator[Note]:
    """Yield what staff should know of where code comes from; nothing for `provenance: ignore`."""
    name = next((name for name in assignment.source_names if name in files), None)
    if assignment.provenance == "ignore" or not assignment.runs_code or name is None:
        return
    source = source_of(name, files[name])
    tokens = tokens_of(source)
    for package, line in named_in(tokens, assignment.hidden_packages):
        yield _note("hidden_package", lang, file=name, package=package, line=line)
    for word, line in named_in(tokens, INTERPRETER_INTERNALS):
        yield _note("insides", lang, file=name, word=word, line=line)
    if len(tokens) > MAX_TOKENS:
        yield _note("too_long", lang, file=name, most=MAX_TOKENS)
    for module in assignment.originals:
        if originals_of(module) is None:
            yield _note("not_compared", lang, module=module)
    for copy in copies_in(tokens[:MAX_TOKENS], assignment.originals):
        evidence = {"share": f"{copy.share:.0%}", "first": copy.first, "last": copy.last}
        yield _note("copied", lang, file=name, original=copy.original, **evidence)


def _note(key: str, lang: Lang, **values: object) -> Note:
    text = say_in_each("provenance", key, **values)
    return Note(check=NOTE_CHECK, text=text.in_(lang), also=text.in_(OTHER_LANG[lang]))


def source_of(name: str, content: bytes) -> str:
    """Return the code of a .py file, or of a notebook's cells; empty where there is none."""
    if not name.endswith(".ipynb"):
        return readable_code(content)
    try:
        return "\n\n".join(raw_cells(content))
    except NotebookError:
        return ""


def tokens_of(source: str) -> list[Token]:
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


def runs_of(tokens: list[Token]) -> Iterator[Run]:
    """Yield every run of RUN_LENGTH tokens.

    A name becomes the number of its first occurrence in the run, so that new names hide no copy.
    """
    for start in range(len(tokens) - RUN_LENGTH + 1):
        numbers: dict[str, int] = {}
        yield tuple(_normal(token, numbers) for token in tokens[start : start + RUN_LENGTH])


def _normal(token: Token, numbers: dict[str, int]) -> str | int:
    if token.kind == "name" and token.text not in PYTHON_KEYWORDS:
        return numbers.setdefault(token.text, len(numbers))
    return '"' if token.kind == "text" else token.text


@functools.cache
def originals_of(module: str) -> Mapping[str, frozenset[Run]] | None:
    """Return the runs of each definition of a published module, which is read and not imported.

    None where the module is not installed.
    """
    package, *parts = module.split(".")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent.joinpath(*parts).with_suffix(".py")
    if not file.is_file():
        return None
    originals = {}
    for definition in DEFINITION_PATTERN.finditer(file.read_text(encoding="utf-8")):
        if "def " in definition[0]:  # a class without functions is a table
            runs = frozenset(runs_of(tokens_of(definition[0])))
            if len(runs) >= MIN_ORIGINAL_RUNS:
                originals[f"{module}.{definition[1]}"] = runs
    return originals


def copies_in(tokens: list[Token], modules: tuple[str, ...]) -> list[CopiedDefinition]:
    """Return the definitions of published modules of which enough is in these tokens."""
    originals: dict[str, frozenset[Run]] = {}
    for module in modules:
        originals.update(originals_of(module) or {})
    if not originals:
        return []
    places: dict[str, list[int]] = {name: [] for name in originals}
    shared: dict[str, set[Run]] = {name: set() for name in originals}
    for place, run in enumerate(runs_of(tokens)):
        for name, runs in originals.items():
            if run in runs:
                places[name].append(place)
                shared[name].add(run)
    copies = []
    for name, runs in originals.items():
        share = len(shared[name]) / len(runs)
        if share >= MIN_COPIED_SHARE:
            begin, end = longest_stretch(places[name])
            first, last = tokens[begin].line, tokens[end + RUN_LENGTH - 1].line
            copies.append(CopiedDefinition(original=name, share=share, first=first, last=last))
    return copies


def longest_stretch(places: list[int]) -> tuple[int, int]:
    """Return the first and last place of the longest stretch; its gaps are at most RUN_LENGTH."""
    best = current = (places[0], places[0])
    for before, place in pairwise(places):
        current = (current[0], place) if place - before <= RUN_LENGTH else (place, place)
        best = max(best, current, key=lambda stretch: stretch[1] - stretch[0])
    return best

"""Provenance: what of a student's code is copied or reaches too far, as notes for staff; never a
mark.

The source is hostile: one regular expression, which never looks back, cuts it into tokens; nothing
parses it.
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

from autograder.model import OTHER_LANG, Assignment, Lang, Note
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code
from autograder.text.sentences import in_each, say

CHECK = "provenance"  # what the notes are signed with
RUN = 12  # tokens that are compared at once
COPIED = 0.5  # of an original's runs; docs/explanation/what-a-check-can-know.md says what honest code shares with it
LEAST = 100  # runs that an original must have: what is shorter is written by anybody
MOST = 60_000  # tokens of a student that are compared
TOKEN = re.compile(
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
INSIDES = (
    frozenset(  # of the interpreter: the way from student code to a probe's records of how it ran
        (
            *(
                "_getframe",
                "_current_frames",
                "currentframe",
                "f_back",
                "f_locals",
                "f_globals",
                "tb_frame",
                "gi_frame",
            ),
            *("get_objects", "get_referrers", "settrace", "setprofile", "ctypes", "__subclasses__"),
            *("_forward_hooks", "_forward_pre_hooks", "_backward_hooks"),
        )
    )
)
DEFINITION = re.compile(r"^(?:class|def) (\w+)(?:.*\n)(?:[ \t)\]].*\n|\n)*", re.MULTILINE)
KEYWORDS = frozenset(keyword.kwlist)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token, without comments, docstrings and the layout."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A definition of a published module of which a student's code has a good part."""

    original: str  # e.g. "torchvision.models.resnet.BasicBlock"
    share: float  # of its runs
    first: int  # line of the longest stretch in the student's code
    last: int


def notes_on(assignment: Assignment, files: Mapping[str, bytes], lang: Lang) -> Iterator[Note]:
    """What staff should know of where this code comes from; nothing where grading.yml says
    `ignore`.
    """
    name = next((name for name in assignment.source_names if name in files), None)
    if assignment.provenance == "ignore" or not assignment.runs_code or name is None:
        return
    source = source_of(name, files[name])
    tokens = tokens_of(source)
    for package, line in named_in(tokens, assignment.hidden_packages):
        yield _note("hidden_package", lang, file=name, package=package, line=line)
    for word, line in named_in(tokens, INSIDES):
        yield _note("insides", lang, file=name, word=word, line=line)
    if len(tokens) > MOST:
        yield _note("too_long", lang, file=name, most=MOST)
    for module in assignment.originals:
        if originals_of(module) is None:
            yield _note("not_compared", lang, module=module)
    for copy in copies_in(tokens[:MOST], assignment.originals):
        evidence = {"share": f"{copy.share:.0%}", "first": copy.first, "last": copy.last}
        yield _note("copied", lang, file=name, original=copy.original, **evidence)


def _note(key: str, lang: Lang, **values: object) -> Note:
    text = in_each(lambda each: say("provenance", key, each, **values))
    return Note(check=CHECK, text=text.in_(lang), also=text.in_(OTHER_LANG[lang]))


def source_of(name: str, content: bytes) -> str:
    """The code of a .py file, or of a notebook's cells one after the other; empty where there is
    none.
    """
    try:
        return (
            "\n\n".join(raw_cells(content)) if name.endswith(".ipynb") else readable_code(content)
        )
    except NotebookError:
        return ""


def tokens_of(source: str) -> list[Token]:
    """The tokens of a source; a text where a statement begins is a docstring, and none."""
    tokens, line, begins = [], 1, True
    for found in TOKEN.finditer(source):
        kind, text = found.lastgroup or "", found[0]
        if kind in ("name", "other") or (kind == "text" and not begins):
            tokens.append(Token(kind=kind, text=text, line=line))
            begins = False
        begins = begins or kind == "newline"
        line += text.count("\n")
        if len(tokens) > MOST:
            break
    return tokens


def named_in(tokens: list[Token], words: Collection[str]) -> list[tuple[str, int]]:
    """The words that code names, as a name or at the head of a text, each with the first line that
    does.
    """
    lines: dict[str, int] = {}
    for token in tokens:
        opened = (
            re.match(r"[rbfuRBFU]{0,2}['\"]+(\w*)", token.text) if token.kind == "text" else None
        )
        word = token.text if opened is None else opened[1]
        if word in words:
            lines.setdefault(word, token.line)
    return sorted(lines.items())


# ---------------------------------------------------------------- copies

Run = tuple[str | int, ...]


def runs_of(tokens: list[Token]) -> Iterator[Run]:
    """Every run of RUN tokens; names count by when they come in it, so that new ones hide nothing."""
    for start in range(len(tokens) - RUN + 1):
        names: dict[str, int] = {}
        yield tuple(_normal(token, names) for token in tokens[start : start + RUN])


def _normal(token: Token, names: dict[str, int]) -> str | int:
    if token.kind == "name" and token.text not in KEYWORDS:
        return names.setdefault(token.text, len(names))
    return '"' if token.kind == "text" else token.text


@functools.cache
def originals_of(module: str) -> Mapping[str, frozenset[Run]] | None:
    """The runs of each definition of a published module, which is read and not imported; None where
    it is not.
    """
    package, *parts = module.split(".")
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).parent.joinpath(*parts).with_suffix(".py")
    if not file.is_file():
        return None
    definitions = DEFINITION.finditer(file.read_text(encoding="utf-8"))
    runs = {
        d[1]: frozenset(runs_of(tokens_of(d[0]))) for d in definitions if "def " in d[0]
    }  # no tables
    return {f"{module}.{name}": known for name, known in runs.items() if len(known) >= LEAST}


def copies_in(tokens: list[Token], modules: tuple[str, ...]) -> list[Copy]:
    """The definitions of published modules of which COPIED or more is in these tokens."""
    known = {
        name: runs for module in modules for name, runs in (originals_of(module) or {}).items()
    }
    if not known:
        return []
    places: dict[str, list[int]] = {name: [] for name in known}
    shared: dict[str, set[Run]] = {name: set() for name in known}
    for place, run in enumerate(runs_of(tokens)):
        for name, runs in known.items():
            if run in runs:
                places[name].append(place)
                shared[name].add(run)
    copies = []
    for name, runs in known.items():
        share = len(shared[name]) / len(runs)
        if share >= COPIED:
            first, last = longest_stretch(places[name])
            lines = (tokens[first].line, tokens[last + RUN - 1].line)
            copies.append(Copy(original=name, share=share, first=lines[0], last=lines[1]))
    return copies


def longest_stretch(places: list[int]) -> tuple[int, int]:
    """The first and the last place of the longest stretch in which no more than a run is left out."""
    best = start = (places[0], places[0])
    for before, place in pairwise(places):
        start = (start[0], place) if place - before <= RUN else (place, place)
        best = max(best, start, key=lambda stretch: stretch[1] - stretch[0])
    return best

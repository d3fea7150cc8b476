"""Provenance: what of a student's code is copied or reaches into the interpreter, as staff notes.

The notes never change a mark. The source is hostile: its words are found by a regular expression,
and its syntax is read in a process of its own.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.analysis.code_words import INTERPRETER_INTERNALS, named_in, words_of
from autograder.analysis.copies import copies_in, originals_of
from autograder.analysis.lint import cells_of
from autograder.analysis.parse_syntax import Piece, Syntax, syntax_of
from autograder.analysis.read_syntax import read_syntax
from autograder.analysis.syntax_tokens import MAX_TOKENS
from autograder.model import OTHER_LANG, Assignment, Lang, Note
from autograder.sandbox.cells import NotebookError, raw_cells
from autograder.sandbox.encoding import readable_code
from autograder.text.sentences import say_in_each

NOTE_CHECK = "provenance"  # the check id of the notes
NOTE_OF = {"code": "runs_text", "unknown": "computed", "rest": "computed_more"}
MIN_FORM_TOKENS = 150  # of a student's own definitions: anybody writes what is shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEvidence:
    """What a student's source tells to staff."""

    notes: tuple[Note, ...] = ()
    form: str = ""  # digest of the definitions, the same whatever their names, layout and comments


def evidence_of(assignment: Assignment, files: Mapping[str, bytes], lang: Lang) -> SourceEvidence:
    """Return what staff should know of where code comes from.

    There are no notes for `provenance: ignore`.
    """
    name = next((name for name in assignment.source_names if name in files), None)
    if not assignment.runs_code or name is None:
        return SourceEvidence()
    words = {*INTERPRETER_INTERNALS, *assignment.hidden_packages}
    syntax = read_syntax(pieces_of(name, files[name]), words)
    form = "" if syntax is None else form_of(syntax, released_forms(assignment))
    if assignment.provenance == "ignore":
        return SourceEvidence(form=form)
    notes = notes_on(assignment, name, files[name], syntax, lang)
    return SourceEvidence(notes=tuple(notes), form=form)


def notes_on(
    assignment: Assignment, name: str, content: bytes, syntax: Syntax | None, lang: Lang
) -> Iterator[Note]:
    """Yield a note for each finding in the words and in the syntax of a file."""
    words = words_of(source_of(name, content))
    packages = dict(named_in(words, assignment.hidden_packages))
    insides = dict(named_in(words, INTERPRETER_INTERNALS))
    for found in syntax.computed if syntax is not None else ():
        if found.kind == "name" and found.word in assignment.hidden_packages:
            packages.setdefault(found.word, found.line)
        elif found.kind == "name":
            insides.setdefault(found.word, found.line)
        else:
            yield _note(NOTE_OF[found.kind], lang, file=name, word=found.word, line=found.line)
    for package, line in sorted(packages.items()):
        yield _note("hidden_package", lang, file=name, package=package, line=line)
    for word, line in sorted(insides.items()):
        yield _note("insides", lang, file=name, word=word, line=line)
    if syntax is None:
        yield _note("unread", lang, file=name)
        return
    if len(syntax.tokens) == MAX_TOKENS:
        yield _note("too_long", lang, file=name, most=MAX_TOKENS)
    for module in assignment.originals:
        if originals_of(module) is None:
            yield _note("not_compared", lang, module=module)
    for copy in copies_in(syntax.tokens, assignment.originals):
        evidence = {"share": f"{copy.share:.0%}", "first": copy.first, "last": copy.last}
        yield _note("copied", lang, file=name, original=copy.original, **evidence)


def _note(key: str, lang: Lang, **values: object) -> Note:
    text = say_in_each("provenance", key, **values)
    return Note(check=NOTE_CHECK, text=text.in_(lang), also=text.in_(OTHER_LANG[lang]))


def form_of(syntax: Syntax, released: frozenset[str]) -> str:
    """Return a digest of a file's definitions without the released ones; empty for little code."""
    own = {digest: count for digest, count in syntax.forms.items() if digest not in released}
    if sum(own.values()) < MIN_FORM_TOKENS:
        return ""
    return hashlib.sha256(" ".join(sorted(own)).encode()).hexdigest()


def released_forms(assignment: Assignment) -> frozenset[str]:
    """Return the digests of the definitions that every student of an assignment receives."""
    forms: set[str] = set()
    for name in assignment.source_names:
        file = assignment.root / name
        if file.is_file():
            forms |= _forms_in(file)
    return frozenset(forms)


@functools.lru_cache(maxsize=32)
def _forms_in(file: Path) -> frozenset[str]:
    return frozenset(syntax_of(pieces_of(file.name, file.read_bytes()), ()).forms)


def source_of(name: str, content: bytes) -> str:
    """Return the code of a .py file, or of a notebook's cells; empty where there is none."""
    if not name.endswith(".ipynb"):
        return readable_code(content)
    try:
        return "\n\n".join(raw_cells(content))
    except NotebookError:
        return ""


def pieces_of(name: str, content: bytes) -> Sequence[Piece]:
    """Return the pieces of a source that Python reads each for itself, with their first lines.

    These are a .py file, or the cells of a notebook.
    """
    if not name.endswith(".ipynb"):
        return [(readable_code(content), 1)]
    try:
        sources = raw_cells(content)
    except NotebookError:
        return []
    pieces, first = [], 1
    for source in sources:
        pieces += [(cell, first) for cell in cells_of([source])]
        first += source.count("\n") + 2
    return pieces

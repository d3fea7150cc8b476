"""Names of files as they come from browsers, editors and other systems, and the declared names that
they mean.

One place for `check`, `pack`, `grade` and `collect`. Nothing is guessed: where two files may mean
one name and no rule says which, neither does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

LONGEST = 255  # characters of a name that is looked at
ALIASES = {  # suffixes of the same kind of file
    **dict.fromkeys((".py3", ".pyw"), ".py"),
    ".yaml": ".yml",
    ".pt": ".pth",
    ".markdown": ".md",
}
ADDED = (
    ".txt",
    ".json",
    ".download",
    ".tar",
)  # behind a suffix, by browsers and editors that do not know it
_COPY = r"(?:copia|copy|copie|kopie|cópia)"
PREFIX = re.compile(rf"(?:{_COPY}[ _](?:de|of|von)[ _]+)+")  # Colab, Drive
MARK = re.compile(  # what browsers, LMSs, Jupyter, Finder and Explorer add to a stem
    rf"(?:[ _]?\(\d{{1,4}}\)|-\d{{1,4}}|(?:[ _]?-[ _]?|[ _]){_COPY}(?:[ _]?\d{{1,4}})?)$"
)
AUTOSAVED = "-checkpoint"  # Jupyter's own copy, perhaps an old one
OF_MACS = "._"  # the beginning of a file that Finder adds: it holds nothing of the student's
AUXILIARY = re.compile(
    r"_{2}|test_|.*_test\.|conftest\.|setup\."
)  # beginnings of what lies beside the code asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of the files that are there stand for declared names."""

    taken: Mapping[str, str] = field(
        default_factory=dict
    )  # by declared name, the name that the file has
    unclear: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # between these nothing decides


def meant(name: str, declared: Sequence[str]) -> str:
    """The declared name that a file's name stands for; empty where it stands for none."""
    if name in declared:
        return name
    return next((d for d in declared if _stripped(d) in _forms(name)), "")


def kind_of(name: str, declared: Sequence[str]) -> str:
    """The declared name of the same kind of file, by its suffix; empty where there is none."""
    suffix = _suffix(_plain(name))
    return next((d for d in declared if _suffix(_plain(d)) == suffix), "")


def is_word(text: str, word: str) -> bool:
    """Whether a name without a suffix, a folder's or an archive's, means `word`."""
    return _joined(word.casefold()) in _forms(text)


def choose_names(names: Iterable[str], declared: Sequence[str], *, alone: bool = False) -> Choice:
    """Which of `names` stand for one declared file, in any of its `declared` names.

    The exact name comes before every other, and Jupyter's own copy behind them. Where no name
    tells, the one file of the right kind that is there counts, if `alone` allows.
    """
    final_grade: dict[str, list[str]] = {}
    names = sorted(names)
    for name in names:
        if known := meant(name, declared):
            final_grade.setdefault(known, []).append(name)
    if not final_grade and alone:
        candidates = _of_kind(names, declared)
        if len(candidates) > 1:
            return Choice(unclear={declared[0]: tuple(candidates)})
        final_grade = {kind_of(name, declared): [name] for name in candidates}
    taken: dict[str, str] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    for known, group in final_grade.items():
        best = _best(group, known)
        if len(best) == 1:
            taken[known] = best[0]
        else:
            unclear[known] = tuple(best)
    return Choice(taken=taken, unclear=unclear)


def _of_kind(names: Iterable[str], declared: Sequence[str]) -> list[str]:
    """The names of the right kind of file, less those of tests and the like where there are others."""
    of_kind = [
        n for n in names if kind_of(n, declared) and n.isprintable() and not n.startswith(".")
    ]
    return [name for name in of_kind if not AUXILIARY.match(name.lower())] or of_kind


def _best(names: Sequence[str], declared: str) -> list[str]:
    """Those of several names that come first by a rule."""
    if declared in names:
        return [declared]
    return [name for name in names if AUTOSAVED not in name.lower()] or list(names)


def _plain(name: str) -> str:
    """A name as every system spells it, without what was added behind its suffix."""
    text = unicodedata.normalize("NFC", name[:LONGEST]).strip().casefold()
    while PurePath(text).suffix in ADDED and _suffix(rest := text[: text.rindex(".")].rstrip()):
        text = rest
    return text


def _suffix(text: str) -> str:
    suffix = PurePath(text).suffix
    return ALIASES.get(suffix, suffix)


def _forms(name: str) -> set[str]:
    """What a name may be without the marks of copies, with one mark less each time."""
    if name.startswith(OF_MACS) or not name.isprintable():
        return set()
    text = _plain(name)
    stem, suffix = PurePath(text).stem.strip(), _suffix(text)
    found = {_joined(stem) + suffix}
    stem = PREFIX.sub("", stem, count=1) if PREFIX.match(stem) else stem
    while True:
        found.add(_joined(stem) + suffix)
        shorter = MARK.sub("", stem.removesuffix(AUTOSAVED)).rstrip()
        if shorter == stem or not shorter:
            return found
        stem = shorter


def _stripped(declared: str) -> str:
    text = unicodedata.normalize("NFC", declared).casefold()
    return _joined(PurePath(text).stem) + _suffix(text)


def _joined(stem: str) -> str:
    """A stem without what separates its words, which people spell as they like."""
    return re.sub(r"[\s_-]+", "", stem)

"""File names as browsers, editors and LMSs change them, matched to the declared names.

`check`, `pack`, `grade` and `collect` all use this module. Nothing is guessed: if two files may
stand for one name and no rule decides, neither is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

MAX_NAME_CHARS = 255  # the rest of a longer name is ignored
SUFFIX_ALIASES = {  # suffixes of the same kind of file
    ".py3": ".py",
    ".pyw": ".py",
    ".yaml": ".yml",
    ".pt": ".pth",
    ".markdown": ".md",
}
# Added after the suffix by browsers and editors that do not know it.
EXTRA_SUFFIXES = (".txt", ".json", ".download", ".tar")
_COPY = r"(?:copia|copy|copie|kopie|cópia)"
COPY_PREFIX = re.compile(rf"(?:{_COPY}[ _](?:de|of|von)[ _]+)+")  # Colab, Drive
# Added to a stem by browsers, LMSs, Jupyter, Finder and Explorer.
COPY_MARK = re.compile(
    rf"(?:[ _]?\(\d{{1,4}}\)|-\d{{1,4}}|(?:[ _]?-[ _]?|[ _]){_COPY}(?:[ _]?\d{{1,4}})?)$"
)
CHECKPOINT_MARK = "-checkpoint"  # Jupyter's automatic copy, which may be old
MACOS_PREFIX = "._"  # of a metadata file that Finder adds
# The beginnings of files that lie beside the code, such as tests.
AUXILIARY_NAME = re.compile(r"_{2}|test_|.*_test\.|conftest\.|setup\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChoice:
    """The files that stand for declared names."""

    # The name of the file, by declared name.
    taken: Mapping[str, str] = field(default_factory=dict)
    # The files of which any may be meant, by declared name.
    unclear: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def match_name(name: str, declared: Sequence[str]) -> str:
    """Return the declared name that a file's name stands for; empty if there is none."""
    if name in declared:
        return name
    variants = _variants(name)
    return next((one for one in declared if _canonical(one) in variants), "")


def match_suffix(name: str, declared: Sequence[str]) -> str:
    """Return the declared name with the same kind of suffix; empty if there is none."""
    suffix = _suffix(_clean(name))
    return next((one for one in declared if _suffix(_clean(one)) == suffix), "")


def is_word(text: str, word: str) -> bool:
    """Return whether the name of a folder or an archive, without suffix, means `word`."""
    return _joined(word.casefold()) in _variants(text)


def choose_names(
    names: Iterable[str], declared: Sequence[str], *, alone: bool = False
) -> NameChoice:
    """Choose the files that stand for one declared file, in any of its `declared` names.

    The exact name counts before every other, and Jupyter's automatic copy after all. With `alone`
    the only file of the right kind is taken if no name matches.
    """
    by_declared_name: dict[str, list[str]] = {}
    names = sorted(names)
    for name in names:
        matched = match_name(name, declared)
        if matched:
            by_declared_name.setdefault(matched, []).append(name)
    if not by_declared_name and alone:
        candidates = _same_kind(names, declared)
        if len(candidates) > 1:
            return NameChoice(unclear={declared[0]: tuple(candidates)})
        by_declared_name = {match_suffix(name, declared): [name] for name in candidates}
    taken: dict[str, str] = {}
    unclear: dict[str, tuple[str, ...]] = {}
    for matched, group in by_declared_name.items():
        best = _best_names(group, matched)
        if len(best) == 1:
            taken[matched] = best[0]
        else:
            unclear[matched] = tuple(best)
    return NameChoice(taken=taken, unclear=unclear)


def _same_kind(names: Iterable[str], declared: Sequence[str]) -> list[str]:
    """Return the names of the right kind; tests and the like only if there are no others."""
    of_kind = [
        name
        for name in names
        if match_suffix(name, declared) and name.isprintable() and not name.startswith(".")
    ]
    return [name for name in of_kind if not AUXILIARY_NAME.match(name.lower())] or of_kind


def _best_names(names: Sequence[str], declared: str) -> list[str]:
    """Return the names that a rule prefers."""
    if declared in names:
        return [declared]
    return [name for name in names if CHECKPOINT_MARK not in name.lower()] or list(names)


def _clean(name: str) -> str:
    """Return a name in lower case and composed form, without suffixes added after its own."""
    text = unicodedata.normalize("NFC", name[:MAX_NAME_CHARS]).strip().casefold()
    while PurePath(text).suffix in EXTRA_SUFFIXES:
        rest = text[: text.rindex(".")].rstrip()
        if not _suffix(rest):
            break
        text = rest
    return text


def _suffix(text: str) -> str:
    suffix = PurePath(text).suffix
    return SUFFIX_ALIASES.get(suffix, suffix)


def _variants(name: str) -> set[str]:
    """Return a name without the marks of copies, with one mark less each time."""
    if name.startswith(MACOS_PREFIX) or not name.isprintable():
        return set()
    text = _clean(name)
    stem, suffix = PurePath(text).stem.strip(), _suffix(text)
    variants = {_joined(stem) + suffix}
    stem = COPY_PREFIX.sub("", stem, count=1) if COPY_PREFIX.match(stem) else stem
    while True:
        variants.add(_joined(stem) + suffix)
        shorter = COPY_MARK.sub("", stem.removesuffix(CHECKPOINT_MARK)).rstrip()
        if shorter == stem or not shorter:
            return variants
        stem = shorter


def _canonical(declared: str) -> str:
    """Return a declared name in the form that `_variants` returns."""
    text = unicodedata.normalize("NFC", declared).casefold()
    return _joined(PurePath(text).stem) + _suffix(text)


def _joined(stem: str) -> str:
    """Return a stem without word separators, which students spell in several ways."""
    return re.sub(r"[\s_-]+", "", stem)

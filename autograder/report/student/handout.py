"""The section of a handout that a criterion belongs to, and its address."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.model import Assignment, Course, Criterion, Lang

# By language: the handout's file, the first that is there.
HANDOUT_FILES: dict[Lang, tuple[str, ...]] = {
    "es": ("README.md", "README.es.md"),
    "en": ("README.en.md", "README.md"),
}
HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$")
WORD = re.compile(r"\w{4,}")
STEM_CHARS = 6  # of a word that are compared: "congelar" and "congelación" are of one stem
ROW = re.compile(r"^\|([^|\n]+)\|", re.MULTILINE)  # the first cell of a table's row


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoutSection:
    """A section of a handout."""

    section: str  # its heading
    url: str = ""  # empty: the course states no address


def handout_section(
    course: Course, assignment: Assignment, criterion: Criterion, lang: Lang
) -> HandoutSection | None:
    """Return the section that speaks of a criterion; None where no handout does.

    That is the first one whose heading speaks of what the criterion's title names, or else the one
    with a table that has a row for it, or else the one whose text shares most words with it.
    """
    found = _heading_of(criterion.title.in_(lang), assignment.root, lang)
    if not found:
        return None
    address = course.pages.handout.replace("{assignment}", assignment.id)
    return HandoutSection(section=found, url=f"{address}#{anchor_of(found)}" if address else "")


@functools.lru_cache(maxsize=1024)  # the same on the page of every student
def _heading_of(title: str, folder: Path, lang: Lang) -> str:
    """Return the heading of a criterion's section; empty where there is none."""
    words = _words(title)
    found, most = "", 0
    for heading, text in _sections(folder, lang):
        if words & _words(heading):
            found = heading
            break
        rows = ROW.findall(text)
        is_row = any(_words(cell) and _words(cell) <= words for cell in rows)
        common = len(words) + 1 if is_row else len(words & _words(text))
        if common > most:
            found, most = heading, common
    return found


def anchor_of(heading: str) -> str:
    """Return the anchor that GitHub, GitLab and MkDocs give a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def _words(text: str) -> set[str]:
    return {word.lower()[:STEM_CHARS] for word in WORD.findall(text)}


@functools.cache  # for each criterion of every student
def _sections(folder: Path, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Return each section's heading and text, in the handout of a language."""
    files = (folder / name for name in HANDOUT_FILES[lang])
    file = next((file for file in files if file.is_file()), None)
    return () if file is None else tuple(_cut_at_headings(file.read_text(encoding="utf-8")))


def _cut_at_headings(text: str) -> Iterator[tuple[str, str]]:
    """Yield the heading and the text of each section below the title."""
    heading, lines, is_code = "", [""], False
    for line in text.splitlines():
        is_code ^= line.startswith("```")
        match = None if is_code else HEADING.match(line)
        if match and len(match[1]) > 1:
            if heading:
                yield heading, "\n".join(lines)
            heading, lines = match[2], []
        else:
            lines.append(line)
    if heading:
        yield heading, "\n".join(lines)

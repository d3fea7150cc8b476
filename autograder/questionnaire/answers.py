"""answers.yml as it is handed in: hostile text, cut into its keys, so that a broken line costs no
other answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from autograder.questionnaire.reading import Raw, UnreadableAnswer, fold
from autograder.text.decoding import decoded
from autograder.text.suggestions import did_you_mean

FORM = "form"  # the key under which a form carries its code
UNSHUFFLED = "0"  # the code of the form as questionnaire.yml has it
CODE = re.compile(r"0|[0-9a-f]{6}", re.ASCII)
LINE = re.compile(r"""(["']?)([A-Za-z_][A-Za-z0-9_]{0,59})\1[ \t]*:(.*)""", re.ASCII)
LONGEST = 8000  # characters of one answer
MOST_STRANGERS = 50  # unknown keys that are kept, to say which question was perhaps meant
MOST_PARTS = 50  # entries of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands under one key."""

    value: Raw | UnreadableAnswer  # "" where nothing does
    text: str = ""  # as it was typed, for a person to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A form that came back."""

    code: str | UnreadableAnswer  # of the form on which it was answered
    written: Mapping[str, Written]  # of known keys
    strangers: tuple[str, ...]  # keys that nobody asked for
    is_foreign: bool  # there is text in it, but no known key

    def under(self, id: str) -> Written:
        """What was answered to `id`; nothing where its key is not there and no other comes near it."""
        if id in self.written:
            return self.written[id]
        if self.is_foreign:
            return Written(value=UnreadableAnswer("foreign"))
        return Written(
            value=UnreadableAnswer("misnamed") if did_you_mean(id, self.strangers) else ""
        )


def read_answers(data: bytes, known: Collection[str]) -> Answers:
    """The answers to `known` keys in a file of any content; whatever it holds, this returns."""
    lines = re.split(r"\r\n|\r|\n", decoded(data))
    written: dict[str, Written] = {}
    strangers: list[str] = []
    last = ""
    for key, text in _blocks(lines):
        if key not in known and key != FORM:
            strangers += [key] if len(strangers) < MOST_STRANGERS else []
            if last:  # perhaps a line of the answer above: `Example: ...`
                above = written[last]
                written[last] = replace(
                    above, text=f"{above.text}\n{key}: {text}".strip()[:LONGEST]
                )
            continue
        last = key
        if key in written:
            written[key] = Written(
                value=UnreadableAnswer("twice"), text=f"{written[key].text}\n{text}"[:LONGEST]
            )
        else:
            written[key] = Written(value=_value(text), text=text.strip()[:LONGEST])
    has_content = any(fold(line) for line in lines if not line.lstrip().startswith("#"))
    return Answers(
        code=_code(written.pop(FORM, Written(value=""))),
        written=written,
        strangers=tuple(strangers),
        is_foreign=has_content and not last,
    )


def _blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each key that begins a line, with all text up to the next one; comments and marks of
    documents left out.
    """
    key, held = "", [""]
    for line in lines:
        if line.startswith(("#", "---", "...")):
            continue
        if match := LINE.fullmatch(line):
            if key:
                yield key, "\n".join(held)
            key, held = match[2], [match[3].lstrip(" \t")]
        else:
            held.append(line)
    if key:
        yield key, "\n".join(held)


def _value(text: str) -> Raw | UnreadableAnswer:
    """The one value, or the list of values, that YAML reads in `text`."""
    if not fold(text):  # nothing, or no more than marks: -, ?, ~, "", [], ...
        return ""
    if len(text) > LONGEST:
        return UnreadableAnswer("too_long")
    try:
        return _scalars(yaml.parse(text, Loader=yaml.SafeLoader))
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
    ):  # the latter two: a number behind \U or %YAML
        return UnreadableAnswer("not_plain")
    except UnreadableAnswer as unreadable:
        return unreadable


def _scalars(events: Any) -> Raw:
    """The text of a scalar, or of each scalar in a list.

    Events are read one by one, and nothing is built from them: an alias, an anchor, a tag, a
    mapping, a list in a list or a second document ends it. No scalar becomes a number, a date or a
    truth value.
    """
    found: list[str] = []
    lists = documents = 0
    for event in events:
        lists += isinstance(event, yaml.SequenceStartEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        marked = (
            getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None
        )
        odd = isinstance(event, yaml.AliasEvent | yaml.MappingStartEvent)
        if marked or odd or lists > 1 or documents > 1 or len(found) > MOST_PARTS:
            raise UnreadableAnswer("not_plain")
        if isinstance(event, yaml.ScalarEvent):
            found.append(event.value)
    if lists:
        return tuple(found)
    return found[0] if found else ""


def _code(written: Written) -> str | UnreadableAnswer:
    """The code of the form; the unshuffled one where none stands."""
    if isinstance(written.value, UnreadableAnswer) or not isinstance(written.value, str):
        return UnreadableAnswer("form")
    code = written.value.strip().casefold()
    return (code or UNSHUFFLED) if CODE.fullmatch(code or UNSHUFFLED) else UnreadableAnswer("form")

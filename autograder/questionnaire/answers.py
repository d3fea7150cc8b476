"""The reader of answers.yml: untrusted text, cut at its keys, one answer at a time.

A broken line thus costs no other answer.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from autograder.questionnaire.reading import Raw, UnreadableAnswer, fold
from autograder.text.decoding import decoded
from autograder.text.suggestions import did_you_mean

FORM_KEY = "form"  # the key under which a form carries its code
UNSHUFFLED_CODE = "0"  # the code of the form as questionnaire.yml has it
CODE_PATTERN = re.compile(r"0|[0-9a-f]{6}", re.ASCII)
KEY_LINE_PATTERN = re.compile(r"""(["']?)([A-Za-z_][A-Za-z0-9_]{0,59})\1[ \t]*:(.*)""", re.ASCII)
BLOCK_MARK_PATTERN = re.compile(r"\A[|>][-+0-9]*[ \t]*\n")
MAX_ANSWER_CHARS = 8000  # characters of one answer
MAX_UNKNOWN_KEYS = 50  # unknown keys that are kept, to say which question was perhaps meant
MAX_LIST_ENTRIES = 50  # entries of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAnswer:
    """The answer under one key."""

    value: Raw | UnreadableAnswer  # "" where it is blank
    text: str = ""  # as it was typed, for a person to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """A submitted form."""

    code: str | UnreadableAnswer  # of the form on which it was answered
    written: Mapping[str, WrittenAnswer]  # of known keys
    unknown_keys: tuple[str, ...]  # of the file, that are no question
    is_foreign: bool  # there is text in it, but no known key

    def under(self, question_id: str) -> WrittenAnswer:
        """Return the answer to a question; blank where neither its key nor a similar one is there.

        A similar key makes the answer unreadable, not blank.
        """
        if question_id in self.written:
            return self.written[question_id]
        if self.is_foreign:
            return WrittenAnswer(value=UnreadableAnswer("foreign"))
        return WrittenAnswer(
            value=UnreadableAnswer("misnamed")
            if did_you_mean(question_id, self.unknown_keys)
            else ""
        )


def read_answers(data: bytes, known: Collection[str]) -> Answers:
    """Return the answers to `known` keys in a file of any content; it never raises."""
    lines = re.split(r"\r\n|\r|\n", decoded(data))
    written: dict[str, WrittenAnswer] = {}
    unknown_keys: list[str] = []
    last = ""
    for key, text in _blocks(lines):
        if key not in known and key != FORM_KEY:
            unknown_keys += [key] if len(unknown_keys) < MAX_UNKNOWN_KEYS else []
            if last:  # perhaps a line of the answer above: `Example: ...`
                above = written[last]
                written[last] = replace(
                    above, text=f"{above.text}\n{key}: {text}".strip()[:MAX_ANSWER_CHARS]
                )
            continue
        last = key
        if key in written:
            written[key] = WrittenAnswer(
                value=UnreadableAnswer("twice"),
                text=f"{written[key].text}\n{text}"[:MAX_ANSWER_CHARS],
            )
        else:
            written[key] = WrittenAnswer(value=_value(text), text=text.strip()[:MAX_ANSWER_CHARS])
    has_content = any(fold(line) for line in lines if not line.lstrip().startswith("#"))
    return Answers(
        code=_code(written.pop(FORM_KEY, WrittenAnswer(value=""))),
        written=written,
        unknown_keys=tuple(unknown_keys),
        is_foreign=has_content and not last,
    )


def plain_text(typed: str) -> str:
    """Return a text without the mark and margin that YAML needs for several lines."""
    return textwrap.dedent(BLOCK_MARK_PATTERN.sub("", typed)).strip()


def _blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each key that begins a line, with all text up to the next one.

    Comments and document marks are left out.
    """
    key, held = "", [""]
    for line in lines:
        if line.startswith(("#", "---", "...")):
            continue
        if match := KEY_LINE_PATTERN.fullmatch(line):
            if key:
                yield key, "\n".join(held)
            key, held = match[2], [match[3].lstrip(" \t")]
        else:
            held.append(line)
    if key:
        yield key, "\n".join(held)


def _value(text: str) -> Raw | UnreadableAnswer:
    """Return the one value, or the list of values, that YAML reads in `text`."""
    if not fold(text):  # nothing, or no more than marks: -, ?, ~, "", [], ...
        return ""
    if len(text) > MAX_ANSWER_CHARS:
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


def _scalars(events: Iterable[yaml.Event]) -> Raw:
    """Return the text of a scalar, or of each scalar in a list.

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
        if marked or odd or lists > 1 or documents > 1 or len(found) > MAX_LIST_ENTRIES:
            raise UnreadableAnswer("not_plain")
        if isinstance(event, yaml.ScalarEvent):
            found.append(event.value)
    if lists:
        return tuple(found)
    return found[0] if found else ""


def _code(written: WrittenAnswer) -> str | UnreadableAnswer:
    """Return the code of the form; that of the unshuffled form where there is none."""
    if isinstance(written.value, UnreadableAnswer) or not isinstance(written.value, str):
        return UnreadableAnswer("form")
    code = written.value.strip().casefold()
    return (
        (code or UNSHUFFLED_CODE)
        if CODE_PATTERN.fullmatch(code or UNSHUFFLED_CODE)
        else UnreadableAnswer("form")
    )

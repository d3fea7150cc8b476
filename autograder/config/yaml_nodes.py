"""YAML values that know their line: wrong ones are collected as complaints, never raised one by
one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import yaml

from autograder.errors import CourseError
from autograder.text.decoding import decoded_strictly
from autograder.text.suggestions import did_you_mean

NUMBER = re.compile(r"([+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,9}|/[1-9]\d{0,8})?)(?: *(%))?", re.ASCII)
MEASURE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) *([A-Za-z]*)", re.ASCII)
BYTES = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
SECONDS = {"": 1, "s": 1}
TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One mistake: where it is, and what is wrong, what was expected, what was perhaps meant."""

    file: str
    line: int
    place: str
    what: str

    def __str__(self) -> str:
        """`file:line: place: what`."""
        return ": ".join(
            part for part in (f"{self.file}:{self.line}", self.place, self.what) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A value of a YAML file. Each reader answers with its default where the value is absent or
    wrong.
    """

    node: yaml.Node | None  # None: not there, which is either allowed or already complained about
    file: str
    place: str = ""  # the dotted path of what holds it
    name: str = ""
    key: yaml.Node | None = None  # where its name stands, in a mapping
    complaints: list[Complaint] = field(default_factory=list)  # one list for the whole file

    @property
    def path(self) -> str:
        """The dotted path of the value itself."""
        return f"{self.place}.{self.name}" if self.place and self.name else self.place or self.name

    def child(
        self,
        name: str,
        node: yaml.Node | None,
        *,
        key: yaml.Node | None = None,
        place: str | None = None,
    ) -> Located:
        """A value inside this one; `place` instead of this path where it is given."""
        place = self.path if place is None else place
        return Located(
            node=node, file=self.file, place=place, name=name, key=key, complaints=self.complaints
        )

    def complain(self, what: str, *, place: str | None = None, at: yaml.Node | None = None) -> None:
        """Note that something is wrong with this value, on the line where it begins or on that of
        `at`.
        """
        node = at or self.key or self.node
        if node is not None and self.is_there:
            line = node.start_mark.line + 1
            self.complaints.append(
                Complaint(self.file, line, self.path if place is None else place, what)
            )

    def must_be(self, expected: str) -> None:
        """Note what was expected instead of this value."""
        self.complain(f"{self.name} must be {expected}, got {_shown(self.node)}", place=self.place)

    @property
    def is_there(self) -> bool:
        """Return whether the file holds this value at all."""
        return self.node is not None

    def find(self, *names: str) -> Located:
        """The value under these keys, or one that holds no node; never complains."""
        if not names:
            return self
        pairs = self.node.value if isinstance(self.node, yaml.MappingNode) else []
        key, node = next((pair for pair in pairs if pair[0].value == names[0]), (None, None))
        return self.child(names[0], node, key=key).find(*names[1:])

    def entries(self, *, place: str | None = None) -> dict[str, Located]:
        """The values of a mapping whose keys are free, e.g. ids; there must be at least one.

        `place` replaces the path of the mapping in complaints, where the keys speak for themselves.
        """
        found = self._pairs(self.path if place is None else place)
        if isinstance(self.node, yaml.MappingNode) and not self.node.value:
            self.complain("is empty, expected at least one entry")
        return found

    def fields(
        self, *required: str, optional: Sequence[str] = (), kind: str = "key"
    ) -> dict[str, Located]:
        """The values of a mapping whose keys are fixed; one that is absent holds no node."""
        known = (*required, *optional)
        found = self._pairs(self.path)
        for name in found:
            if name not in known:
                hint = did_you_mean(name, known) or f"; expected one of {', '.join(known)}"
                self.complain(f"unknown {kind} {name!r}{hint}", at=found[name].key)
        if isinstance(self.node, yaml.MappingNode):
            for name in required:
                if name not in found:
                    self.complain(f"missing {kind} {name!r}")
        return {name: found.get(name, self.child(name, None)) for name in known}

    def _pairs(self, place: str) -> dict[str, Located]:
        if not isinstance(self.node, yaml.MappingNode):
            self.must_be("a mapping of names to values")
            return {}
        found: dict[str, Located] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.complain(f"a key must be a word, got {_shown(key)}", at=key)
            elif key.value in found:
                self.complain(f"key {key.value!r} appears twice; keep one", at=key)
            else:
                found[key.value] = self.child(key.value, value, key=key, place=place)
        return found

    def items(self, *, least: int = 0) -> list[Located]:
        """The values of a list, at least so many; none where it is absent."""
        if isinstance(self.node, yaml.SequenceNode):
            if len(self.node.value) < least:
                self.complain(f"is too short, expected at least {least}")
            return [self.child("each entry", node) for node in self.node.value]
        self.must_be("a list")
        return []

    def text(self) -> str:
        """A text that is not empty."""
        if (
            _tag(self.node) == "str"
            and isinstance(self.node, yaml.ScalarNode)
            and self.node.value.strip()
        ):
            return str(self.node.value)
        self.must_be("a text")
        return ""

    def choice(self, options: Sequence[str], default: str) -> str:
        """One of a few words."""
        if self.node is None:
            return default
        word = self.node.value if isinstance(self.node, yaml.ScalarNode) else ""
        if word in options:
            return str(word)
        self.must_be(f"one of {', '.join(options)}")
        return default

    def flag(self, *, default: bool = False) -> bool:
        """`true` or `false`."""
        if _tag(self.node) == "bool" and isinstance(self.node, yaml.ScalarNode):
            return bool(yaml.SafeLoader.bool_values[self.node.value.lower()])
        self.must_be("true or false")
        return default

    def number(self, *, percent: bool = False) -> Fraction:
        """An exact number: `4`, `2.5`, `1/3`, or `50 %` where `percent`; 0 where it is absent or
        wrong.
        """
        match = NUMBER.fullmatch(self._scalar())
        if match is not None and bool(match[2]) <= percent:
            return Fraction(match[1]) / (100 if match[2] else 1)
        self.must_be("a share such as -50 %" if percent else "a number such as 4, 2.5 or 1/3")
        return Fraction(0)

    def positive(self) -> Fraction:
        """A number above zero; 0 where it is absent or wrong."""
        before = len(self.complaints)
        number = self.number()
        if number <= 0 and len(self.complaints) == before:
            self.complain(
                f"{self.name} must be positive, got {_shown(self.node)}", place=self.place
            )
        return max(number, Fraction(0))

    def count(self, default: int) -> int:
        """A whole number above zero."""
        return self._measured({"": 1}, "a whole number above zero", default)

    def size(self, default: int) -> int:
        """A number of bytes."""
        return self._measured(BYTES, "a size such as 1 MiB (B, KiB, MiB or GiB)", default)

    def seconds(self, default: float) -> float:
        """A number of seconds."""
        measured = self._measure(SECONDS, "seconds above zero such as 10 s")
        return default if measured is None else float(measured)

    def whole_seconds(self, default: int) -> int:
        """A whole number of seconds."""
        return self._measured(SECONDS, "whole seconds above zero such as 60 s", default)

    def _measured(self, units: dict[str, int], expected: str, default: int) -> int:
        measured = self._measure(units, expected)
        if measured is None:
            return default
        if measured.denominator != 1:
            self.must_be(expected)
            return default
        return int(measured)

    def _measure(self, units: dict[str, int], expected: str) -> Fraction | None:
        match = MEASURE.fullmatch(self._scalar())
        if match is not None and match[2] in units and Fraction(match[1]) > 0:
            return Fraction(match[1]) * units[match[2]]
        self.must_be(expected)
        return None

    def _scalar(self) -> str:
        number_like = isinstance(self.node, yaml.ScalarNode) and _tag(self.node) in {
            "int",
            "float",
            "str",
        }
        return str(self.node.value) if number_like and self.node is not None else ""


def _tag(node: yaml.Node | None) -> str:
    return "" if node is None else str(node.tag).removeprefix(TAG)


def _shown(node: yaml.Node | None) -> str:
    """The value as a complaint quotes it."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if node is None or _tag(node) == "null":
        return "nothing"
    return repr(node.value) if _tag(node) == "str" else str(node.value)


def compose(data: bytes, file: str, holds: str = "the course's rubric and assignments") -> Located:
    """The top of a YAML file, safe tags only; CourseError where it is no YAML, not UTF-8 or empty."""
    try:
        text = decoded_strictly(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CourseError(f"{file}:{line}: not UTF-8 text; save the file as UTF-8") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CourseError(
            f"{file}:{line}: not valid YAML: {error.problem or error.context}"
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise CourseError(
            f"{file}:{line}: not valid YAML: a character that YAML does not allow"
        ) from None
    except RecursionError:
        raise CourseError(f"{file}:1: not valid YAML: nested too deeply") from None
    except (ValueError, OverflowError):
        raise CourseError(
            f"{file}:1: not valid YAML: a number that is too large, behind \\U or %YAML"
        ) from None
    if node is None:
        raise CourseError(f"{file}:1: the file is empty; expected {holds}")
    return Located(node=node, file=file)

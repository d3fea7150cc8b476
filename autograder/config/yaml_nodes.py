"""YAML values with their lines: readers collect what is wrong as problems, and never raise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import yaml

from autograder.text.suggestions import did_you_mean

NUMBER_PATTERN = re.compile(
    r"([+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,9}|/[1-9]\d{0,8})?)(?: *(%))?", re.ASCII
)
QUANTITY_PATTERN = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) *([A-Za-z]*)", re.ASCII)
BYTES_PER_UNIT = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
SECONDS_PER_UNIT = {"": 1, "s": 1}
TAG_PREFIX = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file: where it is, what is wrong, and what was expected."""

    file: str
    line: int
    place: str
    what: str

    def __str__(self) -> str:
        """Return `file:line: place: what`."""
        return ": ".join(
            part for part in (f"{self.file}:{self.line}", self.place, self.what) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlNode:
    """A value of a YAML file, with readers that return a default where it is absent or wrong."""

    node: yaml.Node | None  # None: not there, which is allowed, or already a problem
    file: str
    place: str = ""  # the dotted path of the value that contains it
    name: str = ""
    key: yaml.Node | None = None  # where its name stands, in a mapping
    problems: list[Problem] = field(default_factory=list)  # one list for the whole file

    @property
    def path(self) -> str:
        """Return the dotted path of the value itself."""
        return f"{self.place}.{self.name}" if self.place and self.name else self.place or self.name

    def child(
        self,
        name: str,
        node: yaml.Node | None,
        *,
        key: yaml.Node | None = None,
        place: str | None = None,
    ) -> YamlNode:
        """Return a value inside this one; `place` replaces this path where it is given."""
        place = self.path if place is None else place
        return YamlNode(
            node=node, file=self.file, place=place, name=name, key=key, problems=self.problems
        )

    def add_error(
        self, what: str, *, place: str | None = None, at: yaml.Node | None = None
    ) -> None:
        """Add the problem `what`, on the line of `at`, or else on the one where this value begins.

        Nothing is added for a value that is absent.
        """
        node = at or self.key or self.node
        if node is not None and self.is_there:
            line = node.start_mark.line + 1
            self.problems.append(
                Problem(self.file, line, self.path if place is None else place, what)
            )

    def expect(self, expected: str) -> None:
        """Add the problem that something else was expected here."""
        self.add_error(f"{self.name} must be {expected}, got {_shown(self.node)}", place=self.place)

    @property
    def is_there(self) -> bool:
        """Return whether the file holds this value at all."""
        return self.node is not None

    def find(self, *names: str) -> YamlNode:
        """Return the value under these keys, or one without a node; add no problem."""
        if not names:
            return self
        pairs = self.node.value if isinstance(self.node, yaml.MappingNode) else []
        key, node = next((pair for pair in pairs if pair[0].value == names[0]), (None, None))
        return self.child(names[0], node, key=key).find(*names[1:])

    def entries(self, *, place: str | None = None) -> dict[str, YamlNode]:
        """Return the values of a mapping whose keys are free, e.g. ids; there must be one at least.

        `place` replaces the path of the mapping in problems, where the keys are clear alone.
        """
        found = self._pairs(self.path if place is None else place)
        if isinstance(self.node, yaml.MappingNode) and not self.node.value:
            self.add_error("is empty, expected at least one entry")
        return found

    def fields(
        self, *required: str, optional: Sequence[str] = (), kind: str = "key"
    ) -> dict[str, YamlNode]:
        """Return the values of a mapping whose keys are fixed; an absent one has no node."""
        known = (*required, *optional)
        found = self._pairs(self.path)
        for name in found:
            if name not in known:
                hint = did_you_mean(name, known) or f"; expected one of {', '.join(known)}"
                self.add_error(f"unknown {kind} {name!r}{hint}", at=found[name].key)
        if isinstance(self.node, yaml.MappingNode):
            for name in required:
                if name not in found:
                    self.add_error(f"missing {kind} {name!r}")
        return {name: found.get(name, self.child(name, None)) for name in known}

    def _pairs(self, place: str) -> dict[str, YamlNode]:
        if not isinstance(self.node, yaml.MappingNode):
            self.expect("a mapping of names to values")
            return {}
        found: dict[str, YamlNode] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.add_error(f"a key must be a word, got {_shown(key)}", at=key)
            elif key.value in found:
                self.add_error(f"key {key.value!r} appears twice; keep one", at=key)
            else:
                found[key.value] = self.child(key.value, value, key=key, place=place)
        return found

    def items(self, *, least: int = 0) -> list[YamlNode]:
        """Return the values of a list, `least` of them or more; none where it is absent."""
        if isinstance(self.node, yaml.SequenceNode):
            if len(self.node.value) < least:
                self.add_error(f"is too short, expected at least {least}")
            return [self.child("each entry", node) for node in self.node.value]
        self.expect("a list")
        return []

    def text(self) -> str:
        """Return a text that is not empty; "" where it is absent or wrong."""
        if (
            _tag(self.node) == "str"
            and isinstance(self.node, yaml.ScalarNode)
            and self.node.value.strip()
        ):
            return str(self.node.value)
        self.expect("a text")
        return ""

    def choice(self, options: Sequence[str], default: str) -> str:
        """Return one of the words `options`."""
        if self.node is None:
            return default
        word = self.node.value if isinstance(self.node, yaml.ScalarNode) else ""
        if word in options:
            return str(word)
        self.expect(f"one of {', '.join(options)}")
        return default

    def flag(self, *, default: bool = False) -> bool:
        """Return the bool that `true` or `false` stands for."""
        if _tag(self.node) == "bool" and isinstance(self.node, yaml.ScalarNode):
            return bool(yaml.SafeLoader.bool_values[self.node.value.lower()])
        self.expect("true or false")
        return default

    def number(self, *, percent: bool = False) -> Fraction:
        """Return an exact number: `4`, `2.5`, `1/3`, or `50 %` where `percent`; else 0."""
        match = NUMBER_PATTERN.fullmatch(self._scalar())
        if match is not None and bool(match[2]) <= percent:
            return Fraction(match[1]) / (100 if match[2] else 1)
        self.expect("a share such as -50 %" if percent else "a number such as 4, 2.5 or 1/3")
        return Fraction(0)

    def positive(self) -> Fraction:
        """Return a number above zero; 0 where it is absent or wrong."""
        before = len(self.problems)
        number = self.number()
        if number <= 0 and len(self.problems) == before:
            self.add_error(
                f"{self.name} must be positive, got {_shown(self.node)}", place=self.place
            )
        return max(number, Fraction(0))

    def count(self, default: int) -> int:
        """Return a whole number above zero."""
        return self._quantity({"": 1}, "a whole number above zero", default)

    def size(self, default: int) -> int:
        """Return a number of bytes."""
        return self._quantity(BYTES_PER_UNIT, "a size such as 1 MiB (B, KiB, MiB or GiB)", default)

    def seconds(self, default: float) -> float:
        """Return a number of seconds."""
        quantity = self._any_quantity(SECONDS_PER_UNIT, "seconds above zero such as 10 s")
        return default if quantity is None else float(quantity)

    def whole_seconds(self, default: int) -> int:
        """Return a whole number of seconds."""
        return self._quantity(SECONDS_PER_UNIT, "whole seconds above zero such as 60 s", default)

    def _quantity(self, units: dict[str, int], expected: str, default: int) -> int:
        quantity = self._any_quantity(units, expected)
        if quantity is None:
            return default
        if quantity.denominator != 1:
            self.expect(expected)
            return default
        return int(quantity)

    def _any_quantity(self, units: dict[str, int], expected: str) -> Fraction | None:
        match = QUANTITY_PATTERN.fullmatch(self._scalar())
        if match is not None and match[2] in units and Fraction(match[1]) > 0:
            return Fraction(match[1]) * units[match[2]]
        self.expect(expected)
        return None

    def _scalar(self) -> str:
        number_like = isinstance(self.node, yaml.ScalarNode) and _tag(self.node) in {
            "int",
            "float",
            "str",
        }
        return str(self.node.value) if number_like and self.node is not None else ""


def _tag(node: yaml.Node | None) -> str:
    return "" if node is None else str(node.tag).removeprefix(TAG_PREFIX)


def _shown(node: yaml.Node | None) -> str:
    """Return the value as a problem quotes it."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if node is None or _tag(node) == "null":
        return "nothing"
    return repr(node.value) if _tag(node) == "str" else str(node.value)

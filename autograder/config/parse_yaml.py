"""YAML files read into nodes: UTF-8, safe tags; an error has the line where a file is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.text.decoding import decoded_strictly

# libyaml composes nodes by recursion in C, without a limit: deeply nested text ends the process.
# No text is nested deeper than it has brackets plus the characters of its longest line.
MAX_DEPTH_FOR_C = 2000
FAST_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
READ_DIFFERENTLY = re.compile(r"\t|(?:^|[\s\[{,])!", re.MULTILINE)  # by libyaml: tabs and tags


def parse_yaml(
    data: bytes, file: str, expected: str = "the course's rubric and assignments"
) -> YamlNode:
    """Return the top value of a YAML file, safe tags only.

    CourseError where it is no YAML, not UTF-8, or empty; `expected` says what the file has to hold.
    """
    try:
        text = decoded_strictly(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CourseError(f"{file}:{line}: not UTF-8 text; save the file as UTF-8") from None
    node = _compose(text, file)
    if node is None:
        raise CourseError(f"{file}:1: the file is empty; expected {expected}")
    return YamlNode(node=node, file=file)


def _compose(text: str, file: str) -> yaml.Node | None:
    """Compose a text by libyaml, which is ten times as fast, or by PyYAML's own parser.

    PyYAML decides wherever the two may differ: which errors there are, and how they are worded,
    does not depend on libyaml.
    """
    node = _composed_fast(text)
    if node is not None:
        return node
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = str(error.problem or error.context)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = "a character that YAML does not allow"
    except RecursionError:
        line, what = 1, "nested too deeply"
    except (ValueError, OverflowError):
        line, what = 1, "a number that is too large, behind \\U or %YAML"
    raise CourseError(f"{file}:{line}: not valid YAML: {what}")


def _composed_fast(text: str) -> yaml.Node | None:
    """Compose a text by libyaml; None where it is not safe, fails, or may read it differently."""
    brackets = text.count("[") + text.count("{")
    longest_line = max((len(line) for line in text.splitlines()), default=0)
    if brackets + longest_line > MAX_DEPTH_FOR_C or READ_DIFFERENTLY.search(text):
        return None
    try:
        node = yaml.compose(text, Loader=FAST_LOADER)
    except (yaml.YAMLError, ValueError, OverflowError):
        return None
    if node is None or any("?" in plain for plain in _plain_scalars(node)):
        return None  # PyYAML allows no ? in a plain text within brackets
    return node


def _plain_scalars(node: yaml.Node) -> Iterator[str]:
    """Yield the texts that stand without quotes in a YAML file."""
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            if not node.style:
                yield str(node.value)
        elif id(node) not in seen:  # an alias leads to the same node again
            seen.add(id(node))
            for child in node.value:
                waiting += child if isinstance(child, tuple) else (child,)

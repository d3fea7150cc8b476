"""YAML files: libyaml makes them fast, and PyYAML decides what they say and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from autograder.config import parse_yaml as module
from autograder.config.parse_yaml import MAX_DEPTH_FOR_C, parse_yaml
from autograder.errors import CourseError
from tests.support.places import REPOSITORY

FILES = sorted(
    path
    for folder in ("assignments", "autograder", "solutions")
    for path in (REPOSITORY / folder).rglob("*.yml")
)
READ_DIFFERENTLY = {  # a text that libyaml accepts, and reads as PyYAML does not
    "a tab after a colon": "a:\t1\n",
    "a tab behind a bar": "a: |\t\n  text\n",
    "a question mark in brackets": "a: {b: what? , c: d}\n",
    "a tag of one sign": "a: [! 1, 2]\n",
    "a tag without a space": "a: [!1, 2]\n",
}


def plain(node: yaml.Node | None) -> Any:
    """Return a node's tags, lines and values."""
    if node is None or isinstance(node, yaml.ScalarNode):
        return None if node is None else (node.tag, node.start_mark.line, node.value)
    children = [pair if isinstance(pair, tuple) else (pair,) for pair in node.value]
    values = [tuple(plain(child) for child in pair) for pair in children]
    return (node.tag, node.start_mark.line, values)


def read_slowly(text: str) -> Any:
    """Return what PyYAML's own parser reads; the kind of error where it reads nothing."""
    try:
        return plain(yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return "error"


def read(text: str) -> Any:
    """Return what `parse_yaml` reads; the kind of error where it reads nothing."""
    try:
        return plain(parse_yaml(text.encode(), "file.yml").node)
    except CourseError:
        return "error"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_file_is_read_as_by_pyyaml(path: Any) -> None:
    """Tags, lines and values of the repository's files do not depend on the parser."""
    data = path.read_bytes()
    if data.isascii() or not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-8", "replace")
        assert read(text) == read_slowly(text)


@pytest.mark.parametrize("text", READ_DIFFERENTLY.values(), ids=READ_DIFFERENTLY)
def test_pyyaml_decides_where_the_parsers_differ(text: str) -> None:
    """A text that only libyaml accepts, or reads in another way, is read by PyYAML."""
    assert read(text) == read_slowly(text)


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 50_000, "{a: " * 3000])
def test_deep_nesting_is_an_error(text: str) -> None:
    """Text nested too deeply for C's stack is refused, and does not end the process."""
    assert len(text) > MAX_DEPTH_FOR_C
    with pytest.raises(CourseError, match="nested too deeply"):
        parse_yaml(text.encode(), "file.yml")


def test_the_course_is_read_by_libyaml() -> None:
    """The course's own file takes the fast way, where there is one."""
    if not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    text = (REPOSITORY / "grading.yml").read_text(encoding="utf-8")
    assert module._composed_fast(text) is not None

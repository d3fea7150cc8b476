"""The stubs that students start from: each says what is to be written, of which shapes, and in both
languages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from autograder.config.course import load_course
from autograder.model import Assignment, Lang
from autograder.release import build_release, read_source
from autograder.release.source import SourceCell
from tests.support.places import REPOSITORY

COURSE = load_course(REPOSITORY)
ASSIGNMENTS = {a.id: a for a in COURSE.assignments if a.runs_code}
LANGS: tuple[Lang, ...] = ("es", "en")
SHAPE = r"\((B|classes|num_classes), ?"


def markdown_of(assignment: Assignment, lang: Lang) -> list[SourceCell]:
    """Return the text cells of a source in one language."""
    return [
        cell
        for cell in read_source(assignment).cells
        if cell.is_markdown and cell.lang in (None, lang)
    ]


def outline(cell: SourceCell) -> tuple[int, list[str]]:
    """Return what a text has in any language: the level of its heading, and its code."""
    heading = cell.text.split(" ")[0]
    return heading.count("#"), sorted(set(re.findall(r"`([^`]+)`", cell.text)))


@pytest.mark.parametrize("assignment_id", ASSIGNMENTS)
def test_each_text_is_there_in_both_languages(assignment_id: str) -> None:
    """A text cell in Spanish has one in English with its heading level and names in code."""
    texts = [markdown_of(ASSIGNMENTS[assignment_id], lang) for lang in LANGS]
    assert [outline(cell) for cell in texts[0]] == [outline(cell) for cell in texts[1]]
    assert {cell.text for cell in texts[0]}.isdisjoint(cell.text for cell in texts[1])


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def stub(request: pytest.FixtureRequest) -> tuple[Assignment, ast.Module]:
    """Return an assignment with its stub in English."""
    assignment = ASSIGNMENTS[request.param]
    made = build_release(COURSE, assignment, "en")
    return assignment, ast.parse(made.files[assignment.files[0].name])


def functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Return each function of students with its docstring; a constructor has its class's."""
    for owner in ast.walk(tree):
        for function in owner.body if isinstance(owner, (ast.Module, ast.ClassDef)) else []:
            if isinstance(function, ast.FunctionDef):
                yield (
                    function,
                    ast.get_docstring(owner if function.name == "__init__" else function) or "",
                )


def test_a_stub_is_typed_documented_and_says_what_is_missing(
    stub: tuple[Assignment, ast.Module],
) -> None:
    """Each function has types, a docstring, and in place of its body the title of what it earns."""
    assignment, tree = stub
    titles = tuple(
        f"raise NotImplementedError('{criterion.title.en}" for criterion in assignment.criteria
    )
    assert "README.md" in (ast.get_docstring(tree) or "")
    for function, docstring in functions(tree):
        arguments = [argument for argument in function.args.args if argument.arg != "self"]
        assert all(argument.annotation for argument in arguments), function.name
        assert function.returns, function.name
        assert docstring, function.name
        assert ast.unparse(function.body[-1]).startswith(titles), function.name


def test_a_stub_says_the_shapes_of_its_tensors(stub: tuple[Assignment, ast.Module]) -> None:
    """Where tensors or loaders of them come in or go out, their shapes stand in a docstring."""
    _, tree = stub
    for function, docstring in functions(tree):
        signature = f"{ast.unparse(function.args)} {ast.unparse(function.returns or function)}"
        if re.search(r"\b(Tensor|DataLoader)\b", signature):
            assert re.search(SHAPE, docstring + (ast.get_docstring(tree) or "")), function.name

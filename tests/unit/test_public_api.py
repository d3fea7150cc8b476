"""The public names of the package: what a script imports from `autograder`, and what that costs."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import autograder

FUNCTIONS = [name for name in autograder.__all__ if inspect.isfunction(getattr(autograder, name))]


def modules_after(statement: str) -> set[str]:
    """Return the modules that a fresh process has loaded after a statement."""
    script = f"{statement}\nimport sys; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.split())


def test_the_names_are_sorted() -> None:
    """`__all__` lists each public name once, in order."""
    assert list(autograder.__all__) == sorted(set(autograder.__all__))


def test_the_names_are_the_map_of_their_modules() -> None:
    """Each public name has its module, and no module is listed for another name."""
    assert list(autograder._MODULE_OF) == autograder.__all__


@pytest.mark.parametrize("name", autograder.__all__)
def test_a_name_can_be_imported_and_is_explained(name: str) -> None:
    """Each public name is there, and is a text or has a docstring that ends as a sentence."""
    value = getattr(autograder, name)
    assert isinstance(value, str) or (inspect.getdoc(value) or "").rstrip().endswith(".")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_raises(name: str) -> None:
    """The docstring of a public function names the errors that its caller must expect."""
    assert "Error" in (inspect.getdoc(getattr(autograder, name)) or "")


def test_a_wrong_name_is_an_attribute_error() -> None:
    """A name that is not public is refused as in any other module."""
    with pytest.raises(AttributeError, match="no attribute 'grades'"):
        _ = autograder.grades  # type: ignore[attr-defined]


def test_importing_the_package_loads_nothing() -> None:
    """`import autograder` loads no other module of the package, and no library."""
    loaded = modules_after("import autograder")
    assert {name for name in loaded if name.split(".")[0] == "autograder"} == {"autograder"}
    assert "torch" not in loaded


def test_reading_a_course_and_a_result_needs_no_torch() -> None:
    """A script that only reads is not slowed down by the library that computes."""
    loaded = modules_after("from autograder import ScoreSheet, load_course, read_result")
    assert loaded & {"torch", "numpy"} == set()

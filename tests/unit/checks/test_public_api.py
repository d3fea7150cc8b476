"""`autograder.checks` is all that a course author imports, and it is documented."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from autograder import checks
from autograder.checks import in_worker
from tests.support.places import REPOSITORY

CASES = REPOSITORY / "tests" / "cases"
AUTHORED = (  # what a course author writes; right/, wrong/ and solutions are hand-ins
    *sorted((REPOSITORY / "assignments").glob("*/graders/**/*.py")),
    *sorted((REPOSITORY / "assignments").glob("*/public/**/*.py")),
    *sorted((REPOSITORY / "assignments").glob("*/*.py")),
    *sorted(CASES.glob("*/assignments/*/graders/**/*.py")),
    *sorted(CASES.glob("*/assignments/*/public/**/*.py")),
    *sorted(CASES.glob("leaks/**/*.py")),
)
PUBLIC = {"autograder.checks", "autograder.checks.in_worker"}
STATED = {  # what the docstring of a public name must say
    "assert_close": ("shape", "dtype", "|actual - expected| <= atol + rtol |expected|", "NaN"),
    "empty_model": ("meta", "ValueError"),
    "expect_tensor": ("shape", "dtype", "finite", "None"),
    "fail": ("texts.yml", "shown to students"),
    "load_questionnaire": ("CourseError",),
    "partial": ("0 to below 1", "ValueError"),
    "format_share": ("0 to 1", "percent"),
    "lint_source": ("None", "ruff"),
    "measure": ("(k, 102)", "0 to 1", "Unmeasured", "probability"),
    "python_sources": ("ValueError",),
    "read_letters": ("UnreadableAnswer",),
    "read_number": ("UnreadableAnswer", "units of one"),
    "read_split": ("CourseError",),
    "serve_weights": ("OSError",),
    "served_model": ("eval mode", "ValueError"),
    "thresholds_of": ("0 to 1",),
    "wilson": ("0 to 1", "ValueError", "Wilson (1927)"),
    "weights_files": ("torchvision.models.get_model_weights", "ValueError"),
}
TYPES = {"Lang"}  # an alias has no docstring of its own


def autograder_imports(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the modules of autograder that a file imports from, each with the imported name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((a.name, "") for a in node.names if a.name.split(".")[0] == "autograder")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "autograder":
            yield from ((str(node.module), alias.name) for alias in node.names)


def is_probe_file(file: Path) -> bool:
    """Return whether a file is sent to a worker: those that hold probes are named so."""
    return file.name.endswith("probes.py")


@pytest.mark.parametrize("module", [checks, in_worker], ids=lambda module: module.__name__)
def test_all_is_sorted_and_true(module: object) -> None:
    """`__all__` is sorted, names each name once, and each can be imported."""
    names = module.__all__  # type: ignore[attr-defined]
    assert names == sorted(set(names))
    assert [name for name in names if not hasattr(module, name)] == []


def test_the_lazy_table_equals_the_typed_imports() -> None:
    """The table by which names are loaded says what the imports for type checkers say."""
    tree = ast.parse(Path(checks.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == checks.MODULE_OF_NAME
    assert sorted(typed) == checks.__all__
    assert dir(checks) == checks.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public raises AttributeError with the name."""
    with pytest.raises(AttributeError, match="no attribute 'Submision'"):
        _ = checks.Submision


@pytest.mark.parametrize("name", [*checks.__all__, *in_worker.__all__])
def test_a_public_name_is_documented(name: str) -> None:
    """Each public class and function has a docstring that is one sentence at least."""
    if name in TYPES:
        return
    value = getattr(checks if name in checks.__all__ else in_worker, name)
    first = (inspect.getdoc(value) or "").partition("\n\n")[0]
    assert first.endswith("."), first


@pytest.mark.parametrize("name", STATED)
def test_a_public_docstring_states_its_facts(name: str) -> None:
    """The docstring states what a caller has to know: shapes, units, ranges, errors, the source."""
    text = " ".join(str(getattr(checks, name).__doc__).split())
    assert [fact for fact in STATED[name] if fact not in text] == []


@pytest.mark.parametrize("file", AUTHORED, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_authors_import_only_the_public_api(file: Path) -> None:
    """Graders, public checks and artifacts import `autograder.checks`; probes its `in_worker`."""
    imported = list(autograder_imports(file))
    allowed = {"autograder.checks.in_worker"} if is_probe_file(file) else {"autograder.checks"}
    assert {module for module, _ in imported} <= allowed
    for module, name in imported:
        assert name in import_module(module).__all__


def test_importing_the_api_loads_nothing() -> None:
    """`import autograder.checks` loads no other module of autograder, and no torch."""
    code = "import sys, autograder.checks; print(sorted(m for m in sys.modules if m[:5] in "
    code += "('autog', 'torch')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['autograder', 'autograder.checks']"

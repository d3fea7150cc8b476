"""Imports go one way, the sandbox knows nothing of the rest, and nothing trusted reads a pickle."""

from __future__ import annotations

import ast
import functools
import sys
from graphlib import TopologicalSorter
from pathlib import Path

from tests.support.places import REPOSITORY

PACKAGE = REPOSITORY / "autograder"
# A package imports from the rows above its own and from nowhere else; nothing else loads `cli`.
# `__init__` and `checks.__init__` are public APIs: they load lazily what modules of many rows
# define, and no module of the package loads them.
LAYERS = """
    model version
    errors results
    sandbox stores blocks
    programs
    text
    analysis config diagnosis drawing
    checks scoring
    handin measuring questionnaire
    report
    grading
    student verification marking publishing cluster
    class_analysis doctor release appeals
    api integrations
    ci review watch
    cli
    __init__ checks.__init__
    __main__
"""
PUBLIC_API = "checks"
ROWS = [row.split() for row in LAYERS.split("\n") if row.strip()]
INSIDE, OUTSIDE, BOTH = SIDES = ("runs inside", "runs outside", "both sides")
PICKLING = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}


def name_of(path: Path) -> str:
    """Return a module's dotted name below `autograder`; that of a package is its folder's."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
SANDBOX = [name for name in MODULES if name.split(".")[0] == "sandbox"]


@functools.cache
def tree_of(name: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def first_line(name: str) -> str:
    """Return the summary of a module's docstring: its first paragraph."""
    summary, _, _ = (ast.get_docstring(tree_of(name)) or "").partition("\n\n")
    return " ".join(summary.split())


@functools.cache
def imports_of(name: str) -> frozenset[str]:
    """Return the full names that a module imports anywhere; `from a import b` gives a.b."""
    found: set[str] = set()
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def own_imports_of(name: str) -> set[str]:
    """Return the modules of this package that a module imports, without `autograder`."""
    found = set()
    for full in imports_of(name):
        first, _, rest = full.partition(".")
        if first == "autograder":
            parent = rest.rpartition(".")[0]
            found.add(rest if rest in MODULES else parent or "__init__")
    return found - {name}


def package_of(name: str) -> str:
    """Return the first part of a module's dotted name; the public API is a package of its own."""
    return f"{name}.__init__" if name == PUBLIC_API else name.partition(".")[0]


def test_every_package_has_a_layer() -> None:
    """The layers name every package once, and no other."""
    assert sorted(name for row in ROWS for name in row) == sorted(
        {package_of(name) for name in MODULES}
    )


def test_packages_import_one_way() -> None:
    """A package imports from the layers below it and from nowhere else."""
    below: set[str] = set()
    upward = {}
    for row in ROWS:
        for name in MODULES:
            if package_of(name) in row:
                imported = {package_of(other) for other in own_imports_of(name)}
                upward[name] = imported - {package_of(name)} - below
        below |= set(row)
    assert {name: packages for name, packages in upward.items() if packages} == {}


def test_modules_import_in_no_cycle() -> None:
    """The modules of the package can be ordered so that each imports only earlier ones."""
    TopologicalSorter({name: own_imports_of(name) for name in MODULES}).prepare()


def test_a_module_of_the_sandbox_says_where_it_runs() -> None:
    """The first line of a sandbox module says on which side of the boundary it runs."""
    sides = {name: [side for side in SIDES if side in first_line(name)] for name in SANDBOX}
    assert {name: found for name, found in sides.items() if len(found) != 1} == {}


def test_the_sandbox_imports_nothing_but_itself() -> None:
    """The sandbox imports the standard library, torch, numpy and itself, nothing of the judge."""
    shared = {"sandbox", *SANDBOX}
    installed = {"autograder", "torch", "numpy", *sys.stdlib_module_names}
    foreign = {}
    for name in SANDBOX:
        allowed = shared | {"model", "errors"} if OUTSIDE in first_line(name) else shared
        libraries = {full.split(".")[0] for full in imports_of(name)}
        foreign[name] = (own_imports_of(name) - allowed) | (libraries - installed)
    assert {name: found for name, found in foreign.items() if found} == {}


def test_what_runs_inside_imports_nothing_that_runs_outside() -> None:
    """A worker holds no code that only a judge needs."""
    pairs = [
        (name, other)
        for name in SANDBOX
        if INSIDE in first_line(name)
        for other in own_imports_of(name)
        if OUTSIDE in first_line(other)
    ]
    assert pairs == []


def pickling_in(name: str) -> set[str]:
    """Return what a module imports or calls that reads or writes pickles."""
    libraries = {full.split(".")[0] for full in imports_of(name)} & PICKLING
    attributes = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    calls = {"torch.load", "torch.save", "np.load", "numpy.load"}
    return libraries | ((imports_of(name) | attributes) & calls)


# The tape runs beside student code, whose own calls of torch.save and torch.load it passes on.
MAY_LOAD = ("sandbox.weights", "programs.tape")


def test_no_module_reads_a_pickle() -> None:
    """No module imports a pickling library, or lets torch or numpy load or save with one."""
    found = {name: pickling_in(name) for name in MODULES if name not in MAY_LOAD}
    assert {name: words for name, words in found.items() if words} == {}


def test_torch_loads_nothing_but_the_instructors_weights() -> None:
    """The one place where torch loads a file maps the fetched folder, and only plain tensors."""
    calls = [
        {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
        for node in ast.walk(tree_of("sandbox.weights"))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("torch.load", "torch.save")
    ]
    assert calls == [{"mmap": True, "weights_only": True, "map_location": "cpu"}]


def test_a_module_says_what_it_holds() -> None:
    """The first line of every module says in a sentence what it holds."""
    assert [name for name in MODULES if not first_line(name).endswith((".", "..."))] == []

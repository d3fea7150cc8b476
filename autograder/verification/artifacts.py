"""Artifacts: files that a case hands in beside its code, made by an assignment's artifacts.py."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from autograder.errors import CourseError
from autograder.handin.intake import HandIn
from autograder.model import Assignment, Run
from autograder.verification.cases import Case

ARTIFACTS_FILE = "artifacts.py"
ARTIFACTS_SEED = 0  # the same artifacts each time

# code, recipe, data, seed -> contents by file name
MakeArtifacts = Callable[[Path, str, Path, int], dict[str, bytes]]


def has_artifacts(assignment: Assignment) -> bool:
    """Return whether the assignment can make artifacts."""
    return (assignment.root / ARTIFACTS_FILE).is_file()


def with_data(run: Run, assignment: Assignment, folder: Path) -> Run:
    """Return `run` with images to make artifacts on: its own, or else small ones in `folder`."""
    if run.data is not None or not has_artifacts(assignment):
        return run
    # It imports a library for drawing, which takes a while.
    from autograder.measuring.data.synthetic import make_flowers

    return replace(run, data=make_flowers(folder))


def prepare_hand_ins(
    cases: Sequence[Case], assignment: Assignment, run: Run, folder: Path
) -> dict[Case, HandIn]:
    """Return what each case hands in: a file or, with artifacts, a folder below `folder`.

    Artifacts are made in processes of their own: a recipe runs the case's code, and judges are
    forked from this process.
    """
    if not has_artifacts(assignment):
        return {case: _hand_in(case, assignment, case.path) for case in cases}
    assert run.data is not None
    shares = [cases[first :: run.jobs] for first in range(min(run.jobs, len(cases)))]
    with ProcessPoolExecutor(len(shares), get_context("fork")) as pool:
        list(pool.map(_write_all, shares, repeat(assignment), repeat(run.data), repeat(folder)))
    return {case: _hand_in(case, assignment, folder / case.name) for case in cases}


def _hand_in(case: Case, assignment: Assignment, path: Path) -> HandIn:
    return HandIn(student=case.name, assignment=assignment.id, path=path)


def _write_all(cases: Sequence[Case], assignment: Assignment, data: Path, folder: Path) -> None:
    """Write the code and the artifacts of each case into a folder of its own."""
    make = load_make(assignment)
    for case in cases:
        root = folder / case.name
        root.mkdir(parents=True)
        suffix = case.path.suffix
        names = (name for name in assignment.source_names if Path(name).suffix == suffix)
        shutil.copyfile(case.path, root / next(names))
        for name, content in _make_artifacts(case, assignment, make, data).items():
            (root / name).write_bytes(content)


def load_make(assignment: Assignment) -> MakeArtifacts:
    """Return the function `make` of the assignment's artifacts.py."""
    file = assignment.root / ARTIFACTS_FILE
    spec = importlib.util.spec_from_file_location(f"{assignment.id}_artifacts", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look up their annotations there
    # It may import modules beside it. The process ends with this work, so the path may stay.
    sys.path.insert(0, str(assignment.root))
    spec.loader.exec_module(module)
    if not callable(getattr(module, "make", None)):
        expected = "make(code, recipe, data, seed) -> dict"
        raise CourseError(f"{file}: no function `make`; expected {expected}")
    make: MakeArtifacts = module.make
    return make


def _make_artifacts(
    case: Case, assignment: Assignment, make: MakeArtifacts, data: Path
) -> dict[str, bytes]:
    """Return the case's artifacts; CourseError where its recipe fails or makes undeclared files."""
    if not case.recipe:
        return {}
    try:
        artifacts = make(case.path, case.recipe, data, ARTIFACTS_SEED)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise CourseError(f"{case.declared_in}: recipe {case.recipe!r}: {reason}") from error
    declared = [file.name for file in assignment.files[1:]]
    undeclared = sorted(set(artifacts) - set(declared))
    if undeclared:
        file = assignment.root / ARTIFACTS_FILE
        expected = ", ".join(declared)
        raise CourseError(
            f"{file}: recipe {case.recipe!r} makes {undeclared[0]}; expected {expected}"
        )
    return artifacts

"""Artifacts: what a case hands in beside its code, made by a recipe of the assignment's
`artifacts.py`.
"""

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

FILE = "artifacts.py"
SEED = 0  # of what is random in them: the same artifacts each time

Make = Callable[
    [Path, str, Path, int], dict[str, bytes]
]  # code, recipe, data, seed -> contents by file name


def has_artifacts(assignment: Assignment) -> bool:
    """Whether the assignment can make what belongs beside the code."""
    return (assignment.root / FILE).is_file()


def with_data(run: Run, assignment: Assignment, folder: Path) -> Run:
    """`run` with data to make artifacts on: its own or, where it has none, flowers drawn into
    `folder`.
    """
    if run.data is not None or not has_artifacts(assignment):
        return run
    from autograder.measuring.data.synthetic import (
        make_flowers,
    )  # it draws: nobody else waits for the library

    return replace(run, data=make_flowers(folder))


def hand_ins(
    cases: Sequence[Case], assignment: Assignment, run: Run, folder: Path
) -> dict[Case, HandIn]:
    """What each case hands in: its one file or, where artifacts belong to it, a folder made below
    `folder`.

    They are made in processes of their own: a recipe runs the case's code, and judges are forked
    from this one.
    """
    if not has_artifacts(assignment):
        return {
            case: HandIn(student=case.name, assignment=assignment.id, path=case.path)
            for case in cases
        }
    assert run.data is not None
    shares = [cases[first :: run.jobs] for first in range(min(run.jobs, len(cases)))]
    with ProcessPoolExecutor(len(shares), get_context("fork")) as pool:
        list(pool.map(_make_all, shares, repeat(assignment), repeat(run.data), repeat(folder)))
    return {
        case: HandIn(student=case.name, assignment=assignment.id, path=folder / case.name)
        for case in cases
    }


def _make_all(cases: Sequence[Case], assignment: Assignment, data: Path, folder: Path) -> None:
    make = load_make(assignment)
    for case in cases:
        root = folder / case.name
        root.mkdir(parents=True)
        name = next(
            name for name in assignment.source_names if Path(name).suffix == case.path.suffix
        )
        shutil.copyfile(case.path, root / name)
        for name, content in _made(case, assignment, make, data).items():
            (root / name).write_bytes(content)


def load_make(assignment: Assignment) -> Make:
    """The function `make` of the assignment's artifacts.py."""
    file = assignment.root / FILE
    spec = importlib.util.spec_from_file_location(f"{assignment.id}_artifacts", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look for their annotations
    sys.path.insert(
        0, str(assignment.root)
    )  # it may import its neighbours; this process serves nothing else
    spec.loader.exec_module(module)
    if not callable(getattr(module, "make", None)):
        raise CourseError(
            f"{file}: no function `make`; expected make(code, recipe, data, seed) -> dict"
        )
    make: Make = module.make
    return make


def _made(case: Case, assignment: Assignment, make: Make, data: Path) -> dict[str, bytes]:
    """The case's artifacts; CourseError where its recipe makes none, or other files than are
    declared.
    """
    if not case.recipe:
        return {}
    try:
        made = make(case.path, case.recipe, data, SEED)
    except Exception as error:
        raise CourseError(
            f"{case.declared_in}: recipe {case.recipe!r}: {type(error).__name__}: {error}"
        ) from error
    declared = [file.name for file in assignment.files[1:]]
    unknown = sorted(set(made) - set(declared))
    if unknown:
        where = assignment.root / FILE
        raise CourseError(
            f"{where}: recipe {case.recipe!r} makes {unknown[0]}; expected {', '.join(declared)}"
        )
    return made

"""Generic wrong answers: made from any solution, and wrong in ways that say nothing of its task."""

from __future__ import annotations

from pathlib import Path

import yaml

from autograder.model import Assignment
from autograder.verification.cases import Case, automatic

WAYS = (  # in which a module's functions and methods answer wrongly; see mutations.py
    *("returns_none", "raises", "prints_megabytes"),
    *("wrong_shape", "nan", "wrong_dtype", "lies"),
)
ENDLESS = "never_returns"  # a way that costs nothing but time, so it is graded under shorter limits
NAME = f"generic/{ENDLESS}.py"

EPILOGUE = """

_spoiling = {{"__name__": "spoiling"}}
exec({source!r}, _spoiling)
_spoiling["spoil_module"](globals(), {way!r})
"""
GARBAGE = {
    "empty": "{}\n",
    "scalar": "42\n",
    "list": "- a\n- b\n- c\n",
    "no_yaml": "answers: [a, b\n\t}: : %\n",
    "control_characters": '"\\0\\e[2J": "\\0\\e[2J"\n',
    "deep": "[" * 5_000 + "]" * 5_000 + "\n",
    "aliases": "a0: &a0 [x, x]\n"
    + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)),
    "tags": "q1: !!python/object/apply:os.system [exit 1]\n",
}
SAME = {  # the same answer to every question
    "all_null": None,
    "all_a": "a",
    "all_lists": ["a", "b", "c", "d"],
    "all_nested": {"answer": [{"a": ["b", None]}, 1e308]},
    "all_huge": 10**400,
    "all_nan": float("nan"),
    "all_true": True,
    "all_long": "word " * 40,
}


def generic_cases(assignment: Assignment, folder: Path) -> list[Case]:
    """The assignment's generic wrong answers, written into `folder`; none earns an automatic
    criterion.
    """
    name = assignment.files[0].name
    solution = (assignment.solution / name).read_text(encoding="utf-8")
    answers = _spoilt(solution) if assignment.runs_code else {**GARBAGE, **_uniform(solution)}
    folder.mkdir(parents=True)
    cases = []
    for way, text in answers.items():
        path = folder / f"{way}{Path(name).suffix}"
        path.write_text(text, encoding="utf-8")
        cases.append(
            Case(
                name=f"generic/{path.name}",
                kind="generic",
                path=path,
                declared_in=path,
                loses=automatic(assignment),
                says=way,
            )
        )
    return cases


def _spoilt(solution: str) -> dict[str, str]:
    """The solution with an epilogue that spoils it, by the way in which."""
    source = Path(__file__).with_name("mutations.py").read_text(encoding="utf-8")
    return {way: solution + EPILOGUE.format(source=source, way=way) for way in (*WAYS, ENDLESS)}


def _uniform(solution: str) -> dict[str, str]:
    """The solution's answers, every one replaced by the same; the first entry says which form it
    is, and stays.
    """
    first, *rest = yaml.safe_load(solution).items()
    return {
        way: yaml.safe_dump(dict([first, *((key, answer) for key, _ in rest)]))
        for way, answer in SAME.items()
    }

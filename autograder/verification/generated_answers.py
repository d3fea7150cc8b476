"""Generated answers: wrong answers made from any solution, whatever its task is."""

from __future__ import annotations

from pathlib import Path

import yaml

from autograder.model import Assignment
from autograder.verification.cases import Case, automatic_criteria

MUTATIONS = (  # ways in which functions and methods answer wrongly; see mutations.py
    *("returns_none", "raises", "prints_megabytes"),
    *("wrong_shape", "nan", "wrong_dtype", "lies"),
)
ENDLESS_MUTATION = "never_returns"  # costs nothing but time: graded under shorter limits
ENDLESS_CASE = f"generated/{ENDLESS_MUTATION}.py"

EPILOGUE = """

_mutations = {{"__name__": "mutations"}}
exec({source!r}, _mutations)
_mutations["mutate_module"](globals(), {mutation!r})
"""
UNREADABLE_ANSWERS = {  # texts that hold no answers
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
UNIFORM_ANSWERS = {  # the same answer to every question
    "all_null": None,
    "all_a": "a",
    "all_lists": ["a", "b", "c", "d"],
    "all_nested": {"answer": [{"a": ["b", None]}, 1e308]},
    "all_huge": 10**400,
    "all_nan": float("nan"),
    "all_true": True,
    "all_long": "word " * 40,
}


def generated_cases(assignment: Assignment, folder: Path) -> list[Case]:
    """Write wrong answers into `folder`; none may earn a criterion that checks decide."""
    name = assignment.files[0].name
    solution = (assignment.solution / name).read_text(encoding="utf-8")
    if assignment.runs_code:
        answers = _mutated_solutions(solution)
    else:
        answers = {**UNREADABLE_ANSWERS, **_uniform_answers(solution)}
    folder.mkdir(parents=True)
    cases = []
    for description, text in answers.items():
        path = folder / f"{description}{Path(name).suffix}"
        path.write_text(text, encoding="utf-8")
        cases.append(
            Case(
                name=f"generated/{path.name}",
                kind="generated",
                path=path,
                declared_in=path,
                loses=automatic_criteria(assignment),
                description=description,
            )
        )
    return cases


def _mutated_solutions(solution: str) -> dict[str, str]:
    """Return the solution with an epilogue that mutates it, by mutation."""
    source = Path(__file__).with_name("mutations.py").read_text(encoding="utf-8")
    return {
        mutation: solution + EPILOGUE.format(source=source, mutation=mutation)
        for mutation in (*MUTATIONS, ENDLESS_MUTATION)
    }


def _uniform_answers(solution: str) -> dict[str, str]:
    """Return the solution with all its answers replaced by one.

    The first entry stays: it is no answer, but the form of the questionnaire.
    """
    (form_key, form), *answers = yaml.safe_load(solution).items()
    texts = {}
    for description, uniform in UNIFORM_ANSWERS.items():
        entries = {form_key: form, **{key: uniform for key, _ in answers}}
        texts[description] = yaml.safe_dump(entries)
    return texts

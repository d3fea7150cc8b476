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
_mutations[{function!r}](globals(), {mutation!r})
"""
PUPPETS = ("zeros", "random")  # what stands in the place of numbers; see puppets.py
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
    """Write wrong answers into `folder`; none may earn a criterion that checks decide.

    Of those that are puppets the free lunch is measured: they look right, and compute nothing.
    """
    name = assignment.files[0].name
    solution = (assignment.solution / name).read_text(encoding="utf-8")
    if assignment.runs_code:
        answers, puppets = _mutated_solutions(solution), _puppets_of(solution)
    else:
        answers, puppets = UNREADABLE_ANSWERS, _uniform_answers(solution)
    folder.mkdir(parents=True)
    automatic = automatic_criteria(assignment)
    cases = []
    for description, text in {**answers, **puppets}.items():
        path = folder / f"{description}{Path(name).suffix}"
        path.write_text(text, encoding="utf-8")
        is_puppet = description in puppets
        cases.append(
            Case(
                name=f"generated/{path.name}",
                kind="puppet" if is_puppet and assignment.runs_code else "generated",
                path=path,
                declared_in=path,
                loses=automatic,
                puppet=automatic if is_puppet else frozenset(),
                description=description,
            )
        )
    return cases


def _mutated_solutions(solution: str) -> dict[str, str]:
    """Return the solution with an epilogue that mutates it, by mutation."""
    source = Path(__file__).with_name("mutations.py").read_text(encoding="utf-8")
    return {
        mutation: solution
        + EPILOGUE.format(source=source, function="mutate_module", mutation=mutation)
        for mutation in (*MUTATIONS, ENDLESS_MUTATION)
    }


def _puppets_of(solution: str) -> dict[str, str]:
    """Return the solution with an epilogue that takes the numbers out of it, by its name."""
    source = Path(__file__).with_name("puppets.py").read_text(encoding="utf-8")
    return {
        f"puppet_{variant}": solution
        + EPILOGUE.format(source=source, function="make_puppet", mutation=variant)
        for variant in PUPPETS
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

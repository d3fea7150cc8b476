"""Overrides: wrong answers that state only what differs from their base."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
import yaml

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import Assignment
from autograder.verification.cases import cases_of, whole_source
from tests.support.places import CASES, REPOSITORY

BASE = '''# right: what the overrides of these tests are based on
"""Blocks."""

from __future__ import annotations

import math
from torch import nn, optim

SIZE, WIDTH = 3, 4
# how many
COUNT = 2


def area(x):
    return x * x  # squared


# Of the course.
class Block(nn.Module):
    """A block."""

    depth = 1

    def __init__(self, x):
        self.x = x

    # Where the work is done.
    def forward(self, y):
        return y


class Empty: pass


if __name__ == "__main__":
    print(area(2))
'''


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """Return an assignment with a right answer that serves as a base."""
    course = shutil.copytree(CASES / "tiny_course", tmp_path / "course")
    (course / "assignments/tensors/right/base.py").write_text(BASE)
    return load_course(course).assignment("tensors")


def merged(assignment: Assignment, body: str, *header: str) -> str:
    """Return the whole source of an override of BASE, below its own header and docstring."""
    lines = ["# loses: code.mean", "# base: right/base.py", *header, '"""It is wrong."""', body]
    path = assignment.root / "wrong" / "case.py"
    path.write_text("\n".join(lines))
    whole = whole_source(path, assignment)
    head = '# loses: code.mean\n"""It is wrong."""\n'
    assert whole.startswith(head)
    return whole.removeprefix(head)


def expected(*replacements: tuple[str, str]) -> str:
    """Return BASE below its docstring, with some parts replaced."""
    text = BASE.split('"""Blocks."""\n')[1]
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_what_differs_replaces_the_same_name(assignment: Assignment) -> None:
    """A function, an assignment, an import and the main block take their places; comments stay."""
    body = """import cmath as math
COUNT = 5
def area(x):
    return x
if __name__ == "__main__":
    pass"""
    assert merged(assignment, body) == expected(
        ("import math", "import cmath as math"),
        ("COUNT = 2", "COUNT = 5"),
        ("    return x * x  # squared", "    return x"),
        ("    print(area(2))", "    pass"),
    )


def test_classes_are_merged(assignment: Assignment) -> None:
    """A method and an attribute are replaced inside their class; without bases its head stays."""
    body = "class Block:\n    depth = 2\n    def forward(self, y):\n        return self.x"
    assert merged(assignment, body) == expected(
        ("depth = 1", "depth = 2"), ("        return y\n", "        return self.x\n")
    )


def test_a_class_can_have_another_head(assignment: Assignment) -> None:
    """Bases that are given replace those of the base's class."""
    body = "class Block(Empty):\n    depth = 2"
    assert merged(assignment, body) == expected(
        ("class Block(nn.Module):", "class Block(Empty):"), ("depth = 1", "depth = 2")
    )


def test_what_is_new_follows_what_stands_before_it(assignment: Assignment) -> None:
    """What is added comes after the statement before it; the first before the one that follows."""
    body = """LIMIT = 1
def area(x):
    return 0
LEAST = 2
class Block:
    half = 3
    def forward(self, y):
        return 1"""
    whole = merged(assignment, body, "# adds: LIMIT, LEAST, Block.half")
    names = [name for name in ("COUNT", "LIMIT", "area", "LEAST", "Block") if name in whole]
    places = [
        whole.index(text) for text in ("COUNT =", "LIMIT =", "def area", "LEAST =", "class Block")
    ]
    assert (len(names), places) == (5, sorted(places))
    members = [whole.index(text) for text in ("def __init__", "half = 3", "def forward")]
    assert members == sorted(members)


def test_imports_are_added_without_a_declaration(assignment: Assignment) -> None:
    """A new import precedes the base's, after those of the future."""
    whole = merged(assignment, "import copy\n\ndef area(x):\n    return copy.copy(x)")
    assert "annotations\n\nimport copy\nimport math\n" in whole


def test_names_can_be_removed(assignment: Assignment) -> None:
    """A function, a method and a docstring are taken out with the comments before them."""
    header = "# removes: COUNT, Block.forward, Block.__doc__"
    assert merged(assignment, "", header) == expected(
        ("# how many\nCOUNT = 2\n", ""),
        ('\n    """A block."""', ""),
        ("\n    # Where the work is done.\n    def forward(self, y):\n        return y\n", ""),
    )


def test_what_is_removed_and_defined_moves(assignment: Assignment) -> None:
    """A definition moves to where the override has it."""
    body = "class Block:\n    depth = 2\n\ndef area(x):\n    return x"
    whole = merged(assignment, body, "# removes: area")
    assert whole.index("class Block") < whole.index("def area") < whole.index("class Empty")


def test_a_class_can_be_replaced_as_a_whole(assignment: Assignment) -> None:
    """What the base's class has beside is gone."""
    whole = merged(assignment, "class Block:\n    depth = 3", "# replaces: Block")
    assert "class Block:\n    depth = 3\n\n\nclass Empty" in whole


MISTAKES = {
    "a misspelt class": (
        [],
        "class Blok:\n    depth = 2",
        "4: class Blok is not in the base assignments/tensors/right/base.py; did you mean Block?"
        " (if it is new: `# adds: Blok`)",
    ),
    "a misspelt method": (
        [],
        "class Block:\n    def foward(self, y):\n        return 1",
        "5: function Block.foward is not in the base assignments/tensors/right/base.py;"
        " did you mean forward? (if it is new: `# adds: Block.foward`)",
    ),
    "nothing new": (
        ["# adds: aera"],
        "def area(x):\n    return 1",
        "3: `adds: aera` declares what the override does not add",
    ),
    "nothing to remove": (
        ["# removes: Block.backward"],
        "",
        "3: `removes: Block.backward` names nothing that the base has",
    ),
    "half an assignment": (
        ["# removes: nn"],
        "",
        "3: nn cannot be removed without optim; write the statement as it is to be",
    ),
    "no class to replace": (
        ["# replaces: area"],
        "def area(x):\n    return 1",
        "3: `replaces: area` names no class that both the base and the override have",
    ),
    "a class in one line": (
        [],
        "class Empty:\n    depth = 1",
        "4: class Empty cannot be merged: its body is on the line of its head"
        " (as a whole: `# replaces: Empty`)",
    ),
    "nothing different": (
        [],
        "def area(x):\n    return x * x  # squared",
        "4: function area is as in the base; leave it out",
    ),
    "a name twice": (
        [],
        "COUNT = 1\nCOUNT = 3",
        "4: COUNT is bound 2 times; an override needs it bound once",
    ),
    "no Python": ([], "def area(x:", "4: cannot be read as Python: '(' was never closed"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_override_that_does_not_fit_is_named(assignment: Assignment, mistake: str) -> None:
    """Each mistake is reported with the line of the override."""
    header, body, message = MISTAKES[mistake]
    with pytest.raises(CourseError) as caught:
        merged(assignment, body, *header)
    assert str(caught.value).split("\n")[0] == f"{assignment.root}/wrong/case.py:{message}"


def test_a_merged_file_must_be_python(assignment: Assignment) -> None:
    """A class that loses all its statements is reported by the line that shows it."""
    header = "# removes: Block.__doc__, Block.depth, Block.__init__, Block.forward"
    with pytest.raises(CourseError, match=r"case\.py: merged with its base: expected an indented"):
        merged(assignment, "", header)


HEADERS = {
    "# loses: code.mean\n# base: right/bas.py": "2: no base 'right/bas.py'; expected solution or"
    " right/<file>; did you mean 'right/base.py'?",
    "# loses: code.mean\n# removes: area": "2: 'removes' needs a line `# base: solution`",
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_base_is_the_solution_or_a_right_answer(assignment: Assignment, header: str) -> None:
    """Another base, and a declaration of an override without a base, are reported by their line."""
    path = assignment.root / "wrong" / "case.py"
    path.write_text(f"{header}\nx = 1\n")
    with pytest.raises(CourseError) as caught:
        cases_of(assignment, assignment.root)
    assert str(caught.value) == f"{path}:{HEADERS[header]}"


def test_a_right_answer_is_whole(assignment: Assignment) -> None:
    """What others are based on has no base itself."""
    path = assignment.root / "right" / "base.py"
    path.write_text(f"# base: solution\n{BASE}")
    with pytest.raises(CourseError, match="1: a right answer is a whole file, without 'base'"):
        cases_of(assignment, assignment.root)


def test_without_a_base_a_file_is_whole(assignment: Assignment, tmp_path: Path) -> None:
    """A file without `# base:` is handed in as it is; an override as a merged file of its name."""
    paths = {case.name: case.path for case in cases_of(assignment, tmp_path / "merged")}
    assert paths["wrong/adds_two.py"] == assignment.root / "wrong/adds_two.py"
    override = paths["wrong/forgets_to_divide.py"]
    assert override == tmp_path / "merged/tensors/wrong/forgets_to_divide.py"
    assert "return x.sum().item()" in override.read_text()
    assert "return total(x)\n" in override.read_text()


def test_entries_of_a_questionnaire_are_merged(tmp_path: Path) -> None:
    """An override of YAML has only the answers that differ from the solution's."""
    course = shutil.copytree(CASES / "proof_course", tmp_path / "course")
    assignment = load_course(course).assignment("letter")
    solution = yaml.safe_load((assignment.solution / assignment.files[0].name).read_text())
    first, *_ = solution
    path = assignment.root / "wrong" / "case.yml"
    path.write_text(f"# loses:\n# base: solution\n# Another first answer.\n\n{first}: 'other'\n")
    whole = whole_source(path, assignment)
    assert whole.startswith("# loses:\n# Another first answer.\n")
    assert list(yaml.safe_load(whole).items()) == list({**solution, first: "other"}.items())


GRADABLE = [a for a in load_course(REPOSITORY).assignments if a.is_gradable]


@pytest.mark.parametrize("assignment", GRADABLE, ids=lambda assignment: assignment.id)
def test_every_override_of_the_course_fits_its_base(assignment: Assignment, tmp_path: Path) -> None:
    """Each merges into a file that has a syntax tree, and few answers are written out whole."""
    wrong = [case for case in cases_of(assignment, tmp_path) if case.kind == "wrong"]
    for case in (case for case in wrong if case.path.suffix == ".py"):
        ast.parse(case.path.read_text(encoding="utf-8"))
    assert sum(case.path == case.declared_in for case in wrong) <= 2

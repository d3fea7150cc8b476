"""File names as students hand them in, and the declared names that they match."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from autograder.handin.filenames import NameChoice, choose_names, match_name, match_suffix
from autograder.model import Course, Outcome
from tests.unit.handin.test_intake import SOURCE, found, put, taken
from tests.unit.handin.test_intake import course as course

DECLARED = ("my_sums.py", "my_sums.ipynb")
MEANT = {
    "my_sums.py": [
        "my_sums.py",
        "my_sums.PY",
        "My_Sums.py",
        "my-sums.py",
        "my sums.py",
        "MySums.py",
        " my_sums.py",
    ],
    "my_sums.py by an editor": [
        "my_sums.py.txt",
        "my_sums.py.txt.txt",
        "my_sums.py3",
        "my_sums.pyw",
    ],
    "my_sums.py by a browser": [
        "my_sums (1).py",
        "my_sums(12).py",
        "my_sums (1).py.txt",
        "my_sums-1.py",
    ],
    "my_sums.py by Windows or macOS": [
        "my_sums - copia.py",
        "my_sums - Copy (2).py",
        "my_sums copia 2.py",
    ],
    "my_sums.ipynb by a browser": [
        "my_sums.ipynb.txt",
        "my_sums.ipynb.json",
        "my_sums (3).ipynb.json",
    ],
    "my_sums.ipynb by Colab": [
        "Copia de my_sums.ipynb",
        "Copy of Copy of my_sums.ipynb",
        "Copy_of_my_sums (1).ipynb",
    ],
    "my_sums.ipynb by Jupyter": [
        "my_sums-checkpoint.ipynb",
        "my_sums-Copy1-checkpoint.ipynb",
        "my_sums-Copy1.ipynb",
    ],
}
OTHERS = [
    *(
        "my_sums.txt",
        "my_sums.json",
        "my_sums.pyc",
        "my_sums",
        "my_sums_final.py",
        "my_sums_v2.py",
        "sums.py",
    ),
    *(
        "test_my_sums.py",
        "._my_sums.py",
        "my_sums\u200b.py",
        "my_sums.py\n",
        "m\u0443_sums.py",
        "",
        ".py",
        "(1).py",
    ),
]


@pytest.mark.parametrize(
    ("whose", "name"), [(whose, name) for whose, names in MEANT.items() for name in names]
)
def test_a_name_means_the_declared_one(whose: str, name: str) -> None:
    """Changes that systems and programs make to a name are recognized."""
    assert match_name(name, DECLARED) == whose.split()[0]


@pytest.mark.parametrize("name", OTHERS)
def test_another_name_means_none(name: str) -> None:
    """Changes that a person makes to a name give another name."""
    assert match_name(name, DECLARED) == ""


def test_other_kinds_of_files_have_their_own_suffixes() -> None:
    """Suffixes of one kind are equal, and so are composed and decomposed letters."""
    assert match_name("Answers.yaml", ["answers.yml"]) == "answers.yml"
    assert match_name("model.pt", ["model.pth"]) == "model.pth"
    assert match_name("history (1).json", ["history.json"]) == "history.json"
    assert match_name(unicodedata.normalize("NFD", "señal.py"), ["señal.py"]) == "señal.py"
    assert (match_suffix("anything.PY.txt", DECLARED), match_suffix("x.md", DECLARED)) == (
        "my_sums.py",
        "",
    )


CHOICES = {
    ("my_sums.py", "my_sums (1).py"): NameChoice(
        taken={"my_sums.py": "my_sums.py"}
    ),  # the exact name comes first
    ("my_sums-checkpoint.ipynb", "My_sums.ipynb"): NameChoice(
        taken={"my_sums.ipynb": "My_sums.ipynb"}
    ),
    ("my_sums (1).py", "my_sums (2).py"): NameChoice(
        unclear={"my_sums.py": ("my_sums (1).py", "my_sums (2).py")}
    ),
    ("my_sums (1).py", "My_Sums.ipynb"): NameChoice(
        taken={"my_sums.py": "my_sums (1).py", "my_sums.ipynb": "My_Sums.ipynb"}
    ),
    ("homework.py", "test_homework.py", "notes.md"): NameChoice(
        taken={"my_sums.py": "homework.py"}
    ),
    ("test_student_my_sums.py",): NameChoice(taken={"my_sums.py": "test_student_my_sums.py"}),
    (".my.py", "._x.py"): NameChoice(),
    ("final.py", "v1.py"): NameChoice(unclear={"my_sums.py": ("final.py", "v1.py")}),
    ("final.py", "final.ipynb"): NameChoice(unclear={"my_sums.py": ("final.ipynb", "final.py")}),
    (): NameChoice(),
}


@pytest.mark.parametrize("names", CHOICES)
def test_nothing_is_guessed_between_two(names: tuple[str, ...]) -> None:
    """The exact name counts first, Jupyter's copy last, and two equal candidates are listed."""
    assert choose_names(names, DECLARED, alone=True) == CHOICES[names]


def test_without_a_name_that_means_it_no_file_counts() -> None:
    """Only code may be chosen as the one file of its kind."""
    assert choose_names(["other.py"], DECLARED) == NameChoice()


def test_a_renamed_file_is_taken_from_a_folder_and_reported(course: Course, tmp_path: Path) -> None:
    """A renamed file that is the only match is graded at no cost, with a remark."""
    put(tmp_path / "Sums (1).py.txt")
    submission = taken(tmp_path, course)
    assert submission.files == {"sums.py": SOURCE}
    assert found(submission) == [(Outcome.PASSED, "Sums (1).py.txt was taken as sums.py.")]


def test_two_files_that_may_be_meant_are_named(course: Course, tmp_path: Path) -> None:
    """Of two possible files neither is taken, and the student reads what to do."""
    for name in ("sums_v1.py", "sums_final.py"):
        put(tmp_path / name)
    (finding,) = taken(tmp_path, course).findings
    assert finding.outcome is Outcome.MISSING
    assert (
        finding.message
        == "sums.py is missing, and it might be any of these: sums_final.py, sums_v1.py."
    )
    assert finding.hint == "Keep only yours and call it sums.py."


def test_an_untouched_stub_gives_way_to_a_renamed_notebook(course: Course, tmp_path: Path) -> None:
    """A renamed notebook counts if the stub beside it is untouched."""
    stub = b"def add(a, b):\n    raise NotImplementedError\n"
    put(course.assignment("sums").root / "sums.py", stub)
    put(tmp_path / "sums.py", stub)
    put(tmp_path / "sums (1).ipynb", b'{"cells": []}')
    submission = taken(tmp_path, course)
    (course.assignment("sums").root / "sums.py").unlink()
    assert submission.files == {"sums.ipynb": b'{"cells": []}'}
    assert found(submission) == [
        (Outcome.PASSED, "sums (1).ipynb was taken as sums.ipynb."),
        (
            Outcome.PASSED,
            "There is more than one file for the same thing: sums (1).ipynb, sums.py.",
        ),
    ]

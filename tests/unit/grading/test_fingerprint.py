"""What a result rests on: what changes it, what does not, and how a change is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.cache.invalidation import causes, changes
from autograder.grading.grader import with_grader
from autograder.model import Basis
from autograder.sandbox.libraries import OUR_DISTRIBUTION
from tests.support.command_line import REPOSITORY, TINY
from tests.support.examples_of_final_grades import BASIS, BOTTLENECK, FULLY, PARTLY, score, sheet
from tests.support.places import CASES

PARTIAL = CASES / "partial_course"
BOTH = TINY, PARTIAL


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a folder with two courses: one whose task runs code, one of two texts."""
    for source in BOTH:
        shutil.copytree(source, tmp_path / source.name)
    return tmp_path


def basis(folder: Path, assignment: str) -> Basis:
    """Return the basis on which an assignment's results rest now."""
    course = load_course(folder)
    return basis_of(course, course.assignment(assignment))


def edited(old: str, new: str) -> Callable[[Path], None]:
    """Return an edit of grading.yml."""

    def edit(folder: Path) -> None:
        file = folder / "grading.yml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def written(path: str, text: str) -> Callable[[Path], None]:
    """Return an edit that writes a file of the course anew."""

    def write(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

    return write


TENSORS = "assignments/tensors"
CHANGES = {
    "a limit": (
        edited("wall_check: 1 s", "wall_check: 2 s"),
        "grading.yml: limits of tensors changed",
    ),
    "a criterion's manner": (
        edited(
            "points: 3\n        title: {es: Suma",
            "points: 3\n        manual: true\n        title: {es: Suma",
        ),
        "grading.yml: code.total of tensors changed",
    ),
    "a check": (
        written(f"{TENSORS}/graders/probes.py", "# another\n"),
        f"{TENSORS}/graders/probes.py changed",
    ),
    "a folder in a folder": (
        written(f"{TENSORS}/graders/a/b/c.txt", "c"),
        f"{TENSORS}/graders/a/b/c.txt is new",
    ),
    "a file beside the graders": (
        written(f"{TENSORS}/questions.yml", "a: 1"),
        f"{TENSORS}/questions.yml is new",
    ),
}
NO_CHANGES = {
    "a comment": edited("limits:", "limits:  # a comment"),
    "another way to write it": edited("wall_check: 1 s", "wall_check: 1.0 s"),
    "a title elsewhere": edited(
        "title: {es: Cartel, en: Poster}", "title: {es: Póster, en: Poster}"
    ),
    "its own title": edited(
        "title: {es: Tensores, en: Tensors}", "title: {es: Tensor, en: Tensor}"
    ),
    "the pass mark": edited("pass_total: 10", "pass_total: 11"),
    "another assignment's limits": edited(
        "poster.md: {max_bytes: 64 KiB}", "poster.md: {max_bytes: 32 KiB}"
    ),
    "what Python leaves behind": written(f"{TENSORS}/graders/__pycache__/probes.pyc", "x"),
    "another assignment's graders": written("assignments/essay/graders/notes.txt", "x"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_decides_a_mark_is_part_of_it(course: Path, what: str) -> None:
    """A change of the graders' files or of the assignment's rules is told, and by its name."""
    before = basis(course / TINY.name, "tensors")
    change, told = CHANGES[what]
    change(course / TINY.name)
    now = basis(course / TINY.name, "tensors")
    assert list(changes(before, now, "tensors")) == [told]
    assert now.digest != before.digest


@pytest.mark.parametrize("what", NO_CHANGES)
def test_what_decides_nothing_is_no_part_of_it(course: Path, what: str) -> None:
    """Comments, layout, titles and what concerns others leave the digest as it is."""
    before = basis(course / TINY.name, "tensors").digest
    NO_CHANGES[what](course / TINY.name)
    assert basis(course / TINY.name, "tensors").digest == before


def test_every_package_that_student_code_can_import_is_there() -> None:
    """torch and numpy with their versions, but nothing hidden, not the harness, and nothing where
    no code runs.
    """
    import numpy as np
    import torch

    found = basis(REPOSITORY, "residual_block").packages
    assert (found["torch"], found["numpy"]) == (torch.__version__, np.__version__)
    assert found.keys() & {"torchvision", "timm", "autograder", OUR_DISTRIBUTION} == set()
    assert basis(REPOSITORY, "concepts").packages == {}


def test_the_rules_of_bonuses_are_those_that_the_graders_name() -> None:
    """The project rests on its bonus, its penalties and the rules of accuracy; the questionnaire on
    none.
    """
    found = basis(REPOSITORY, "flower_classifier").rules.keys()
    assert {
        "bonus.accuracy_92",
        "penalty.does_not_run",
        "penalty.severe_overfitting",
        "accuracy",
    } <= found
    assert found & {"bonus.grad_cam", "penalty.late"} == set()
    assert not any(
        name.startswith(("bonus", "penalty", "accuracy"))
        for name in basis(REPOSITORY, "concepts").rules
    )


TOLD = {
    "timm 1.0.31 was installed": {"packages": {**BASIS.packages, "timm": "1.0.31"}},
    "numpy 2.3.1 was removed": {"packages": {"torch": "2.9.1+cpu"}},
    "numpy 2.3.1 → 2.4.0": {"packages": {**BASIS.packages, "numpy": "2.4.0"}},
    "Python 3.11.7 → 3.12.1": {"python": "3.12.1"},
    "autograder 1.0.0 → 1.1.0": {"harness": "1.1.0"},
    "grading.yml: limits of blocks changed": {"rules": {**BASIS.rules, "limits": "0" * 16}},
    "assignments/blocks/graders/texts.yml is gone": {
        "files": {"graders/test_blocks.py": BASIS.files["graders/test_blocks.py"]}
    },
    "9 packages were installed, removed or replaced: a0, a1, a2, a3, a4 …": {
        "packages": {**BASIS.packages, **{f"a{n}": "1" for n in range(9)}}
    },
}


@pytest.mark.parametrize("told", TOLD)
def test_a_change_is_told_in_words(told: str) -> None:
    """Each cause is a few words that name what it was and what it is."""
    assert list(changes(BASIS, replace(BASIS, **TOLD[told]), "blocks")) == [told]  # type: ignore[arg-type]


def test_a_sheet_stands_for_the_same_hand_in_alone() -> None:
    """Other files, data, another seed, a weaker sandbox and a fault of ours are causes as well."""
    made = sheet(
        "ana", "residual_block", score(BOTTLENECK, 15), confinement=PARTLY, status="needs_review"
    )
    assert causes(made, "other", replace(BASIS), "", 7, "A") == [
        "another hand-in",
        f"--seed {made.seed:#x} → 0x7",
        "graded at sandbox level B, and A is asked for",
        "a fault of ours had left something undecided",
    ]
    stands = replace(made, status="graded", confinement=FULLY)
    assert causes(stands, made.submission_digest, BASIS, "", made.seed, "A") == []
    assert len(causes(stands, made.submission_digest, BASIS, "data", made.seed, "A")) == 1


def test_a_package_of_the_graders_is_forgotten_with_them(course: Path) -> None:
    """Two courses may call a folder of their graders alike: each gets its own."""
    found = []
    for word in ("two", "zwei"):
        folder = course / word
        shutil.copytree(PARTIAL, folder)
        (folder / "assignments/two/graders/right/words.py").write_text(
            f'"""The words."""\n\nTWO = "{word}"\n'
        )
        week = load_course(folder)
        two = week.assignment("two")
        with_grader(
            week,
            two,
            two.graders,
            "es",
            lambda grader: found.append(grader.items[0].obj.__globals__["TWO"]),
        )  # type: ignore[attr-defined]
    assert found == ["two", "zwei"]

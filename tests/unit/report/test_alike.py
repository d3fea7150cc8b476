"""Work that differs in little: code, answers and models, told to staff; other work is not."""

from __future__ import annotations

import base64
import random
import time
from dataclasses import replace

import pytest

from autograder.model import FinalGrade, Likeness
from autograder.report import find_identical_work
from autograder.report.alike_answers import alike_answers
from autograder.report.alike_models import alike_models
from tests.support.examples_of_final_grades import judged, measurement

IMAGES = 6149
CLASSES = 102
RANDOM = random.Random(5)
LABELS = [RANDOM.randrange(CLASSES) for _ in range(IMAGES)]
EASY = [RANDOM.random() for _ in range(IMAGES)]  # how likely any model gets an image right
TEMPTING = [(label + RANDOM.choice((1, 1, 7))) % CLASSES for label in LABELS]


def trained(seed: int, skill: float = 0.85) -> list[int]:
    """Return the predictions of a model: hard images are hard for all, and tempt to one class."""
    rng = random.Random(seed)
    predicted = []
    for label, ease, tempting in zip(LABELS, EASY, TEMPTING, strict=True):
        is_right = ease < skill - 0.1 or (ease < skill + 0.1 and rng.random() < 0.5)
        other = tempting if rng.random() < 0.8 else rng.randrange(CLASSES)
        predicted.append(label if is_right else other)
    return predicted


def nudged(predicted: list[int], share: float, seed: int = 0) -> list[int]:
    """Return predictions of which a share is another class."""
    rng = random.Random(seed)
    return [rng.randrange(CLASSES) if rng.random() < share else each for each in predicted]


def packed(predicted: list[int], measured: float = 1.0, seed: int = 0) -> str:
    """Return predictions as a measurement holds them, of a share of the images."""
    rng = random.Random(seed)
    data = bytes(
        1 + each + 128 * (each != label) if rng.random() < measured else 0
        for each, label in zip(predicted, LABELS, strict=True)
    )
    return base64.b64encode(data).decode()


# ------------------------------------------------------------------------------------------ models


@pytest.mark.parametrize("share", [0.0, 0.001, 0.005])
def test_a_nudged_model_is_alike(share: float) -> None:
    """A copy whose biases were changed a little makes the mistakes of its original."""
    original = trained(1)
    texts = {
        "ana": packed(original),
        "bo": packed(nudged(original, share)),
        "eva": packed(trained(2)),
    }
    assert list(alike_models(texts)) == [("ana", "bo")]


@pytest.mark.parametrize("skill", [0.6, 0.85, 0.97])
def test_models_of_the_same_recipe_are_not_alike(skill: float) -> None:
    """Models that find the same images hard are no copies."""
    texts = {str(seed): packed(trained(seed, skill)) for seed in range(12)}
    assert list(alike_models(texts)) == []


def test_few_images_are_no_evidence() -> None:
    """Of models that were measured on few common images nothing is said."""
    original = trained(1)
    texts = {"ana": packed(original, 0.05, 1), "bo": packed(original, 0.05, 2)}
    assert list(alike_models(texts)) == []
    texts = {"ana": packed(original, 0.5, 1), "bo": packed(original, 0.5, 2)}
    assert list(alike_models(texts)) == [("ana", "bo")]


@pytest.mark.parametrize("text", ["", "AAAA", "no base64", "AQI="])
def test_a_model_without_predictions_is_not_compared(text: str) -> None:
    """An older result, or one without an image that was wrong, is like no other."""
    assert list(alike_models({"ana": text, "bo": text})) == []


def test_a_large_class_is_compared_in_time() -> None:
    """A thousand models are compared, each with each, in seconds."""
    models = [packed(trained(seed)) for seed in range(20)]
    start = time.process_time()
    texts = {str(number): models[number % 20] for number in range(1000)}
    pairs = sum(1 for _ in alike_models(texts))
    assert pairs == 20 * (50 * 49 // 2)
    assert time.process_time() - start < 20


# ----------------------------------------------------------------------------------------- answers


def honest_class(students: int, seed: int = 3) -> dict[str, list[str]]:
    """Return the mistakes of students who find the same questions hard, and err alike."""
    rng = random.Random(seed)
    hardness = [rng.random() * 0.6 for _ in range(27)]
    return {
        f"s{number}": [
            f"q{question}:{rng.choices((0, 1, 2), (5, 2, 1))[0]}"
            for question, hard in enumerate(hardness)
            if rng.random() < hard
        ]
        for number in range(students)
    }


@pytest.mark.parametrize("students", [2, 30, 1000])
def test_a_class_that_errs_alike_is_no_evidence(students: int) -> None:
    """What many get wrong in the same way makes nobody alike."""
    assert list(alike_answers(honest_class(students))) == []


def test_who_shares_rare_mistakes_is_alike() -> None:
    """Two students with the same eight mistakes, of which few others make one, are told."""
    mistakes = honest_class(30)
    shared = [f"q{question}:3" for question in range(8)]
    mistakes |= {"ana": shared, "bo": shared[:7]}
    assert list(alike_answers(mistakes)) == [("ana", "bo")]


def test_few_mistakes_are_no_evidence() -> None:
    """Three mistakes in common may be chance."""
    assert list(alike_answers({"ana": ["a", "b", "c"], "bo": ["a", "b", "c"]})) == []


# ------------------------------------------------------------------------------------------ groups


def student(name: str, form: str = "", **changes: object) -> FinalGrade:
    """Return a student whose code has a form, each sheet with files of its own."""
    grade = judged(name)
    forms = (form,) if form else ()
    return replace(
        grade,
        sheets=tuple(
            replace(
                sheet,
                student=name,
                submission_digest=f"{name}{sheet.assignment}",
                likeness=Likeness(forms=forms),
                measurement=None,
                **changes,
            )
            for sheet in grade.sheets
            if sheet.assignment == "residual_block"
        ),
    )


def test_the_same_form_is_told_and_a_team_is_not() -> None:
    """Students with one form are a group, unless they are one team."""
    grades = [student("ana", "f"), student("bo", "f"), student("eva", "g"), student("leo")]
    found = [(group.kind, group.students) for group in find_identical_work(grades)]
    assert found == [("forms", ("ana", "bo"))]
    teams = {(name, "residual_block"): "Team 1" for name in ("ana", "bo")}
    assert find_identical_work(grades, teams) == []


def test_weaker_evidence_does_not_repeat_stronger() -> None:
    """Who handed in the same files is not told again for the same form or model."""
    grades = [student("ana", "f"), student("bo", "f"), student("eva", "f")]
    same = tuple(replace(sheet, submission_digest="d") for sheet in grades[1].sheets)
    grades[1] = replace(grades[1], sheets=same)
    grades[0] = replace(
        grades[0], sheets=tuple(replace(sheet, submission_digest="d") for sheet in grades[0].sheets)
    )
    found = [(group.kind, group.students) for group in find_identical_work(grades)]
    assert found == [("files", ("ana", "bo")), ("forms", ("ana", "bo", "eva"))]


def test_copies_of_copies_are_one_group() -> None:
    """Three models that are alike pairwise are told once, together."""
    original = trained(1)
    found = {
        name: measurement(signature=name, predictions=packed(nudged(original, 0.002, seed)))
        for seed, name in enumerate(("ana", "bo", "eva"))
    }
    grades = [
        replace(
            judged(name),
            sheets=tuple(
                replace(sheet, student=name, submission_digest=name, measurement=found[name])
                for sheet in judged(name).sheets
                if sheet.measurement is not None
            ),
        )
        for name in found
    ]
    (group,) = find_identical_work(grades)
    assert (group.kind, group.students) == ("predictions", ("ana", "bo", "eva"))

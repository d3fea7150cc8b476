"""Histories and matrices in the ways that people write them, and what a model's answers say of its
classes.
"""

from __future__ import annotations

import importlib
import json
import random
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import torch

from autograder.checks.asserting import Finding
from autograder.checks.feedback import Feedback
from autograder.grading.pytest_session import importable
from autograder.measuring.accuracy.statistics import measurement_of
from autograder.model import Measurement
from autograder.text.grader_texts import load_grader_texts
from tests.support.flower_kinds import columns, each, first_validated, lines, records
from tests.support.places import REPOSITORY

GRADERS = REPOSITORY / "assignments" / "flower_classifier" / "graders"
with importable(GRADERS), warnings.catch_warnings(action="ignore"):
    contradictions: Any = importlib.import_module("contradictions")
    documents: Any = importlib.import_module("documents")
    judged: Any = importlib.import_module("judged")
    measurement: Any = importlib.import_module("measurement")
    matrices: Any = importlib.import_module("matrices")
    numbering: Any = importlib.import_module("numbering")

NAME = "history.json"
CLASSES = 102
HISTORY: dict[str, Any] = {
    "train_loss": [2.0, 1.0],
    "train_acc": [0.5, 0.95],
    "val_loss": [2.1, 1.2],
    "val_acc": [0.4, 0.88],
    "lr": [1e-3, 5e-4],
    "test_acc": 0.87,
}
FORMS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "plain": lambda h: json.dumps(h).encode(),
    "with a mark of UTF-8": lambda h: json.dumps(h).encode("utf-8-sig"),
    "UTF-16": lambda h: json.dumps(h).encode("utf-16"),
    "UTF-16, the other way round": lambda h: b"\xfe\xff" + json.dumps(h).encode("utf-16-be"),
    "UTF-32": lambda h: json.dumps(h).encode("utf-32"),
    "Latin-1": lambda h: json.dumps({**h, "note": "época"}, ensure_ascii=False).encode("latin-1"),
    "records": lambda h: json.dumps(records(h)).encode(),
    "a record in each line": lambda h: lines(records(h)),
    "strings": lambda h: json.dumps(each(lambda v: f"{v:.4f}")(h)).encode(),
    "decimal commas": lambda h: json.dumps(
        each(lambda v: f"{v:.4f}".replace(".", ","))(h)
    ).encode(),
    "each figure in a list": lambda h: json.dumps(each(lambda v: [v])(h)).encode(),
    "columns as pandas writes them": lambda h: json.dumps(columns(h)).encode(),
    "in percent": lambda h: json.dumps(
        {**h, "test_acc": 87, **{k: [100 * v for v in h[k]] for k in ("train_acc", "val_acc")}}
    ).encode(),
    "with a sign of percent": lambda h: json.dumps({**h, "test_acc": "87 %"}).encode(),
    "more keys": lambda h: json.dumps({"best_epoch": 7, **h, "seconds": [1, 2, 3]}).encode(),
    "one validation before the first epoch": lambda h: json.dumps(first_validated(h)).encode(),
    "under a key of its own": lambda h: json.dumps(
        {"history": h, "test_acc": h["test_acc"]}
    ).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_history_is_read_in_every_form(form: str) -> None:
    """Whatever it was written with, the figures are the same."""
    content = FORMS[form](HISTORY)
    history, claims = documents.read_history(NAME, content), documents.read_claims(NAME, content)
    assert history.lists["val_acc"] == pytest.approx([0.4, 0.88])
    assert history.lists["train_loss"] == [2.0, 1.0]
    assert history.test_acc == pytest.approx(0.87)
    assert (claims.test_acc, claims.last_train_acc, claims.best_val_acc) == pytest.approx(
        (0.87, 0.95, 0.88)
    )


def test_a_figure_that_is_none_is_named() -> None:
    """NaN is told with its list and its epoch, and what the rest claims can still be read."""
    content = json.dumps({**HISTORY, "val_loss": [float("nan"), 1.0]}).encode()
    with pytest.raises(Finding) as ended:
        documents.read_history(NAME, content)
    assert (ended.value.key, ended.value.values) == (
        "history_no_numbers",
        {"file": NAME, "key": "val_loss", "epoch": 1},
    )
    assert documents.read_claims(NAME, content).test_acc == 0.87


# ---------------------------------------------------------------- claims against what is measured

CLAIMED: dict[str, tuple[float | None, float | None, list[str]]] = {
    "what was measured": (0.9, 0.95, []),
    "another epoch": (0.94, 0.95, []),
    "validation edited": (0.99, 0.95, ["validation"]),
    "validation far lower": (0.6, 0.95, ["validation"]),
    "training edited": (0.9, 0.999, ["training"]),
    "training with augmentation": (0.9, 0.7, []),
    "nothing": (None, None, []),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_a_history_that_contradicts_the_model_is_noted(name: str) -> None:
    """Staff read both figures; augmentation and another epoch are no contradiction."""
    val, train, noted = CLAIMED[name]

    def split(right: int) -> Any:
        bounds = (Fraction(right, 100),) * 2
        return judged.SplitAccuracy(right=right, n=100, total=100, bounds=bounds)

    found = measurement.Measured(
        measurement=measured(list(range(CLASSES))),
        order=None,
        bounds=(Fraction(9, 10),) * 2,
        crops=[],
        val=split(90),
        train=split(92),
    )
    feedback = Feedback(texts=load_grader_texts(GRADERS), lang="en")
    feedback.begin("test_claims_agree_with_the_model")
    claims = documents.Claims(best_val_acc=val, last_train_acc=train)
    contradictions.note_contradictions(claims, found, feedback, "en")
    assert [
        word for note in feedback.notes for word in ("validation", "training") if word in note.text
    ] == noted


# ---------------------------------------------------------------- other orders of the classes

N_IMAGES = 1020
RIGHT = 0.9


def measured(
    places: list[int], n: int = N_IMAGES, right: float = RIGHT, seed: int = 0
) -> Measurement:
    """Return the measurement of a model that answers each class at a place of its own."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % CLASSES
    answers = torch.where(
        torch.rand(n, generator=generator) < right,
        labels,
        torch.randint(CLASSES, (n,), generator=generator),
    )
    logits = torch.nn.functional.one_hot(torch.tensor(places)[answers], CLASSES).float()
    return measurement_of(logits, labels, image_list="some", signature="")


OWN = random.Random(3).sample(range(CLASSES), CLASSES)
ORDERS = {
    "sorted_by_name": list(numbering.sorted_by_name().places),
    "counted_from_one": list(numbering.counted_from_one().places),
    "another_order": OWN,
}


@pytest.mark.parametrize("n", [192, N_IMAGES])
@pytest.mark.parametrize("key", ORDERS)
def test_another_order_of_the_classes_is_found(key: str, n: int) -> None:
    """A model that is right in an order of its own is known to be, after a few images or all of
    them.
    """
    measurement = measured(ORDERS[key], n)
    found = numbering.numbering_of(measurement)
    assert found.key == key
    assert found.right(measurement) >= 0.85 * n


@pytest.mark.parametrize("n", [192, N_IMAGES])
@pytest.mark.parametrize("right", [0.0, 0.2])
def test_a_model_that_knows_little_has_no_order(n: int, right: float) -> None:
    """What is wrong in the official order and in every other one is no order of its own."""
    assert numbering.numbering_of(measured(list(range(CLASSES)), n, right)) is None
    assert numbering.numbering_of(measured(OWN, n, right)) is None


def test_a_model_in_the_official_order_has_no_other() -> None:
    """Where the accuracy is not lost, nothing is looked for."""
    assert numbering.numbering_of(measured(list(range(CLASSES)))) is None


def test_a_matrix_in_its_own_order_is_the_same_matrix() -> None:
    """Rows and columns in a model's own order agree with its answers, put into the official one."""
    measurement = measured(OWN)
    found = numbering.numbering_of(measurement)
    official = found.answered(measurement.confusion)
    mine = [[0] * CLASSES for _ in range(CLASSES)]
    for i, row in enumerate(official):
        for k, count in enumerate(row):
            mine[OWN[i]][OWN[k]] = count
    assert found.official(mine) == official
    assert found.own([sum(row) for row in official]) == [sum(row) for row in mine]


# ---------------------------------------------------------------- the matrix, against a part of the
# images


def test_a_matrix_of_the_own_model_holds_every_partial_count() -> None:
    """Of a part of the images the own matrix counts every one in its cell; that of another model
    does not.
    """
    whole, other = (measured(list(range(CLASSES)), seed=seed) for seed in (0, 1))
    part = [
        [n // 2 if i == k else n for k, n in enumerate(row)]
        for i, row in enumerate(whole.confusion)
    ]
    assert matrices.overlap(whole.confusion, part, part=True) == 1.0
    assert matrices.overlap(other.confusion, part, part=True) < 0.99


def test_a_crosstab_without_some_columns_is_read() -> None:
    """A class that was never predicted has no column where pandas.crosstab wrote the matrix."""
    counts = [[3 if i == k else 0 for k in range(CLASSES)] for i in range(CLASSES)]
    counts[5][5], counts[5][6] = 0, 3
    there = [k for k in range(CLASSES) if k != 5]
    table = [["true", *there], *([i, *(counts[i][k] for k in there)] for i in range(CLASSES))]
    content = "\n".join(",".join(map(str, row)) for row in table).encode()
    assert matrices.read_matrix(content) == counts
    assert matrices.share_of_counts(counts) == Fraction(101, 102)

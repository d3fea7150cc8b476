"""Recipes: what is special about the artifacts of a submission, from none to every known fault."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from drawings import EPOCH_COUNT, NUM_CLASSES, History, blank, photograph, saved_again, specks
from torch import Tensor

DEFAULT_ACCURACY = 0.9  # accuracy, where a recipe names none: above what is asked, below the bonus
CHECKPOINT, MATRIX, REPORT = "flowers_model.pth", "confusion_matrix.csv", "report.md"
CURVES_PICTURE, MATRIX_PICTURE = "training_curves.png", "confusion_matrix.png"

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is special about a hand-in."""

    accuracy: float = DEFAULT_ACCURACY  # of the model on the test images
    claimed: float = 0.0  # added to the accuracy that is claimed
    train: float = 0.04  # the last training accuracy, above the claimed one
    val: float = 0.0  # the best validation accuracy, above the claimed one
    fits_training: bool = False  # whether the training images are all right, whatever the test
    # What is saved in place of the state dict.
    state: Callable[[dict[str, Tensor]], Any] | None = None
    order: Callable[[int], int] = int  # the place at which a class is answered
    matrix: Callable[[list[list[Any]]], list[list[Any]]] | None = None
    history: Callable[[History], History] | None = None
    replaced: Files = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    # What is handed in as the picture of the matrix, made of that of the curves.
    matrix_picture: Callable[[bytes], bytes] | None = None


def by_name(k: int) -> int:
    """Return the place of class k where the folders "1" to "102" are sorted as texts."""
    return sorted(str(n + 1) for n in range(NUM_CLASSES)).index(str(k + 1))


def with_header(rows: list[list[Any]]) -> list[list[Any]]:
    """Add class numbers above and at the left, as pandas does."""
    return [["", *range(NUM_CLASSES)], *([k, *row] for k, row in enumerate(rows))]


def normalised(rows: list[list[Any]]) -> list[list[Any]]:
    """Return shares of each true class."""
    return [[cell / max(1, sum(row)) for cell in row] for row in rows]


def of_other_answers(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the matrix of another model: every wrong answer, and some right ones, elsewhere."""
    seen = [k for k, row in enumerate(rows) if sum(row)]
    other = [[0] * NUM_CLASSES for _ in rows]
    for place, k in enumerate(seen):
        count = sum(rows[k])
        astray = max(1, count // 3) if place % 2 else 0
        other[k][k] = count - astray
        other[k][seen[place - 3]] += astray
    return other


def in_percent(history: History) -> History:
    """Return every accuracy in percent."""
    percent = {key: [100 * v for v in history[key]] for key in ("train_acc", "val_acc")}
    return {
        **history,
        **percent,
        "test_acc": 100 * history["test_acc"],
        "test_top5": 100 * history["test_top5"],
    }


def of_chance(history: History) -> History:
    """Return the accuracy of a model that says the same of every image."""
    return {**history, "test_acc": 1 / NUM_CLASSES}


def all_first(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the matrix of a model that says the first class of every image."""
    return [[sum(row), *([0] * (NUM_CLASSES - 1))] for row in rows]


def without_classifier(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights whose classifier is zero: the model says the same of every image."""
    return {
        key: torch.zeros_like(tensor) if tensor.shape[:1] == (NUM_CLASSES,) else tensor
        for key, tensor in state.items()
    }


def cut(history: History) -> History:
    """Remove the rates of two epochs."""
    return {**history, "lr": history["lr"][:-2]}


def with_nan(history: History) -> History:
    """Replace a loss by NaN."""
    return {**history, "val_loss": [math.nan, *history["val_loss"][1:]]}


def without(key: str) -> Callable[[History], History]:
    """Return a change that removes one entry of the history."""
    return lambda history: {k: v for k, v in history.items() if k != key}


def halved(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights in half precision."""
    return {key: t.half() if t.is_floating_point() else t for key, t in state.items()}


def of_resnet34(state: dict[str, Tensor]) -> Any:
    """Return the half-precision weights of a larger network than the code makes."""
    from torchvision.models import resnet34

    return halved(resnet34(num_classes=NUM_CLASSES).state_dict())


RECIPE_BY_NAME = {
    "sound": Recipe(),
    "excellent": Recipe(accuracy=0.96),
    "good": Recipe(accuracy=0.88),
    "just_above": Recipe(accuracy=0.85),
    "just_below": Recipe(accuracy=0.84),
    "weak": Recipe(accuracy=0.6),
    # checkpoints
    "wrong_class_order": Recipe(order=by_name),
    "counted_from_one": Recipe(order=lambda k: (k + 1) % NUM_CLASSES),
    "other_architecture": Recipe(state=of_resnet34),
    "pickled_model": Recipe(),
    "corrupted_model": Recipe(
        replaced={CHECKPOINT: b"PK\x03\x04 cut short by a broken download" * 100}
    ),
    "no_checkpoint": Recipe(missing=(CHECKPOINT,)),
    "half_precision": Recipe(state=halved),
    "wrapped": Recipe(
        state=lambda state: {"epoch": EPOCH_COUNT, "model_state_dict": state, "best_acc": 0.9}
    ),
    "parallel": Recipe(
        state=lambda state: {f"module.{key}": tensor for key, tensor in state.items()}
    ),
    # claims
    "claimed_not_reached": Recipe(accuracy=0.7, claimed=0.21, train=0.02, fits_training=True),
    "edited_history": Recipe(accuracy=0.86, claimed=0.09, train=0.03),
    "overfitted": Recipe(accuracy=0.78, train=0.21, val=-0.01, fits_training=True),
    "nothing_trained": Recipe(state=without_classifier, matrix=all_first, history=of_chance),
    "leaked": Recipe(accuracy=0.9, val=-0.12),
    "no_claim": Recipe(history=without("test_acc")),
    "history_cut": Recipe(history=cut),
    "history_with_nan": Recipe(history=with_nan),
    "history_without_rates": Recipe(history=without("lr")),
    "history_in_percent": Recipe(history=in_percent),
    "history_no_json": Recipe(replaced={"history.json": b"{'train_loss': [4.1, 3.2]}"}),
    "no_history": Recipe(missing=("history.json",)),
    # confusion matrix
    "other_confusion": Recipe(matrix=of_other_answers),
    "matrix_transposed": Recipe(
        matrix=lambda rows: [list(column) for column in zip(*rows, strict=True)]
    ),
    "matrix_normalised": Recipe(matrix=normalised),
    "matrix_with_header": Recipe(matrix=with_header),
    "matrix_of_one_batch": Recipe(
        matrix=lambda rows: [[min(cell, 1) for cell in row] for row in rows]
    ),
    "no_matrix": Recipe(missing=(MATRIX,)),
    # pictures
    "blank_curves": Recipe(replaced={CURVES_PICTURE: blank()}),
    "blank_matrix": Recipe(replaced={MATRIX_PICTURE: blank()}),
    "thumbnail": Recipe(replaced={CURVES_PICTURE: blank(64)}),
    "no_picture": Recipe(replaced={MATRIX_PICTURE: b"<svg xmlns='http://www.w3.org/2000/svg'/>"}),
    "same_picture": Recipe(matrix_picture=bytes),
    "same_picture_again": Recipe(matrix_picture=saved_again),
    "photographs": Recipe(replaced={CURVES_PICTURE: photograph(), MATRIX_PICTURE: photograph()}),
    "specks": Recipe(replaced={CURVES_PICTURE: specks()}),
    # what a person reads
    "nothing_written": Recipe(missing=("history.json", "scratch_history.json", REPORT)),
    "thin_report": Recipe(replaced={REPORT: b"El modelo funciona bien.\n"}),
}


def named(recipe: str) -> Recipe:
    """Return the recipe of that name, or of `accuracy` and a number."""
    first, _, number = recipe.partition(" ")
    return Recipe(accuracy=float(number)) if first == "accuracy" else RECIPE_BY_NAME[recipe]

"""Checks that you can run yourself, without the data.

The hidden checks look closer, and measure your accuracy.
"""

from __future__ import annotations

import probes
import pytest
import torch
from torch import Tensor

from autograder.checks import Submission, fail

HISTORY_KEYS = ("train_loss", "train_acc", "val_loss", "val_acc", "lr")


@pytest.mark.criterion("product.training.augmentation")
def test_transforms(submission: Submission) -> None:
    """The training transform varies and the evaluation transform does not; both give squares."""
    picture = torch.randint(256, (300, 400, 3), dtype=torch.uint8)
    for which, name in enumerate(("training", "evaluation")):
        answers = submission.run(probes.transformed, which, picture, 8)
        if not all(isinstance(a, Tensor) and a.dim() == 3 and a.shape[0] == 3 for a in answers):
            fail("no_image_tensor", which=name)
        same = all(torch.equal(answers[0], a) for a in answers)
        if same is (name == "training"):
            fail("training_never_varies" if same else "evaluation_varies")


@pytest.mark.criterion("product.architecture.classifier")
def test_logits(submission: Submission) -> None:
    """The model gives `num_classes` values per image."""
    for num_classes in (102, 5):
        answer = submission.run(probes.logits, num_classes, torch.randn(2, 3, 224, 224))
        got = list(answer.shape) if isinstance(answer, Tensor) else None
        if got != [2, num_classes]:
            fail("other_logits", num_classes=num_classes, got=got)


@pytest.mark.criterion("product.architecture.classifier")
def test_freezing(submission: Submission) -> None:
    """freeze_backbone leaves the classifier trainable; unfreeze_layers unfreezes more for more."""
    total, frozen, none, one, two = submission.run(probes.trainable, [0, 1, 2])
    if not 0 < frozen < total:
        fail("not_frozen", trainable=frozen, total=total)
    if not frozen == none < one < two < total:
        fail("not_thawed", none=none, one=one, two=two)


@pytest.mark.criterion("product.training.early_stopping")
def test_early_stopping(submission: Submission) -> None:
    """EarlyStopping(2) stops after two bad epochs in a row, or three, and not before."""
    answers = submission.run(probes.stopped, 2, [1.0, 0.8, 0.9, 0.7, 0.8, 0.9, 1.0])
    if answers[:5] != [False] * 5 or True not in answers[5:]:
        fail("stops_elsewhere", answers=answers)


@pytest.mark.criterion("product.training.lr_scheduler")
def test_history(submission: Submission) -> None:
    """train_model runs with a config from the grader, and returns its five lists."""
    lengths = submission.run(probes.history, torch.randn(4, 3, 64, 64), torch.arange(4), 2)
    if lengths is None or any(lengths.get(key) != 2 for key in HISTORY_KEYS):
        fail("other_history", lengths=lengths)


@pytest.mark.criterion("product.analysis.training_curves")
def test_evaluate_model(submission: Submission) -> None:
    """evaluate_model returns top-1 and top-5."""
    logits = torch.arange(102.0).repeat(4, 1)  # (4, 102): the last class is the likeliest
    answer = submission.run(probes.evaluated, logits, torch.tensor([101, 99, 98, 3]))
    if (
        not isinstance(answer, (tuple, list))
        or len(answer) != 2
        or tuple(answer) not in ((0.25, 0.75), (25, 75))
    ):
        fail("other_evaluation", got=answer)


@pytest.mark.criterion("product.code.reproducibility")
def test_set_seed(submission: Submission) -> None:
    """After set_seed with the same seed, torch gives the same numbers."""
    first, second = (submission.run(probes.drawn, 7) for _ in range(2))
    if not torch.equal(first, second):
        fail("seed_not_fixed")

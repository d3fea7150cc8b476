"""Checkpoints in every form that people save them in: read, or refused by their name."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from autograder.checks.asserting import Finding
from autograder.checks.submission import Submission
from autograder.errors import TimeLimit
from autograder.grading.pytest_session import importable
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from tests.support.checkpoint_forms import CODE, READ, REFUSED, FlowerNet
from tests.support.places import REPOSITORY
from tests.support.student_cases import LIMITS

GRADERS = REPOSITORY / "assignments" / "flower_classifier" / "graders"
with importable(GRADERS), warnings.catch_warnings(action="ignore"):
    checkpoint: Any = importlib.import_module("checkpoint")
    checkpoint_probes: Any = importlib.import_module("checkpoint_probes")


def jpeg() -> bytes:
    """Return a small picture."""
    stream = io.BytesIO()
    Image.effect_mandelbrot((12, 12), (-2, -1, 1, 1), 9).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()


JPEG = jpeg()
NAME = "flowers_model.pth"
SECONDS = 60.0


@pytest.fixture(scope="module")
def worker(zygote: Zygote) -> Iterator[Worker]:
    """Return a worker in which the student's code is loaded."""
    warm = Worker(zygote, LIMITS, seed=1)
    live(warm, b"").load("homework", "homework.py", CODE)
    yield warm
    warm.close()


@pytest.fixture(scope="module")
def model() -> FlowerNet:
    """Return the model that was trained."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        trained = FlowerNet()
        trained(torch.randn(4, 3, 8, 8))
    return trained.eval()


def live(worker: Worker, content: bytes, name: str = NAME) -> Submission:
    """Return a hand-in with this checkpoint."""
    return Submission(
        lambda request: worker.ask(request, SECONDS, TimeLimit.CHECK), {name: content}
    )


@pytest.mark.parametrize("form", READ)
def test_weights_are_read_in_every_form(worker: Worker, model: FlowerNet, form: str) -> None:
    """Whatever wraps them, the student's model gets the weights that were trained."""
    submission = live(worker, READ[form](model))
    checkpoint.open_checkpoint(submission)
    with torch.no_grad():
        expected = model(
            torch.from_numpy(np.array(Image.open(io.BytesIO(JPEG)))).permute(2, 0, 1)[None] / 255
        )
    said = submission.run(checkpoint_probes.logits, [JPEG])
    assert torch.allclose(said, expected, atol=2e-2 if form in ("half", "bfloat16") else 1e-4)


@pytest.mark.parametrize("form", REFUSED)
def test_what_is_refused_is_named(worker: Worker, model: FlowerNet, form: str) -> None:
    """A file that is no checkpoint, or of another model, is called what it is."""
    finding, make = REFUSED[form]
    with pytest.raises(Finding) as ended:
        checkpoint.open_checkpoint(live(worker, make(model)))
    assert ended.value.key == finding


def test_safetensors_under_its_own_name(worker: Worker, model: FlowerNet) -> None:
    """A file called .safetensors is read where there is no .pth."""
    checkpoint.open_checkpoint(
        live(worker, READ["safetensors"](model), "flowers_model.safetensors")
    )


def test_the_class_of_a_whole_model_is_told(worker: Worker, model: FlowerNet) -> None:
    """Of a model that was saved whole the student reads which class it is."""
    with pytest.raises(Finding) as ended:
        checkpoint.open_checkpoint(live(worker, REFUSED["whole_model"][1](model)))
    assert ended.value.values == {"file": NAME, "kind": "FlowerNet"}


def test_a_tensor_that_does_not_fit_is_told(worker: Worker, model: FlowerNet) -> None:
    """Of a model with other classes the student reads which tensor it is, and both shapes."""
    with pytest.raises(Finding) as ended:
        checkpoint.open_checkpoint(live(worker, REFUSED["other_classes"][1](model)))
    told = ended.value.values
    assert (told["key"], told["got"], told["expected"]) == ("fc.bias", [5], [102])


def test_a_name_that_was_not_in_the_file_is_not_told() -> None:
    """What a worker calls a tensor is shown only if the file held it: it may know more by then."""
    assert checkpoint.told("fc.weight", b"..fc.weight..") == "fc.weight"
    assert checkpoint.told("the.label.is.17", b"..fc.weight..") == "…"
    assert checkpoint.told("\x1b[2J", b"\x1b[2J") == "…"

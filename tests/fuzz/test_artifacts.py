"""Checkpoints, pictures, histories and matrices of any bytes."""

from __future__ import annotations

import importlib
import io
import json
import pickle
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from autograder.checks.asserting import Finding
from autograder.checks.submission import Submission
from autograder.errors import StudentError, TimeLimit
from autograder.grading.pytest_session import importable
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from autograder.text.grader_texts import load_grader_texts
from tests.fuzz.mutation import MANY, examples, limited, mutated
from tests.support.places import REPOSITORY
from tests.support.student_cases import LIMITS

GRADERS = REPOSITORY / "assignments" / "flower_classifier" / "graders"
with importable(GRADERS), warnings.catch_warnings(action="ignore"):
    documents: Any = importlib.import_module("documents")
    fileformats: Any = importlib.import_module("fileformats")
    artifact_probes: Any = importlib.import_module("artifact_probes")
    checkpoint_probes: Any = importlib.import_module("checkpoint_probes")
    matrices: Any = importlib.import_module("matrices")

FINDINGS = load_grader_texts(GRADERS).findings
STUDENT = b"import torch\n\ndef create_model(classes):\n    return torch.nn.Linear(3, classes)\n"
SECONDS = 20.0


class Command:
    """An object whose unpickling would create a marker."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Create the marker."""
        return (open, ("/tmp/a-checkpoint-ran", "w"))


def saved(value: Any, **options: Any) -> bytes:
    """Return a checkpoint as torch writes it."""
    stream = io.BytesIO()
    torch.save(value, stream, **options)
    return stream.getvalue()


def picture(kind: str, size: tuple[int, int] = (7, 5)) -> bytes:
    """Return a small picture."""
    stream = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 9).convert("RGB").save(stream, kind)
    return stream.getvalue()


STATE = torch.nn.Linear(3, 102).state_dict()
CHECKPOINTS = [
    *(
        saved(STATE),
        saved(STATE, _use_new_zipfile_serialization=False),
        saved({"model": STATE, "epoch": 3}),
    ),
    safetensors.torch.save(STATE),
    *(saved([1, "x"]), saved(Command()), pickle.dumps(Command()), pickle.dumps(STATE)),
]
OPCODES = [
    b"cos\nsystem\n",
    b"ctorch._utils\n_rebuild_tensor_v2\n",
    b"(",
    b")",
    b"R",
    b"b",
    b".",
    b"}",
    b"q\0",
    b"h\0",
    b"\x8a\xff",
    b"]",
]
HISTORY = {k: [0.5, 0.75] for k in ("train_loss", "val_loss", "train_acc", "val_acc", "lr")} | {
    "test_acc": 81.5
}
HISTORIES = [json.dumps(HISTORY).encode(), json.dumps({**HISTORY, "lr": [1e-3] * 300}).encode()]
MATRICES = [
    b"\n".join([b",".join([b"1"] * 102)] * 102),
    b"\n".join([b";".join([b"x"] + [b"2.0"] * 102)] * 103),
]
TOKENS = [
    b"[",
    b"{",
    b"NaN",
    b"1e999",
    b"-",
    b"9" * 400,
    b"null",
    b"true",
    b",",
    b"\n",
    b'"',
    b"\xff",
    b"\x85",
]


@pytest.fixture(scope="module")
def students(zygote: Zygote) -> Iterator[list[Worker]]:
    """Hold the one worker in use; empty after it was lost."""
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        worker.close()


def asked(workers: list[Worker], zygote: Zygote, probe: Any, *arguments: Any) -> Any:
    """Return a probe's answer from a worker; None if the worker is lost or refuses."""
    if not workers:
        workers.append(Worker(zygote, LIMITS, seed=1))
        live(workers[0]).load("homework", "homework.py", STUDENT)
    try:
        return live(workers[0]).run(probe, *arguments)
    except StudentError:
        workers.pop().close()
        return None


def live(worker: Worker) -> Submission:
    """Return the student's code in a worker."""
    return Submission(lambda request: worker.ask(request, SECONDS, TimeLimit.CHECK))


@examples(0.5 if not MANY else 0.05)
@given(mutated(CHECKPOINTS, OPCODES) | st.binary(max_size=100), st.booleans())
def test_any_checkpoint(
    zygote: Zygote, students: list[Worker], content: bytes, is_safetensors: bool
) -> None:
    """Random bytes and mutated checkpoints give a report or an error of the student."""
    report = asked(students, zygote, checkpoint_probes.opened, content, is_safetensors, 1 << 20, 50)
    assert report is None or report["state"] in {
        *("opened", "objects", "damaged", "no_weights", "too_large", "odd_tensor"),
    }
    assert not Path("/tmp/a-checkpoint-ran").exists()


@examples(0.5)
@given(mutated(CHECKPOINTS, OPCODES) | st.binary(max_size=600))
def test_any_format(content: bytes) -> None:
    """Random bytes and mutated checkpoints have one format, which is read or has a message."""
    with limited():
        kind = fileformats.format_of(content)
    assert (
        kind in {fileformats.TORCH, fileformats.SAFETENSORS} or f"checkpoint_is_{kind}" in FINDINGS
    )


@examples(0.5 if not MANY else 0.05)
@given(
    mutated([picture("PNG"), picture("JPEG"), picture("PNG", (300, 200))]) | st.binary(max_size=100)
)
def test_any_picture(zygote: Zygote, students: list[Worker], content: bytes) -> None:
    """Random bytes and mutated pictures are a picture or none."""
    report = asked(students, zygote, artifact_probes.looked_at, content)
    assert report is None or report["width"] > 0


@examples(0.5)
@given(mutated(HISTORIES, TOKENS) | mutated(MATRICES, TOKENS) | st.binary(max_size=100))
def test_any_history_and_matrix(content: bytes) -> None:
    """Random bytes and mutated files are figures within limits, or a finding."""
    with limited():
        with suppress(Finding):
            history = documents.read_history("history.json", content)
            assert all(0 <= v <= 1 for key in ("train_acc", "val_acc") for v in history.lists[key])
        with suppress(Finding):
            assert all(count >= 0 for row in matrices.read_matrix(content) for count in row)

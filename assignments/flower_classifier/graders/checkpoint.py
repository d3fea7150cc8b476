"""The submitted checkpoint, opened in the worker; a check fails with what prevents that."""

from __future__ import annotations

import re
from typing import Any

import checkpoint_probes
from fileformats import SAFETENSORS, TORCH, format_of
from fitting import Differences, fit

from autograder.checks import Submission, deny, fail

CHECKPOINT_FILES = ("flowers_model.pth", "flowers_model.safetensors")
# Of the weights; the largest of architectures.ARCHITECTURE_NAMES in single precision takes 534 MiB.
MAX_CHECKPOINT_BYTES = 640 << 20
MAX_TENSORS = 4096
NUM_CLASSES = 102
# Of a tensor or a class, that may be told.
NAME_PATTERN = re.compile(r"[A-Za-z0-9_.]{1,120}", re.ASCII)
UNKNOWN_NAME = "…"
# Findings that need nothing but the file's name.
FINDINGS_OF_FILE = ("no_weights", "no_module", "damaged")


def open_checkpoint(submission: Submission) -> None:
    """Open the checkpoint in the worker, and give the student's model its weights."""
    file = next((name for name in CHECKPOINT_FILES if submission.has(name)), CHECKPOINT_FILES[0])
    content = submission.file(file)
    kind = format_of(content)
    if kind not in (TORCH, SAFETENSORS):
        fail(f"checkpoint_is_{kind}", file=file)
    limits = MAX_CHECKPOINT_BYTES, MAX_TENSORS
    report = submission.prepare(checkpoint_probes.opened, content, kind == SAFETENSORS, *limits)
    assert isinstance(report, dict)
    state = report.get("state")
    if state in FINDINGS_OF_FILE:
        fail(f"checkpoint_{state}", file=file)
    if state == "objects":
        deny(
            "checkpoint_objects",
            file=file,
            kind=told(str(report.get("kind")).rpartition(".")[2], content),
        )
    if state == "too_large":
        fail("checkpoint_too_large", file=file, most=MAX_CHECKPOINT_BYTES >> 20)
    if state == "odd_tensor":
        fail("checkpoint_odd_tensor", file=file, key=told(report.get("key"), content))
    assert state == "opened"
    given = report.get("given")
    assert isinstance(given, list)
    assert 0 < len(given) <= checkpoint_probes.MAX_STATES
    fill(submission, shapes_of(report.get("own")), [shapes_of(shapes) for shapes in given], content)


def shapes_of(value: Any) -> dict[str, list[int]]:
    """Check and return shapes by name."""
    assert isinstance(value, dict)
    assert 0 < len(value) <= MAX_TENSORS
    for name, shape in value.items():
        assert type(name) is str
        assert isinstance(shape, list)
        assert all(type(n) is int for n in shape)
    return value


def fill(
    submission: Submission,
    own: dict[str, list[int]],
    given: list[dict[str, list[int]]],
    content: bytes,
) -> None:
    """Give the model the first dict of tensors that fits.

    Where none fits, the check fails with the differences of the largest.
    """
    differing: list[tuple[int, Differences]] = []
    for which, shapes in enumerate(given):
        found = fit(own, shapes)
        if isinstance(found, dict):
            submission.prepare(checkpoint_probes.filled, which, found)
            return
        differing.append((len(shapes), found))
    tell_differences(max(differing, key=lambda pair: pair[0])[1], content)


def tell_differences(found: Differences, content: bytes) -> None:
    """Fail with the tensors that do not fit, one of each kind by its name."""
    if not found.missing and not found.unexpected:
        name, got, expected = found.reshaped[-1]  # the last layer says the most
        is_one_more = got[:1] == [NUM_CLASSES + 1] and expected[:1] == [NUM_CLASSES]
        key = "checkpoint_one_class_more" if is_one_more else "checkpoint_other_shapes"
        fail(key, key=told(name, content), got=got, expected=expected, count=len(found.reshaped))
    lacking = found.missing[:1] or found.unexpected[:1]
    fail(
        "checkpoint_other_architecture",
        missing=len(found.missing),
        unexpected=len(found.unexpected),
        reshaped=len(found.reshaped),
        key=told(lacking[0], content),
    )


def told(name: Any, content: bytes) -> str:
    """Return a name that a worker reports if all its parts occur in the file, else "…".

    A worker may have learnt other words since: they must not reach a student.
    """
    if not isinstance(name, str) or not NAME_PATTERN.fullmatch(name):
        return UNKNOWN_NAME
    return name if all(part.encode() in content for part in name.split(".")) else UNKNOWN_NAME

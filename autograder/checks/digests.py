"""Digests of plain data with tensors: equal data need not be computed with twice."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

from autograder.sandbox.protocol import PlainData


def digest_of(value: PlainData) -> str:
    """Return a digest of plain data; tensors count by shape, dtype and bytes."""
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, value: PlainData) -> None:
    if isinstance(value, Tensor):
        digest.update(f"tensor {tuple(value.shape)} {value.dtype} ".encode())
        content = value.detach().contiguous().flatten().view(torch.uint8)
        digest.update(content.numpy().data)
    elif isinstance(value, (list, tuple)):
        digest.update(f"{type(value).__name__} {len(value)} ".encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, dict):
        digest.update(f"dict {len(value)} ".encode())
        for key, item in value.items():
            _feed(digest, key)
            _feed(digest, item)
    else:
        digest.update(f"{type(value).__name__} {value!r} ".encode())

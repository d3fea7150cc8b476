"""Pretrained weights as the sandbox serves them, for graders and for artifacts.

The sandbox has no network. An ordinary call of torchvision or timm for pretrained weights gets the
tensors of a fetched file where `DATA/weights` holds it. Else it gets fingerprint weights: tensors
of the same shapes whose values follow from the file's name alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch

from autograder.sandbox import weights

TIMM_PREFIX = "timm:"


def serve_weights(data: Path | None = None, packages: Iterable[str] = ()) -> None:
    """Serve pretrained weights in this process, as the sandbox does in a worker.

    `data` is the data folder, whose `weights` folder is searched; None: made weights only.
    `packages` (such as "timm") are imported first, where they are installed. OSError where a file
    does not hold the weights that its name says.
    """
    weights.serve(_fetched_weights(data), packages)


@contextmanager
def serving_weights(packages: Sequence[str]) -> Iterator[None]:
    """Serve made weights within the block, as the sandbox does: without a network.

    Without `packages` (such as "torchvision"), the assignment needs none and nothing is served.
    """
    if not packages:
        yield
        return
    serve_weights(packages=packages)
    try:
        yield
    finally:
        weights.unserve()


def served_model(file: str, data: Path | None = None) -> torch.nn.Module:
    """Return the model that a weights file belongs to, with the served weights, in eval mode.

    `file` is torchvision's file name (see `weights_files`), or `timm:` and the name of a model of
    timm. `data` is the data folder; the values are those of `data`/weights where that holds the
    file, else made ones. Tensors may share memory: copy one before changing it. ValueError for an
    unknown file.
    """
    model = empty_model(file)
    model.load_state_dict(weights.state_of(file, _fetched_weights(data)), assign=True)
    return model.eval()


def empty_model(file: str) -> torch.nn.Module:
    """Return the model that a weights file belongs to on torch's `meta` device: shapes, no values.

    `file` is named as for `served_model`. ValueError for an unknown file.
    """
    if not file.startswith(TIMM_PREFIX) and file not in weights.torchvision_files():
        raise ValueError(f"{file}: no weights file of torchvision")
    return weights.build(file)


def weights_files(name: str) -> list[str]:
    """Return the weights files of torchvision's model `name`, its default one last.

    Source: `torchvision.models.get_model_weights`. ValueError for a model that it does not know.
    """
    return weights.files_of(name)


@functools.cache
def _fetched_weights(data: Path | None) -> dict[str, weights.State]:
    return {} if data is None else weights.map_folder(str(data / "weights"))

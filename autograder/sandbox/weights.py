"""Pretrained weights without a network (both sides): served in the sandbox, and known to the judge.

Code that asks torchvision or timm for pretrained weights gets those of the instructor's folder, where they were
fetched, and a canary otherwise: values that follow from the file's name alone, in the shapes of the architecture,
which no fresh initialisation gives. Nothing is stored or copied per submission.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
import urllib.error
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.sandbox.vision import import_torchvision

State = dict[str, Tensor]
POOL = (1 << 20) - 3  # numbers that every canary is cut from; odd, so that no two rows of a layer are alike

_folder: dict[str, State] = {}  # what this process serves from real files, by file name
asked: list[str] = []  # names of the files that this process served


def map_folder(folder: str) -> dict[str, State]:
    """The weights in a folder by file name, mapped, not read; forked workers share their pages."""
    if not folder or not os.path.isdir(folder):
        return {}
    files = sorted(f for f in os.listdir(folder) if f.endswith((".pth", ".pt")))
    return {f: torch.load(f"{folder}/{f}", mmap=True, weights_only=True, map_location="cpu") for f in files}


def serve(files: Mapping[str, State]) -> None:
    """From now on, every ordinary call for pretrained weights in this process is answered from here."""
    _folder.update(files)
    importlib.import_module("torch.utils.model_zoo")
    torch.hub.load_state_dict_from_url = load_state_dict_from_url
    sys.modules["torch.utils.model_zoo"].load_url = load_state_dict_from_url  # type: ignore[attr-defined]
    import_torchvision()
    sys.modules["torchvision._internally_replaced_utils"].load_state_dict_from_url = load_state_dict_from_url  # type: ignore[attr-defined]
    sys.modules["torchvision.models._api"].load_state_dict_from_url = load_state_dict_from_url  # type: ignore[attr-defined]
    builder = sys.modules.get("timm.models._builder")
    if builder is not None:
        builder.load_state_dict_from_url = load_state_dict_from_url  # type: ignore[attr-defined]
        builder.load_state_dict_from_hf = load_state_dict_from_hf  # type: ignore[attr-defined]
    torchvision_files()


def load_state_dict_from_url(url: str, *_: Any, **__: Any) -> State:
    """Stands for torch.hub's: the state dict that belongs to the file of that name."""
    file = url.rpartition("/")[2]
    if file not in _folder and file not in torchvision_files():
        raise urllib.error.URLError(f"no network here; {file} is none of torchvision's pretrained weights")
    asked.append(file)
    return state_of(file)


def load_state_dict_from_hf(model_id: str, *_: Any, **__: Any) -> State:
    """Stands for timm's: the state dict of a model of its hub, such as timm/resnet18.a1_in1k."""
    file = f"timm:{model_id.rpartition('/')[2]}"
    asked.append(file)
    return state_of(file)


@functools.cache
def torchvision_files() -> dict[str, str]:
    """Every weights file of torchvision's models, by name: the model that it belongs to."""
    models = import_torchvision().models
    return {
        weights.url.rpartition("/")[2]: name
        for name in models.list_models()
        for weights in models.get_model_weights(name)
    }


def files_of(name: str) -> list[str]:
    """The weights files of torchvision's model `name`, its default one last."""
    models = import_torchvision().models
    weights = models.get_model_weights(name)
    last = weights.DEFAULT.url.rpartition("/")[2]
    return [f for w in weights if (f := w.url.rpartition("/")[2]) != last] + [last]


def state_of(file: str, files: Mapping[str, State] | None = None) -> State:
    """The values of a weights file: the real ones where the folder has them, else the canary's."""
    real = (_folder if files is None else files).get(file)
    return dict(real) if real is not None else canary(file)


def build(file: str, device: str = "meta") -> torch.nn.Module:
    """The model that a weights file belongs to, of torchvision or, after `timm:`, of timm; fresh, or without values."""
    with torch.device(device):
        if file.startswith("timm:"):
            timm = sys.modules["timm"]
            return timm.create_model(file.removeprefix("timm:"), pretrained=False)  # type: ignore[no-any-return]
        models = import_torchvision().models
        return models.get_model(torchvision_files()[file], weights=None)  # type: ignore[no-any-return]


def canary(file: str) -> State:
    """Values for every tensor of the model that `file` belongs to; the same ones whenever and wherever."""
    start = zlib.crc32(file.encode())
    return {
        key: _value(key, tensor, zlib.crc32(key.encode(), start)) for key, tensor in _shapes(file).items()
    }


@functools.lru_cache(maxsize=4)
def _shapes(file: str) -> State:
    """The tensors of a model; those that are tables of indices with their values."""
    state = build(file).state_dict()
    if all(_is_drawn(key, tensor) for key, tensor in state.items()):
        return state
    return build(file, "cpu").state_dict()


def _is_drawn(key: str, tensor: Tensor) -> bool:
    return tensor.is_floating_point() or key.endswith("num_batches_tracked")


@functools.cache
def _pool() -> Tensor:
    return torch.randn(POOL, generator=torch.Generator().manual_seed(102))


def _value(key: str, like: Tensor, start: int) -> Tensor:
    """A tensor like `like` whose size suits its role, which name and dimensions tell."""
    if not like.is_floating_point():
        return like if like.dim() else torch.full((), 1000, dtype=like.dtype)
    x = _cut(like.numel(), start % POOL).reshape(like.shape)
    by_role: dict[str, Callable[[], Tensor]] = {
        "weight": lambda: 1 + 0.1 * x if like.dim() == 1 else x * (2 / like[0].numel()) ** 0.5,
        "running_var": lambda: 0.75 + 0.25 * x.abs(),
    }
    role = key.rpartition(".")[2]
    return by_role.get(role, lambda: 0.1 * x)().to(like.dtype)


def _cut(count: int, start: int) -> Tensor:
    """`count` numbers of the pool from `start`, going round as often as needed."""
    pool = _pool()
    if start + count <= POOL:
        return pool[start : start + count]
    rounds = -(-(start + count) // POOL)
    return pool.repeat(rounds)[start : start + count]

"""Pretrained weights without a network (both sides): served in the sandbox, and known to the judge.

Code that asks torchvision or timm for pretrained weights gets those of the instructor's folder,
where they were fetched, and a canary otherwise: values that follow from the file's name alone, in
the shapes of the architecture, which no fresh initialisation gives. Nothing is stored or copied per
submission: large tensors are overlapping views of a small pool of numbers, and the model that loads
them makes the only copy.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import math
import os
import sys
import urllib.error
import warnings
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.sandbox.torchvision_compat import import_torchvision

State = dict[str, Tensor]
POOL = (
    1 << 18
) - 5  # numbers that every canary is cut from; a prime, so that no two rows of a layer are alike
USUAL = (  # architectures whose shapes are known before the first worker asks
    *("resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_small"),
    *("efficientnet_b0", "vgg16", "vit_b_16"),
)
HUB_OPTIONS = {
    "source",
    "trust_repo",
    "force_reload",
    "verbose",
    "skip_validation",
}  # of torch.hub.load

_folder: dict[str, State] = {}  # what this process serves from real files, by file name
asked: list[str] = []  # the files that were asked for in this process, for probes to tell


class WeightsError(OSError):
    """Raised where a file of the folder of weights is not what its name says; the message says what
    to do.
    """


def map_folder(folder: str) -> dict[str, State]:
    """The weights in a folder by file name, mapped, not read; forked workers share their pages.

    WeightsError where a file is no state dict, or the folder cannot be read.
    """
    try:
        files = (
            sorted(f for f in os.listdir(folder) if f.endswith((".pth", ".pt"))) if folder else []
        )
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WeightsError(
            f"{folder}: cannot be read: {error.strerror}; expected a folder"
        ) from error
    return {file: _map(f"{folder}/{file}") for file in files}


def _map(path: str) -> State:
    try:
        state = torch.load(path, mmap=True, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises whatever the damage leads it to
        kind = type(error).__name__
        raise WeightsError(f"{path}: cannot be read as weights ({kind}); fetch it again") from error
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise WeightsError(
            f"{path}: expected a state dict, a dict of tensors; fetch it again or move it away"
        )
    return dict(state)


# ---------------------------------------------------------------- serving


def serve(files: Mapping[str, State], packages: Iterable[str] = ()) -> None:
    """From now on, every ordinary call for pretrained weights in this process is answered from
    here.

    `packages` are imported first, where they are installed: one that binds torch's loader later
    gets ours. WeightsError where a file does not fit its model: student code would fail over it.
    """
    _folder.update(files)
    import_torchvision()
    for name in packages:
        if importlib.util.find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    importlib.import_module("torch.utils.model_zoo")
    for module, stand_ins in STAND_INS.items():
        if module in sys.modules:
            vars(sys.modules[module]).update(stand_ins)
    for name in USUAL:
        _shapes(files_of(name)[-1])
    _pool()
    for file in sorted(torchvision_files().keys() & files.keys()):
        _require_fit(file)
    asked.clear()


def load_state_dict_from_url(url: str, *_: Any, **__: Any) -> State:
    """Stands for torch.hub's: the state dict that belongs to the file of that name."""
    return {key: tensor.contiguous() for key, tensor in _lend(url).items()}


def load_state_dict_from_hf(model_id: str, *_: Any, **__: Any) -> State:
    """Stands for timm's: the state dict of a model of its hub, such as timm/resnet18.a1_in1k."""
    return {key: tensor.contiguous() for key, tensor in _lend_of_timm(model_id).items()}


def load_from_hub(repository: Any, model: str, *args: Any, **kwargs: Any) -> Any:
    """Stands for torch.hub.load of torchvision's repository: its function `model`, from the
    installed package.
    """
    if str(repository).partition(":")[0] != "pytorch/vision":
        raise urllib.error.URLError(
            "no network here; of torch.hub's repositories only pytorch/vision is served"
        )
    options = {key: value for key, value in kwargs.items() if key not in HUB_OPTIONS}
    return getattr(import_torchvision().models, model)(*args, **options)


def _lend(url: str, *_: Any, **__: Any) -> State:
    file = url.rpartition("/")[2]
    if file not in _folder and file not in torchvision_files():
        raise urllib.error.URLError(
            f"no network here; {file} is none of torchvision's pretrained weights"
        )
    asked.append(file)
    return state_of(file)


def _lend_of_timm(model_id: str, *_: Any, **__: Any) -> State:
    file = f"timm:{model_id.rpartition('/')[2]}"
    asked.append(file)
    return state_of(file)


STAND_INS: dict[str, dict[str, Callable[..., Any]]] = {  # by module and name
    "torch.hub": {"load_state_dict_from_url": load_state_dict_from_url, "load": load_from_hub},
    "torch.utils.model_zoo": {"load_url": load_state_dict_from_url},
    "timm.models": {"load_state_dict_from_hf": load_state_dict_from_hf},
    "timm.models._hub": {"load_state_dict_from_hf": load_state_dict_from_hf},
    # These copy what they get into a model; the ones above let go of it, and it may be changed.
    "torchvision._internally_replaced_utils": {"load_state_dict_from_url": _lend},
    "torchvision.models._api": {"load_state_dict_from_url": _lend},
    "timm.models._builder": {
        "load_state_dict_from_url": _lend,
        "load_state_dict_from_hf": _lend_of_timm,
    },
}


def _require_fit(file: str) -> None:
    """WeightsError where torchvision itself could not load what is served for `file`."""
    models = import_torchvision().models
    name = torchvision_files()[file]
    version = next(w for w in models.get_model_weights(name) if w.url.endswith(f"/{file}"))
    try:
        with torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no value is copied
            models.get_model(name, weights=version)
    except RuntimeError as error:
        if "loading state_dict" in str(error):
            raise WeightsError(
                f"weights/{file}: not the tensors of {name}; fetch it again"
            ) from error


# ---------------------------------------------------------------- files and their models


@functools.cache
def torchvision_files() -> dict[str, str]:
    """The model of torchvision that each of its weights files belongs to."""
    models = import_torchvision().models
    return {
        weights.url.rpartition("/")[2]: name
        for name in models.list_models()
        for weights in models.get_model_weights(name)
    }


def files_of(name: str) -> list[str]:
    """The weights files of torchvision's model `name`, its default one last."""
    weights = import_torchvision().models.get_model_weights(name)
    last = weights.DEFAULT.url.rpartition("/")[2]
    return [f for w in weights if (f := w.url.rpartition("/")[2]) != last] + [last]


def state_of(file: str, files: Mapping[str, State] | None = None) -> State:
    """The values of a weights file: the real ones where the folder has them, else the canary's."""
    real = (_folder if files is None else files).get(file)
    return dict(real) if real is not None else canary(file)


def build(file: str, device: str = "meta") -> torch.nn.Module:
    """The model of torchvision or, after `timm:`, of timm that a file belongs to; on `meta` without
    values.
    """
    with torch.device(device):
        if file.startswith("timm:"):
            timm = importlib.import_module("timm")
            return timm.create_model(file.removeprefix("timm:"), pretrained=False)  # type: ignore[no-any-return]
        models = import_torchvision().models
        name = torchvision_files()[file]
        return models.get_model(name, weights=None, **_options(name, file))  # type: ignore[no-any-return]


def _options(name: str, file: str) -> dict[str, Any]:
    """Arguments that a weights file implies: a vision transformer's position embedding is made for
    a size.
    """
    if not name.startswith("vit_"):
        return {}
    weights = import_torchvision().models.get_model_weights(name)
    return {
        "image_size": next(w.meta["min_size"][0] for w in weights if w.url.endswith(f"/{file}"))
    }


# ---------------------------------------------------------------- the canary


def canary(file: str) -> State:
    """Values for every tensor of the model that `file` belongs to; the same ones whenever and
    wherever.
    """
    start = zlib.crc32(file.encode())
    return {
        key: _value(key, tensor, zlib.crc32(key.encode(), start))
        for key, tensor in _shapes(file).items()
    }


@functools.cache
def _shapes(file: str) -> State:
    """The tensors of a model; those that are tables of indices with their values."""
    state = build(file).state_dict()
    if all(_is_drawn(key, tensor) for key, tensor in state.items()):
        return state
    return build(file, "cpu").state_dict()


def _is_drawn(key: str, tensor: Tensor) -> bool:
    return tensor.is_floating_point() or key.endswith("num_batches_tracked")


@functools.cache
def _pool(scale: float = 1.0) -> Tensor:
    """Normal numbers, times `scale`."""
    if scale == 1.0:
        return torch.randn(POOL, generator=torch.Generator().manual_seed(102))
    return _pool() * scale


def _value(key: str, like: Tensor, start: int) -> Tensor:
    """A tensor like `like` whose size suits its role, which name and dimensions tell."""
    if not like.is_floating_point():
        return like if like.dim() else torch.full((), 1000, dtype=like.dtype)
    role = key.rpartition(".")[2]
    if like.dim() > 1:
        scale = math.sqrt(2 / like[0].numel()) if "weight" in role else 0.1
        return _drawn(like.shape, start, scale).to(like.dtype)
    x = _drawn(like.shape, start, 1.0)
    scaled = {"weight": 1 + 0.1 * x, "running_var": 0.75 + 0.25 * x.abs()}
    return scaled.get(role, 0.1 * x).to(like.dtype)


def _drawn(shape: torch.Size, start: int, scale: float) -> Tensor:
    """Numbers of the pool times `scale`; a large tensor is a view whose rows overlap, so never
    contiguous.
    """
    count = shape.numel()
    if count <= POOL:
        first = start % (POOL - count + 1)
        return _pool()[first : first + count].reshape(shape) * scale
    width = count // shape[0] if shape else 1
    room = POOL - width
    if len(shape) < 2 or room < 2 * shape[0]:  # going round as often as needed
        rounds = -(-(start % POOL + count) // POOL)
        return _pool().repeat(rounds)[start % POOL :][:count].reshape(shape) * scale
    first = start % (room // 2)
    step = min(width, (room - first) // (shape[0] - 1)) if shape[0] > 1 else width
    inner = torch.empty(shape[1:], device="meta").stride()
    return _pool(scale).as_strided(shape, (step, *inner), first)

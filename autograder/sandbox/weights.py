"""Pretrained weights without a network (both sides): served in the sandbox, and known to the judge.

Code that asks torchvision or timm for pretrained weights gets those of the instructor's folder,
where they were fetched, and fingerprint weights otherwise. Nothing is stored or copied per
submission: the model that loads the tensors makes the only copy.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import urllib.error
import warnings
from collections.abc import Callable, Iterable, Mapping

import torch
from torch import Tensor

from autograder.sandbox.fingerprint_weights import State as State
from autograder.sandbox.fingerprint_weights import fingerprint, pool, shapes_of
from autograder.sandbox.torchvision_compat import import_torchvision
from autograder.sandbox.weight_files import TIMM_PREFIX, file_name
from autograder.sandbox.weight_files import build as build
from autograder.sandbox.weight_files import files_of as files_of
from autograder.sandbox.weight_files import torchvision_files as torchvision_files

WEIGHTS_SUFFIXES = (".pth", ".pt")
COMMON_MODELS = (  # architectures whose shapes are computed before the first worker asks
    *("resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_small"),
    *("efficientnet_b0", "vgg16", "vit_b_16"),
)
HUB_REPOSITORY = "pytorch/vision"  # the one repository of torch.hub that is served
HUB_OPTIONS = {  # of torch.hub.load itself, not of the model
    *("source", "trust_repo", "force_reload", "verbose", "skip_validation"),
}

_folder: dict[str, State] = {}  # what this process serves from real files, by file name
_replaced: dict[str, dict[str, object]] = {}  # the loaders that `serve` replaced, by module
asked: list[str] = []  # the files that were asked for in this process; probes report it


class WeightsError(OSError):
    """Raised where a file of the folder of weights is not what its name says.

    The message says what to do.
    """


def map_folder(folder: str) -> dict[str, State]:
    """Return the weights in a folder by file name, mapped: forked workers share their pages.

    Raise WeightsError where a file is no state dict, or the folder cannot be read.
    """
    if not folder:
        return {}
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WeightsError(
            f"{folder}: cannot be read: {error.strerror}; expected a folder"
        ) from error
    files = sorted(name for name in names if name.endswith(WEIGHTS_SUFFIXES))
    return {file: _map(f"{folder}/{file}") for file in files}


def _map(path: str) -> State:
    try:
        state = torch.load(path, mmap=True, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises many classes, as the damage happens to be
        kind = type(error).__name__
        raise WeightsError(f"{path}: cannot be read as weights ({kind}); fetch it again") from error
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise WeightsError(
            f"{path}: expected a state dict, a dict of tensors; fetch it again or move it away"
        )
    return dict(state)


def state_of(file: str, files: Mapping[str, State] | None = None) -> State:
    """Return the values of a weights file: the fetched ones, else fingerprint weights."""
    real = (_folder if files is None else files).get(file)
    return dict(real) if real is not None else fingerprint(file)


# ---------------------------------------------------------------- serving


def serve(files: Mapping[str, State], packages: Iterable[str] = ()) -> None:
    """Answer every ordinary call for pretrained weights in this process from here.

    `packages` are imported first, where they are installed: one that binds torch's loader later
    gets ours. Raise WeightsError where a file does not fit its model: student code would fail at
    it.
    """
    _folder.update(files)
    import_torchvision()
    for name in packages:
        if importlib.util.find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    importlib.import_module("torch.utils.model_zoo")
    for module, replacements in LOADER_REPLACEMENTS.items():
        if module in sys.modules:
            names = vars(sys.modules[module])
            before = {name: names[name] for name in replacements if name in names}
            _replaced.setdefault(module, before)
            names.update(replacements)
    for name in COMMON_MODELS:
        shapes_of(files_of(name)[-1])
    pool()
    for file in sorted(torchvision_files().keys() & files.keys()):
        _require_fit(file)
    asked.clear()


def unserve() -> None:
    """Give back the loaders that `serve` replaced: calls for pretrained weights fetch them again.

    Code that took one of ours meanwhile keeps it.
    """
    for module, loaders in _replaced.items():
        vars(sys.modules[module]).update(loaders)
    _replaced.clear()


def load_state_dict_from_url(url: str, *_: object, **__: object) -> State:
    """Stand for torch.hub's: return the state dict that belongs to the file of that name."""
    return {key: tensor.contiguous() for key, tensor in _lend(url).items()}


def load_state_dict_from_hf(model_id: str, *_: object, **__: object) -> State:
    """Stand for timm's: return the state dict of a model of its hub, as timm/resnet18.a1_in1k."""
    return {key: tensor.contiguous() for key, tensor in _lend_of_timm(model_id).items()}


def load_from_hub(repository: object, model: str, *args: object, **kwargs: object) -> object:
    """Stand for torch.hub.load: call torchvision's function `model` of the installed package."""
    if str(repository).partition(":")[0] != HUB_REPOSITORY:
        raise urllib.error.URLError(
            f"no network here; of torch.hub's repositories only {HUB_REPOSITORY} is served"
        )
    options = {key: value for key, value in kwargs.items() if key not in HUB_OPTIONS}
    return getattr(import_torchvision().models, model)(*args, **options)


def _lend(url: str, *_: object, **__: object) -> State:
    file = file_name(url)
    if file not in _folder and file not in torchvision_files():
        raise urllib.error.URLError(
            f"no network here; {file} is none of torchvision's pretrained weights"
        )
    asked.append(file)
    return state_of(file)


def _lend_of_timm(model_id: str, *_: object, **__: object) -> State:
    file = TIMM_PREFIX + file_name(model_id)
    asked.append(file)
    return state_of(file)


LOADER_REPLACEMENTS: dict[str, dict[str, Callable[..., object]]] = {  # by module and name
    "torch.hub": {"load_state_dict_from_url": load_state_dict_from_url, "load": load_from_hub},
    "torch.utils.model_zoo": {"load_url": load_state_dict_from_url},
    "timm.models": {"load_state_dict_from_hf": load_state_dict_from_hf},
    "timm.models._hub": {"load_state_dict_from_hf": load_state_dict_from_hf},
    # These copy what they get into a model; those above return it to code that may change it.
    "torchvision._internally_replaced_utils": {"load_state_dict_from_url": _lend},
    "torchvision.models._api": {"load_state_dict_from_url": _lend},
    "timm.models._builder": {
        "load_state_dict_from_url": _lend,
        "load_state_dict_from_hf": _lend_of_timm,
    },
}


def _require_fit(file: str) -> None:
    """Raise WeightsError where torchvision itself could not load what is served for `file`."""
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

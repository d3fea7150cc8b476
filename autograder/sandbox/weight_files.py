"""Files of pretrained weights (both sides): their names, and the models that they belong to."""

from __future__ import annotations

import functools
import importlib

import torch

from autograder.sandbox.torchvision_compat import import_torchvision

TIMM_PREFIX = "timm:"  # begins the name of a file of timm's hub


@functools.cache
def torchvision_files() -> dict[str, str]:
    """Return the name of torchvision's model for each of its weights files."""
    models = import_torchvision().models
    names: dict[str, str] = {}
    for name in models.list_models():
        for weights in models.get_model_weights(name):
            names[file_name(weights.url)] = name
    return names


def files_of(name: str) -> list[str]:
    """Return the weights files of torchvision's model `name`, its default one last."""
    weights = import_torchvision().models.get_model_weights(name)
    default = file_name(weights.DEFAULT.url)
    others = [file_name(version.url) for version in weights]
    return [file for file in others if file != default] + [default]


def file_name(url: str) -> str:
    """Return the name of the file behind an address."""
    return url.rpartition("/")[2]


def build(file: str, device: str = "meta") -> torch.nn.Module:
    """Return the model of torchvision or timm that a file belongs to; without values on `meta`."""
    with torch.device(device):
        if file.startswith(TIMM_PREFIX):
            timm = importlib.import_module("timm")
            name = file.removeprefix(TIMM_PREFIX)
            return timm.create_model(name, pretrained=False)  # type: ignore[no-any-return]
        models = import_torchvision().models
        name = torchvision_files()[file]
        return models.get_model(name, weights=None, **_options(name, file))  # type: ignore[no-any-return]


def _options(name: str, file: str) -> dict[str, object]:
    """Return arguments that a file implies: a vision transformer is made for an image size."""
    if not name.startswith("vit_"):
        return {}
    for version in import_torchvision().models.get_model_weights(name):
        if version.url.endswith(f"/{file}"):
            return {"image_size": version.meta["min_size"][0]}
    raise LookupError(f"{file}: no weights file of {name}")

"""Checkpoints as people save them: of one small model in every usual wrapping, and files that are
none.
"""

from __future__ import annotations

import argparse
import datetime
import enum
import gzip
import io
import json
import pathlib
import pickle
import zipfile
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn

State = dict[str, Tensor]

# What a student hands in as code, and the model whose weights are saved.
CODE = b"""
import numpy as np
import torch
from torch import nn

class FlowerNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        self.fc = nn.Linear(4, classes)

    def forward(self, x):
        return self.fc(self.features(x).mean(dim=(2, 3)))

def create_model(num_classes=102, pretrained=True):
    return FlowerNet(num_classes)

def get_transforms():
    return None, lambda picture: torch.from_numpy(np.array(picture)).permute(2, 0, 1) / 255
"""


class FlowerNet(nn.Module):
    """The model, here."""

    def __init__(self, classes: int = 102) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        self.fc = nn.Linear(4, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (B, classes)."""
        logits: Tensor = self.fc(self.features(x).mean(dim=(2, 3)))
        return logits


class Phase(enum.Enum):
    """An enumeration of a student's own, kept beside the weights."""

    LAST = 2


def saved(content: Any, **options: Any) -> bytes:
    """Return the bytes that torch.save writes."""
    stream = io.BytesIO()
    torch.save(content, stream, **options)
    return stream.getvalue()


def prefixed(state: State, prefix: str) -> State:
    """Every name with something before it."""
    return {prefix + key: tensor for key, tensor in state.items()}


def zipped(**members: bytes) -> bytes:
    """Return a zip file of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def optimizer_state(model: nn.Module) -> dict[str, Any]:
    """Return the state of an optimizer after a step, in a defaultdict as some students keep it."""
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.randn(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    kept = defaultdict(dict, optimizer.state_dict()["state"])
    return {**optimizer.state_dict(), "state": kept}


def averaged(model: nn.Module) -> bytes:
    """Return a checkpoint of the state dict of an average of weights, with its counter."""
    return saved(torch.optim.swa_utils.AveragedModel(model).state_dict())


def of_compiled(model: nn.Module) -> State:
    """As torch.compile names a model's tensors: what it wraps is the same."""
    return prefixed(model.state_dict(), "_orig_mod.")


def without_counts(state: State) -> State:
    """As old versions of torch wrote it."""
    return {key: tensor for key, tensor in state.items() if not key.endswith("num_batches_tracked")}


def in_the_middle(state: State) -> State:
    """One part of a model was compiled, and that part in parallel."""
    return {
        key.replace("features.", "features.module._orig_mod."): tensor
        for key, tensor in state.items()
    }


Form = Callable[[nn.Module], bytes]

READ: dict[str, Form] = {
    "state_dict": lambda m: saved(m.state_dict()),
    "parameters": lambda m: saved(dict(m.named_parameters()) | dict(m.named_buffers())),
    "old_format": lambda m: saved(m.state_dict(), _use_new_zipfile_serialization=False),
    "protocol_5": lambda m: saved(m.state_dict(), pickle_protocol=5),
    "old_format_protocol_4": lambda m: saved(
        m.state_dict(), pickle_protocol=4, _use_new_zipfile_serialization=False
    ),
    "half": lambda m: saved(
        {k: t.half() if t.is_floating_point() else t for k, t in m.state_dict().items()}
    ),
    "bfloat16": lambda m: saved(
        {k: t.bfloat16() if t.is_floating_point() else t for k, t in m.state_dict().items()}
    ),
    "safetensors": lambda m: safetensors.torch.save(m.state_dict()),
    "safetensors_with_metadata": lambda m: safetensors.torch.save(m.state_dict(), {"format": "pt"}),
    "arrays": lambda m: saved({k: t.numpy() for k, t in m.state_dict().items()}),
    # wrappings of names
    "compiled": lambda m: saved(of_compiled(m)),
    "parallel": lambda m: saved(nn.DataParallel(m).state_dict()),
    "parallel_compiled": lambda m: saved(prefixed(of_compiled(m), "module.")),
    "compiled_parallel": lambda m: saved(prefixed(m.state_dict(), "_orig_mod.module.")),
    "a_part_compiled": lambda m: saved(in_the_middle(m.state_dict())),
    "averaged": averaged,
    "averaged_parallel": lambda m: saved(
        prefixed(m.state_dict(), "module.module.") | {"n_averaged": torch.ones(())}
    ),
    "lightning": lambda m: saved(
        {
            "epoch": 3,
            "pytorch-lightning_version": "2.5",
            "state_dict": prefixed(m.state_dict(), "model."),
            "optimizer_states": [optimizer_state(m)],
            "hyper_parameters": argparse.Namespace(lr=1e-3, root=pathlib.PurePosixPath("/data")),
        }
    ),
    "lightning_with_a_criterion": lambda m: saved(
        {"state_dict": prefixed(m.state_dict(), "model.") | {"criterion.weight": torch.ones(102)}}
    ),
    "lightning_compiled": lambda m: saved({"state_dict": prefixed(of_compiled(m), "model.")}),
    "backbone": lambda m: saved(prefixed(m.state_dict(), "backbone.")),
    "net_in_net": lambda m: saved(prefixed(m.state_dict(), "net.backbone.")),
    "no_counts": lambda m: saved(without_counts(m.state_dict())),
    "profiled": lambda m: saved(
        {**m.state_dict(), "total_ops": torch.ones(1), "features.total_params": torch.ones(1)}
    ),
    # keys
    **{
        f"key_{key}": lambda m, key=key: saved({key: m.state_dict(), "epoch": 3})
        for key in ("state_dict", "model_state_dict", "model", "net", "weights", "best")
    },
    "nested": lambda m: saved({"checkpoint": {"net": m.state_dict()}, "epoch": 3}),
    "in_a_tuple": lambda m: saved((3, m.state_dict())),
    "in_an_ordered_dict": lambda m: saved(OrderedDict(model=m.state_dict(), lr=[1e-3])),
    "beside_its_own_names": lambda m: saved(
        {**m.state_dict(), "epoch": 3, "classes": ["rose", "iris"]}
    ),
    # what lies beside the weights
    "optimizer": lambda m: saved({"optimizer": optimizer_state(m), "model": m.state_dict()}),
    "namespace": lambda m: saved(
        {"model": m.state_dict(), "args": argparse.Namespace(lr=0.1, aug=["flip"])}
    ),
    "paths": lambda m: saved(
        {"model": m.state_dict(), "out": pathlib.PurePosixPath("/content/drive")}
    ),
    "dates": lambda m: saved(
        {"model": m.state_dict(), "when": datetime.datetime(2026, 1, 2), "phase": Phase.LAST}
    ),
    "numpy_scalars": lambda m: saved(
        {"model": m.state_dict(), "acc": np.float64(0.9), "loss": np.float32(0.1)}
    ),
    "numpy_arrays": lambda m: saved(
        {"model": m.state_dict(), "losses": np.arange(3.0), "names": np.array(["a"])}
    ),
    "numpy_beside": lambda m: saved(
        {**m.state_dict(), "best_acc": np.float64(0.9), "curve": np.arange(4)}
    ),
    "a_set": lambda m: saved(
        {"model": m.state_dict(), "frozen": {"features"}, "sizes": torch.Size([3])}
    ),
    "criterion_whole": lambda m: saved(
        {"model": m.state_dict(), "criterion": nn.CrossEntropyLoss()}
    ),
}

REFUSED: dict[str, tuple[str, Form]] = {  # the finding, and the file
    "whole_model": ("checkpoint_objects", lambda m: saved(m)),
    "whole_model_inside": ("checkpoint_objects", lambda m: saved({"model": m, "epoch": 3})),
    "lfs_pointer": (
        "checkpoint_is_lfs_pointer",
        lambda m: b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 44998981\n",
    ),
    "web_page": (
        "checkpoint_is_web_page",
        lambda m: b"<!DOCTYPE html><html><title>Virus scan warning</title></html>",
    ),
    "login_page": ("checkpoint_is_web_page", lambda m: b"\n\n<html><body>Sign in</body></html>"),
    "hdf5": ("checkpoint_is_hdf5", lambda m: b"\x89HDF\r\n\x1a\n" + bytes(200)),
    "keras": (
        "checkpoint_is_hdf5",
        lambda m: zipped(**{"config.json": b"{}", "model.weights.h5": b"\x89HDF"}),
    ),
    "torchscript": ("checkpoint_is_torchscript", lambda m: scripted(m)),
    "onnx": (
        "checkpoint_is_onnx",
        lambda m: b"\x08\x0a\x12\x07pytorch\x1a\x032.6:\x80\x01" + bytes(100),
    ),
    "numpy": ("checkpoint_is_numpy", lambda m: zipped(**{"weight.npy": b"\x93NUMPY"})),
    "zip": (
        "checkpoint_is_zip",
        lambda m: zipped(**{"flowers_model.pth": saved(m.state_dict())[:500]}),
    ),
    "gzip": ("checkpoint_is_archive", lambda m: gzip.compress(saved(m.state_dict()))),
    "plain_pickle": ("checkpoint_is_pickle", lambda m: pickle.dumps({"weight": [1.0]})),
    "json": ("checkpoint_is_text", lambda m: json.dumps({"weight": [1.0]}).encode()),
    "noise": ("checkpoint_is_unknown", lambda m: bytes(range(7, 256)) * 3),
    "picture": ("checkpoint_is_picture", lambda m: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "cut_short": ("checkpoint_is_cut_short", lambda m: saved(m.state_dict())[:-400]),
    "old_cut_short": (
        "checkpoint_damaged",
        lambda m: saved(m.state_dict(), _use_new_zipfile_serialization=False)[:-400],
    ),
    "safetensors_cut_short": (
        "checkpoint_damaged",
        lambda m: safetensors.torch.save(m.state_dict())[:-100],
    ),
    "safetensors_cut_in_its_header": (
        "checkpoint_is_cut_short",
        lambda m: safetensors.torch.save(m.state_dict())[:60],
    ),
    "list_of_tensors": ("checkpoint_no_weights", lambda m: saved(list(m.parameters()))),
    "history": (
        "checkpoint_no_weights",
        lambda m: saved({"loss": [1.0], "args": argparse.Namespace(lr=1)}),
    ),
    "sparse": (
        "checkpoint_odd_tensor",
        lambda m: saved({**m.state_dict(), "fc.weight": torch.eye(4).to_sparse()}),
    ),
    "other_classes": ("checkpoint_other_shapes", lambda m: saved(FlowerNet(5).state_dict())),
    "one_class_more": ("checkpoint_one_class_more", lambda m: saved(FlowerNet(103).state_dict())),
    "another_network": (
        "checkpoint_other_architecture",
        lambda m: saved(nn.Linear(3, 4).state_dict()),
    ),
    "a_part_only": ("checkpoint_other_architecture", lambda m: saved(m.fc.state_dict())),  # type: ignore[union-attr]
    "many_tensors": (
        "checkpoint_too_large",
        lambda m: saved({str(k): torch.ones(1) for k in range(5000)}),
    ),
}


def scripted(model: nn.Module) -> bytes:
    """Return a zip whose members have the names that torch.jit.save gives them."""
    return zipped(
        **{"model/data.pkl": b"", "model/code/__torch__.py": b"", "model/constants.pkl": b""}
    )

"""Probes of transforms and loaders: feed them drawn pictures, and report."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader

from autograder.checks.in_worker import import_torchvision

NO_PAIR = "get_transforms does not return two transforms"
NO_LOADERS = "load_data does not return three loaders"
THUMB_SIDE = 32  # side of what stands for an image

Split = tuple[Tensor, list[int]]  # pictures (n, H, W, 3) of bytes, and their labels


def seed_everything(seed: int) -> None:
    """Seed every generator."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


# ---------------------------------------------------------------- transforms


def transformed(student: Any, which: int, picture: Tensor, seeds: list[int]) -> Any:
    """Return what a transform makes of a picture (H, W, 3), once for each seed.

    `which` is 0 for the training transform, 1 for evaluation.
    """
    pair = student.get_transforms()
    if not isinstance(pair, (tuple, list)) or len(pair) < 2 or not all(callable(t) for t in pair):
        return NO_PAIR
    answers = []
    for seed in seeds:
        seed_everything(seed)
        answers.append(plain(pair[which](Image.fromarray(picture.numpy()))))
    return answers


def plain(value: Any) -> Any:
    """Return a tensor without the class that transforms v2 give it; else the type's name."""
    return value.as_subclass(Tensor) if isinstance(value, Tensor) else type(value).__name__


# ---------------------------------------------------------------- loaders


@contextlib.contextmanager
def stand_ins(splits: Mapping[str, Split]) -> Iterator[None]:
    """Replace the data of Flowers102 by drawn pictures.

    Meanwhile loaders work in this process, because a worker may not start another one.
    """
    flowers: Any = import_torchvision().datasets.Flowers102
    methods = {(flowers, name): method for name, method in flowers_methods(splits).items()}
    methods[DataLoader, "__init__"] = without_processes(DataLoader.__init__)
    before = {(owner, name): getattr(owner, name) for owner, name in methods}
    for (owner, name), method in methods.items():
        setattr(owner, name, method)
    try:
        yield
    finally:
        for (owner, name), method in before.items():
            setattr(owner, name, method)


def flowers_methods(splits: Mapping[str, Split]) -> dict[str, Callable[..., Any]]:
    """Return methods of Flowers102 that read drawn pictures."""
    datasets: Any = import_torchvision().datasets

    def start(self: Any, root: Any = "", split: str = "train", *more: Any, **named: Any) -> None:
        slots = ("transform", "target_transform", "download", "loader")
        named.update(zip(slots, more, strict=False))
        transform, target_transform = named.get("transform"), named.get("target_transform")
        datasets.VisionDataset.__init__(
            self, root, transform=transform, target_transform=target_transform
        )
        self._split = split
        self._pictures, self._labels = splits[split]
        self._image_files = [f"image_{index:05d}.jpg" for index in range(len(self._labels))]

    def item(self: Any, index: int) -> Any:
        image, label = Image.fromarray(self._pictures[index].numpy()), self._labels[index]
        image = image if self.transform is None else self.transform(image)
        return image, label if self.target_transform is None else self.target_transform(label)

    return {"__init__": start, "__getitem__": item, "__len__": lambda self: len(self._labels)}


def without_processes(load: Callable[..., None]) -> Callable[..., None]:
    """Return an `__init__` of DataLoader that ignores what concerns processes."""
    ignored = ("num_workers", "prefetch_factor", "persistent_workers", "pin_memory", "timeout")

    def alone(self: Any, *args: Any, **named: Any) -> None:
        args = args[:5]  # dataset, batch_size, shuffle, sampler, batch_sampler; not num_workers
        load(self, *args, **{key: value for key, value in named.items() if key not in ignored})

    return alone


def settings(student: Any, overrides: dict[str, Any]) -> dict[str, Any]:
    """Return the student's own CONFIG, if any, updated by the judge's values."""
    own = getattr(student._module, "CONFIG", None)
    return {**(own if isinstance(own, dict) else {}), **overrides}


def loaded(student: Any, splits: dict[str, Split], config: dict[str, Any], seeds: list[int]) -> Any:
    """Return labels and thumbnails from each loader, once for each seed."""
    with stand_ins(splits):
        loaders = student.load_data(settings(student, config))
        if isinstance(loaders, Mapping):
            loaders = tuple(loaders.values())
        if not isinstance(loaders, (tuple, list)) or len(loaders) != 3:
            return NO_LOADERS
        return [[passed(loader, seed) for seed in seeds] for loader in loaders]


def passed(loader: Any, seed: int) -> dict[str, Any]:
    """Return one pass through a loader: the labels, and thumbnails (n, 3, side, side)."""
    seed_everything(seed)
    shrink: Callable[[Tensor], Tensor] = nn.AdaptiveAvgPool2d(THUMB_SIDE)
    labels: list[int] = []
    thumbs: list[Tensor] = []
    for images, targets in loader:
        labels += [int(target) for target in targets]
        pictures = plain(images)
        # Of several crops the first.
        thumbs.append(shrink(pictures[:, 0] if pictures.dim() == 5 else pictures))
    return {
        "labels": labels,
        "thumbs": torch.cat(thumbs) if thumbs else torch.zeros(0, 3, THUMB_SIDE, THUMB_SIDE),
    }

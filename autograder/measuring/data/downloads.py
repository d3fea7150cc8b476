"""The originals that torchvision names: Flowers-102 and pretrained weights, fetched into the data
folder.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from autograder.errors import CourseError, HostError
from autograder.measuring.data.fetch import Report, Source, fetch, part_of
from autograder.measuring.data.flowers import (
    FOLDER,
    LISTS,
    SPLITS,
    Split,
    image_file,
    is_listed_officially,
    listed,
    md5_of,
)
from autograder.sandbox.torchvision_compat import import_torchvision
from autograder.text.suggestions import did_you_mean

WEIGHTS = "weights"  # below the data folder
MODELS = (
    *("resnet18", "resnet34", "resnet50"),
    *("mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0"),
    *("vgg11", "vgg16", "vit_b_16"),
)
IMAGES = 8189  # of Flowers-102, all splits together

State = Literal["here", "partly", "absent", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of `data status`: something that may be in the data folder."""

    name: str
    state: State
    remark: str = ""


def flowers_sources() -> list[Source]:
    """The archive of images and the two lists, as torchvision names them."""
    known: Any = import_torchvision().datasets.Flowers102
    return [
        Source(
            url=known._download_url_prefix + name,
            file=Path(FOLDER, name),
            algorithm="md5",
            checksum=md5,
        )
        for name, md5 in known._file_dict.values()
    ]


def weights_sources(models: Iterable[str] = MODELS) -> list[Source]:
    """The ImageNet weights of torchvision's `models`; CourseError where it has no such model."""
    library = import_torchvision().models
    sources = []
    for model in models:
        if model not in library.list_models(module=library):
            near = did_you_mean(model, library.list_models(module=library))
            raise CourseError(
                f"{model}: torchvision has no such model{near}; for example {', '.join(MODELS)}"
            )
        for weights in library.get_model_weights(model):
            name = weights.url.rpartition("/")[2]
            found = re.search(r"-([0-9a-f]{8,})\.", name)
            if weights.name.startswith("IMAGENET1K_V") and found:
                file = Path(WEIGHTS, name)
                sources.append(
                    Source(url=weights.url, file=file, algorithm="sha256", checksum=found[1])
                )
    return sources


def fetch_flowers(data: Path, report: Report) -> bool:
    """Have the whole of Flowers-102 below `data`; False where it was there already."""
    folder = data / FOLDER
    for name, md5 in LISTS.items():
        if (folder / name).is_file() and md5_of(folder / name) != md5:
            raise CourseError(
                f"{folder / name}: is not the official list (of drawn flowers, perhaps); "
                "fetch into another folder, named with --data"
            )
    images, *lists = flowers_sources()
    fetched = [fetch(source, data, report) for source in lists]
    if not missing_images(folder):
        return any(fetched)
    fetch(images, data, report)
    unpack(data / images.file, folder)
    if missing_images(folder):
        raise HostError(
            f"{folder}: {missing_images(folder)} images were not in the archive {data / images.file}"
        )
    (data / images.file).unlink()  # as large as what was in it
    return True


def missing_images(folder: Path) -> int:
    """How many of all images of Flowers-102 are not in `folder`."""
    return sum(not image_file(folder, id).is_file() for id in range(1, IMAGES + 1))


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the images of `archive` into `folder`/jpg, each whole or not at all; what is there
    already stays.
    """
    (folder / "jpg").mkdir(parents=True, exist_ok=True)
    wanted = {
        f"jpg/{image_file(folder, id).name}": image_file(folder, id) for id in range(1, IMAGES + 1)
    }
    try:
        with tarfile.open(archive, "r|gz") as members:
            for member in members:
                target = wanted.get(member.name.removeprefix("./"))
                content = members.extractfile(member) if target and not target.is_file() else None
                if (
                    target is not None and content is not None
                ):  # no name of the archive is ever used as a path
                    part = target.with_suffix(".part")
                    part.write_bytes(content.read())
                    part.replace(target)
    except (tarfile.TarError, EOFError) as error:
        raise HostError(
            f"{archive}: cannot be unpacked: {error}; delete it and fetch it again"
        ) from error
    except OSError as error:
        raise HostError(
            f"{folder}: {error.strerror or error}; free some space and try again"
        ) from error


def status(data: Path) -> list[Item]:
    """What the data folder holds: each split of the flowers, and each file of weights, verified."""
    flowers = [_split_item(data / FOLDER, split) for split in SPLITS]
    return flowers + [_weights_item(data, source) for source in weights_sources()]


def _split_item(folder: Path, split: Split) -> Item:
    name = f"{FOLDER} {split}"
    if not any((folder / file).exists() for file in LISTS):
        return Item(name=name, state="absent")
    try:
        ids, _ = listed(folder, split)
    except CourseError as error:
        return Item(name=name, state="wrong", remark=str(error))
    here = sum(image_file(folder, id).is_file() for id in ids)
    which = (
        "the official list"
        if is_listed_officially(folder)
        else "a list other than the official one"
    )
    state: State = "here" if here == len(ids) else "partly"
    return Item(name=name, state=state, remark=f"{here:,} of {len(ids):,} images of {which}")


def _weights_item(data: Path, source: Source) -> Item:
    file = data / source.file
    part = part_of(file)
    if not file.is_file():
        begun = f"{part.stat().st_size:,} bytes so far" if part.is_file() else ""
        return Item(name=str(source.file), state="partly" if begun else "absent", remark=begun)
    if source.is_sound(file):
        return Item(name=str(source.file), state="here", remark="verified")
    return Item(
        name=str(source.file),
        state="wrong",
        remark="its checksum is not torchvision's; fetch it again",
    )

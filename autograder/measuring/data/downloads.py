"""The originals that torchvision names (Flowers-102, weights): fetched, or listed as missing."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.errors import CourseError, HostError
from autograder.measuring.data.fetch import DownloadSource, ProgressReport, fetch, part_of
from autograder.measuring.data.flowers import (
    FLOWERS_FOLDER,
    OFFICIAL_LISTS,
    SPLITS,
    Split,
    flowers_class,
    has_official_lists,
    image_file,
    md5_of,
    read_lists,
)
from autograder.sandbox.torchvision_compat import import_torchvision
from autograder.text.suggestions import did_you_mean

WEIGHTS_FOLDER = "weights"  # below the data folder
DEFAULT_MODELS = (
    *("resnet18", "resnet34", "resnet50"),
    *("mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0"),
    *("vgg11", "vgg16", "vit_b_16"),
)
NUM_IMAGES = 8189  # of Flowers-102, all splits together
WEIGHTS_CHECKSUM = re.compile(r"-([0-9a-f]{8,})\.")  # in the name of a file of weights

DataState = Literal["here", "partly", "absent", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """A line of `data status`: something that may be in the data folder."""

    name: str
    state: DataState
    remark: str = ""


def flowers_sources() -> list[DownloadSource]:
    """Return the archive of images and the two lists, as torchvision names them."""
    known = flowers_class()
    return [
        DownloadSource(
            url=known._download_url_prefix + name,
            file=Path(FLOWERS_FOLDER, name),
            algorithm="md5",
            checksum=md5,
        )
        for name, md5 in known._file_dict.values()
    ]


def weights_sources(models: Iterable[str] = DEFAULT_MODELS) -> list[DownloadSource]:
    """Return the ImageNet weights of torchvision's `models`; CourseError where one is unknown."""
    library = import_torchvision().models
    known = library.list_models(module=library)
    sources = []
    for model in models:
        if model not in known:
            near = did_you_mean(model, known)
            examples = ", ".join(DEFAULT_MODELS)
            raise CourseError(
                f"{model}: torchvision has no such model{near}; for example {examples}"
            )
        for weights in library.get_model_weights(model):
            name = weights.url.rpartition("/")[2]
            checksum = WEIGHTS_CHECKSUM.search(name)
            if weights.name.startswith("IMAGENET1K_V") and checksum:
                source = DownloadSource(
                    url=weights.url,
                    file=Path(WEIGHTS_FOLDER, name),
                    algorithm="sha256",
                    checksum=checksum[1],
                )
                sources.append(source)
    return sources


def fetch_flowers(data: Path, report: ProgressReport) -> bool:
    """Make the whole of Flowers-102 exist below `data`; return False where it did already."""
    folder = data / FLOWERS_FOLDER
    for name, md5 in OFFICIAL_LISTS.items():
        if (folder / name).is_file() and md5_of(folder / name) != md5:
            raise CourseError(
                f"{folder / name}: is not the official list (of drawn flowers, perhaps); "
                "fetch into another folder, named with --data"
            )
    images, *lists = flowers_sources()
    fetched = [fetch(source, data, report) for source in lists]
    if not count_missing_images(folder):
        return any(fetched)
    archive = data / images.file
    fetch(images, data, report)
    unpack(archive, folder)
    if missing := count_missing_images(folder):
        raise HostError(f"{folder}: {missing} images were not in the archive {archive}")
    archive.unlink()  # as large as what was in it
    return True


def count_missing_images(folder: Path) -> int:
    """Return how many of all images of Flowers-102 are not in `folder`."""
    return sum(not file.is_file() for file in _every_image(folder))


def _every_image(folder: Path) -> list[Path]:
    return [image_file(folder, image_id) for image_id in range(1, NUM_IMAGES + 1)]


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the images of `archive` into `folder`/jpg, each whole or not at all.

    What is there already stays. No name of the archive is used as a path.
    """
    (folder / "jpg").mkdir(parents=True, exist_ok=True)
    wanted = {f"jpg/{file.name}": file for file in _every_image(folder)}
    try:
        with tarfile.open(archive, "r|gz") as members:
            for member in members:
                target = wanted.get(member.name.removeprefix("./"))
                if target is not None and not target.is_file():
                    _unpack_member(members, member, target)
    except (tarfile.TarError, EOFError) as error:
        raise HostError(
            f"{archive}: cannot be unpacked: {error}; delete it and fetch it again"
        ) from error
    except OSError as error:
        raise HostError(
            f"{folder}: {error.strerror or error}; free some space and try again"
        ) from error


def _unpack_member(members: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    content = members.extractfile(member)
    if content is not None:
        part = target.with_suffix(".part")
        part.write_bytes(content.read())
        part.replace(target)


def status(data: Path) -> list[DataItem]:
    """Return what the data folder holds: each split of the flowers, and each file of weights."""
    flowers = [_split_item(data / FLOWERS_FOLDER, split) for split in SPLITS]
    return flowers + [_weights_item(data, source) for source in weights_sources()]


def _split_item(folder: Path, split: Split) -> DataItem:
    name = f"{FLOWERS_FOLDER} {split}"
    if not any((folder / file).exists() for file in OFFICIAL_LISTS):
        return DataItem(name=name, state="absent")
    try:
        ids, _ = read_lists(folder, split)
    except CourseError as error:
        return DataItem(name=name, state="wrong", remark=str(error))
    here = sum(image_file(folder, image_id).is_file() for image_id in ids)
    is_official = has_official_lists(folder)
    which = "the official list" if is_official else "a list other than the official one"
    state: DataState = "here" if here == len(ids) else "partly"
    return DataItem(name=name, state=state, remark=f"{here:,} of {len(ids):,} images of {which}")


def _weights_item(data: Path, source: DownloadSource) -> DataItem:
    name, file = str(source.file), data / source.file
    part = part_of(file)
    if not file.is_file():
        if not part.is_file():
            return DataItem(name=name, state="absent")
        remark = f"{part.stat().st_size:,} bytes so far"
        return DataItem(name=name, state="partly", remark=remark)
    if source.is_sound(file):
        return DataItem(name=name, state="here", remark="verified")
    remark = "its checksum is not torchvision's; fetch it again"
    return DataItem(name=name, state="wrong", remark=remark)

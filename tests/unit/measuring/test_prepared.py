"""Our standard evaluation is torchvision's to the last bit, and is done once for each image."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from autograder.blocks.store import BlockStore, open_store
from autograder.measuring.data.flowers import read_split, splits_there
from autograder.measuring.data.photos import altered, draw_photos
from autograder.measuring.data.prepared import (
    CROP_BYTES,
    DEVIATION,
    MEAN,
    evaluated,
    evaluated_crop,
    prepared,
)
from autograder.sandbox.torchvision_compat import import_torchvision


@pytest.fixture(scope="module")
def standard() -> Any:
    """Return torchvision's standard evaluation."""
    transforms = import_torchvision().transforms
    return transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, DEVIATION),
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_photos_are_evaluated_as_torchvision_does(seed: int, standard: Any) -> None:
    """Each drawn photo gives the same numbers, whatever its size and mode."""
    for photo in draw_photos(seed):
        picture = Image.open(io.BytesIO(photo)).convert("RGB")
        assert torch.equal(evaluated(photo), standard(picture))


def test_photos_follow_their_seed() -> None:
    """A seed gives the same photos, another one others, of many sizes and one without colours."""
    assert draw_photos(1) == draw_photos(1)
    assert not set(draw_photos(1)) & set(draw_photos(2))
    pictures = [Image.open(io.BytesIO(photo)) for photo in draw_photos(1)]
    assert len({picture.size for picture in pictures}) == len(pictures)
    assert {picture.mode for picture in pictures} == {"RGB", "L"}


def test_an_altered_picture_shows_the_same_and_shares_no_pixel_row() -> None:
    """It is the mirror image without its border, nearly equal to the eye."""
    photo = draw_photos(1)[0]
    before, after = (
        Image.open(io.BytesIO(content)).convert("RGB") for content in (photo, altered(photo))
    )
    mirrored = before.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    first = torch.frombuffer(
        bytearray(mirrored.crop((1, 1, 201, 201)).tobytes()), dtype=torch.uint8
    )
    other = torch.frombuffer(bytearray(after.crop((0, 0, 200, 200)).tobytes()), dtype=torch.uint8)
    assert after.size == (before.width - 2, before.height - 2)
    assert 0 < (first.float() - other.float()).abs().mean() < 5


def test_a_crop_is_kept_by_what_the_picture_holds(drawn: Path) -> None:
    """Another list with the same picture finds the crop, and so does a process forked later."""
    images = read_split(drawn, "test")
    first = prepared(images, drawn).image(3)
    assert torch.equal(first, evaluated_crop(images.image(3)))
    part = prepared(images.part([3, 5]), drawn)
    assert torch.equal(part.image(0), first)
    assert part.labels == (images.labels[3], images.labels[5])


def test_crops_are_there_for_the_next_run(drawn: Path, tmp_path: Path) -> None:
    """With a store, each crop is kept once, and another picture of the same number has its own."""
    images = read_split(drawn, "test")
    open_store(tmp_path, 1 << 30)
    try:
        crops = [prepared(images, drawn).image(index) for index in (3, 5, 3)]
        size = BlockStore(tmp_path, 1 << 30).size()
        open_store(tmp_path, 1 << 30)
        swapped = dataclasses.replace(images, files=images.files[::-1])
        assert torch.equal(prepared(images, drawn).image(5), crops[1])
        assert not torch.equal(prepared(swapped, drawn).image(5), crops[1])
        assert 2 * CROP_BYTES < size < 3 * CROP_BYTES
    finally:
        open_store(None, 0)


def test_splits_without_their_images_are_left_out(drawn: Path, tmp_path: Path) -> None:
    """Those splits are found whose images are all there."""
    folder = tmp_path / "flowers-102"
    folder.mkdir()
    for name in ("imagelabels.mat", "setid.mat"):
        (folder / name).write_bytes((drawn / "flowers-102" / name).read_bytes())
    (folder / "jpg").mkdir()
    for file in read_split(drawn, "val").files:
        (folder / "jpg" / file.name).write_bytes(file.read_bytes())
    assert [found.split for found in splits_there(tmp_path, "train", "val")] == ["val"]

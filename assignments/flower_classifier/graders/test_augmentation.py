"""Checks of the data: the transforms of training and evaluation, and the images of each loader."""

from __future__ import annotations

from typing import Any

import data_probes
import pytest
import torch
from drawn_pictures import (
    MIN_RECOGNISED_SHARE,
    THUMB_SIDE,
    differences,
    draw_picture,
    is_seen,
    recognised,
    thumbnails,
)
from torch import Tensor

from autograder.checks import Feedback, Submission, expect_tensor, fail, is_close

# Each check compares numbers for pictures that were drawn for it: none takes a report on trust.
pytestmark = [pytest.mark.criterion("product.training.augmentation"), pytest.mark.gate]

TRAIN, EVALUATION = 0, 1
IMAGENET_MEAN = torch.tensor([0.485, 0.456, 0.406])  # of ImageNet
IMAGENET_STD = torch.tensor([0.229, 0.224, 0.225])
PICTURE_SIZES = ((300, 400), (420, 280), (256, 256))  # landscape, portrait, square
ALLOWED_SIDES = range(128, 513)  # sides that a network for flowers may reasonably take
PICTURES, DRAWS = 6, 6  # that show whether the training transform varies: of each picture so many
DRAWS_PER_PICTURE = 16
MAX_COLOUR_ERROR = 0.03  # of a normalised value: rounding and resizing of a plain picture give less
# How far the mean colour of many training pictures may lie from the flower's.
MAX_COLOUR_SHIFT = 0.2
MIN_CONTRAST_SHARE = 0.35  # what is left of the picture's contrast, at least
PASSES_PER_LOADER = 6  # through each loader
SPLIT_NAMES = ("train", "val", "test")
IMAGES_PER_SPLIT = {"train": 6, "val": 4, "test": 5}


def plain_picture(colour: tuple[int, int, int]) -> Tensor:
    """Return a picture of one colour: (300, 400, 3) of bytes."""
    return torch.tensor(colour, dtype=torch.uint8).expand(300, 400, 3).contiguous()


def seeds(count: int) -> list[int]:
    """Draw seeds."""
    drawn: list[int] = torch.randint(2**31, (count,)).tolist()
    return drawn


def transform(submission: Submission, which: int, picture: Tensor, draws: int) -> Tensor:
    """Return what a transform makes of a picture, `draws` times: (draws, 3, side, side)."""
    answers = submission.run(data_probes.transformed, which, picture, seeds(draws))
    if answers == data_probes.NO_PAIR:
        fail("no_pair")
    assert isinstance(answers, list)
    assert len(answers) == draws
    for answer in answers:
        if not isinstance(answer, Tensor):
            fail("no_tensor", got=answer if answer in ("Image", "ndarray", "NoneType") else "…")
        side = answer.shape[-1]
        if (
            tuple(answer.shape) != (3, side, side)
            or side not in ALLOWED_SIDES
            or answer.dtype != torch.float32
        ):
            fail("other_size", got=list(answer.shape))
        expect_tensor(answer, shape=tuple(answers[0].shape))
    return torch.stack(answers)


def test_training_transform_varies(submission: Submission, feedback: Feedback) -> None:
    """The training transform changes a picture visibly from one time to the next."""
    pictures = [draw_picture(*PICTURE_SIZES[k % len(PICTURE_SIZES)]) for k in range(PICTURES)]
    answers = [transform(submission, TRAIN, picture, DRAWS) for picture in pictures]
    if all(torch.equal(answer, images[0]) for images in answers for answer in images):
        feedback.adjust("penalty.no_augmentation", "always_the_same")
        fail("always_the_same")
    thumbs = [thumbnails(colours_of(images)) for images in answers]
    if not is_seen(torch.cat([differences(own) for own in thumbs])):
        feedback.adjust("penalty.no_augmentation", "change_unseen")
        fail("change_unseen")
    judge_pictures(torch.cat(thumbs), torch.arange(PICTURES).repeat_interleave(DRAWS), pictures)


def judge_pictures(thumbs: Tensor, owners: Tensor, pictures: list[Tensor]) -> None:
    """Check that images show the pictures that they were made of."""
    if recognised(thumbs, owners, pictures) < MIN_RECOGNISED_SHARE:
        fail("other_pictures")


def test_training_keeps_the_flower(submission: Submission) -> None:
    """The training transform keeps the flower's colour and contrast, and gives the right size."""
    picture = draw_picture(*PICTURE_SIZES[0])
    plain = transform(submission, EVALUATION, picture, 1)
    varied = transform(submission, TRAIN, picture, DRAWS_PER_PICTURE)
    if varied.shape[1:] != plain.shape[1:]:
        fail("two_sizes", train=list(varied.shape[1:]), evaluation=list(plain.shape[1:]))
    plain, varied = colours_of(plain), colours_of(varied)
    shift = varied.mean(dim=(0, 2, 3)) - plain.mean(dim=(0, 2, 3))  # (3,)
    if float(shift.abs().max()) > MAX_COLOUR_SHIFT:
        fail("colour_lost")
    if not float(contrast_of(varied) / contrast_of(plain)) >= MIN_CONTRAST_SHARE:
        fail("contrast_lost")


def colours_of(x: Tensor) -> Tensor:
    """Return normalised images (n, 3, side, side) as colours from 0 to 1.

    Images that were not normalised stay as they are.
    """
    is_plain = float(x.min()) >= 0 and float(x.max()) <= 1
    return x if is_plain else x * IMAGENET_STD[:, None, None] + IMAGENET_MEAN[:, None, None]


def contrast_of(x: Tensor) -> Tensor:
    """Return how much the middle of each image varies.

    Rotation leaves black corners, which are no contrast.
    """
    quarter = x.shape[-1] // 4
    return x[..., quarter:-quarter, quarter:-quarter].flatten(2).std(dim=2).mean()


@pytest.mark.criterion("product.training.augmentation", weight=2)
def test_evaluation_never_varies(submission: Submission) -> None:
    """The evaluation transform is deterministic and gives one size for pictures of any size."""
    pictures = [draw_picture(*size) for size in PICTURE_SIZES]
    answers = [transform(submission, EVALUATION, picture, 4) for picture in pictures]
    if not all(torch.equal(answer, images[0]) for images in answers for answer in images):
        fail("evaluation_varies")
    if len({tuple(images.shape) for images in answers}) > 1:
        fail("evaluation_sizes")
    shown = torch.cat([thumbnails(colours_of(images[:1])) for images in answers])
    judge_pictures(shown, torch.arange(len(pictures)), pictures)


def test_evaluation_normalises(submission: Submission) -> None:
    """The evaluation transform normalises by ImageNet's mean and deviation."""
    colour = tuple(torch.randint(40, 216, (3,)).tolist())
    answer = transform(submission, EVALUATION, plain_picture(colour), 1)[0]  # (3, side, side)
    expected = (torch.tensor(colour) / 255 - IMAGENET_MEAN) / IMAGENET_STD
    got = answer.flatten(1).median(dim=1).values
    if not is_close(got, expected, rtol=0, atol=MAX_COLOUR_ERROR):
        fail("not_normalised" if got.min() >= 0 and got.max() <= 1 else "other_normalisation")


def test_training_normalises(submission: Submission) -> None:
    """The training transform normalises alike: black stays black, and white stays white."""
    black, white = (
        transform(submission, TRAIN, plain_picture(colour), DRAWS_PER_PICTURE)
        .flatten(2)
        .median(dim=2)
        .values  # (draws, 3)
        for colour in ((0, 0, 0), (255, 255, 255))
    )
    # Jitter only darkens white.
    lowest, highest = black.median(dim=0).values, white.max(dim=0).values
    if not is_close(
        lowest, -IMAGENET_MEAN / IMAGENET_STD, rtol=0, atol=MAX_COLOUR_ERROR
    ) or not is_close(highest, (1 - IMAGENET_MEAN) / IMAGENET_STD, rtol=0, atol=MAX_COLOUR_ERROR):
        fail(
            "training_not_normalised"
            if lowest.abs().max() < MAX_COLOUR_ERROR
            else "training_other_normalisation"
        )


@pytest.mark.criterion("product.training.augmentation", weight=2)
def test_loaders(submission: Submission) -> None:
    """Each loader gives the images of its own split; only those of training are varied."""
    # A label tells its picture.
    labels = torch.randperm(102).split(
        [*IMAGES_PER_SPLIT.values(), 102 - sum(IMAGES_PER_SPLIT.values())]
    )
    splits = {
        split: (torch.stack([draw_picture(120, 150) for _ in own]), own.tolist())
        for split, own in zip(SPLIT_NAMES, labels, strict=False)
    }
    config = {"data_dir": ".", "batch_size": 4, "num_workers": 0, "seed": 0}
    answer = submission.run(data_probes.loaded, splits, config, seeds(PASSES_PER_LOADER))
    if answer == data_probes.NO_LOADERS:
        fail("no_loaders")
    assert isinstance(answer, list)
    for split, passes in zip(SPLIT_NAMES, answer, strict=True):
        first, *others = (by_label(p) for p in passes)
        judge_members(split, set(first), {name: set(own) for name, (_, own) in splits.items()})
        if split == "train":
            judge_varied([first, *others])
        elif not all(
            is_close(other[label], first[label])
            for other in others
            for label in first.keys() & other.keys()
        ):
            fail("loader_varies", split=split)
        judge_shown(split, [first, *others], splits)


def judge_varied(passes: list[dict[int, Tensor]]) -> None:
    """Check that the training images are visibly others in each pass."""
    seen = [
        torch.stack([own[label] for own in passes if label in own])
        for label in set().union(*passes)
    ]
    if not is_seen(torch.cat([differences(thumbs) for thumbs in seen])):
        fail("training_loader_never_varies")


def judge_shown(
    split: str, passes: list[dict[int, Tensor]], splits: dict[str, tuple[Tensor, list[int]]]
) -> None:
    """Check that the images of a loader show the pictures of their labels."""
    pictures = {
        label: picture
        for images, labels in splits.values()
        for label, picture in zip(labels, images, strict=True)
    }
    labels = list(pictures)
    shown = [(label, own[label]) for own in passes for label in own if label in pictures]
    owners = torch.tensor([labels.index(label) for label, _ in shown])
    thumbs = torch.stack([thumb for _, thumb in shown])
    if recognised(thumbs, owners, list(pictures.values())) < MIN_RECOGNISED_SHARE:
        fail("loader_of_other_pictures", split=split)


def by_label(answer: Any) -> dict[int, Tensor]:
    """Return the thumbnail of each label, in colours from 0 to 1."""
    labels = answer["labels"]
    assert isinstance(labels, list)
    thumbs = expect_tensor(answer["thumbs"], shape=(len(labels), 3, THUMB_SIDE, THUMB_SIDE))
    return dict(zip(labels, colours_of(thumbs) if labels else thumbs, strict=True))


def judge_members(split: str, got: set[int], own: dict[str, set[int]]) -> None:
    """Check that a loader gives its split.

    Training may contain the validation images too, but never those of the test.
    """
    if split != "train" and got != own[split]:
        alien = next((name for name in SPLIT_NAMES if name != split and got & own[name]), "")
        fail("loader_of_another_split" if alien else "loader_incomplete", split=split, alien=alien)
    if split == "train" and got & own["test"]:
        fail("loader_of_another_split", split=split, alien="test")
    if split == "train" and not len(got & own["train"]) > len(own["train"]) // 2:
        fail("loader_incomplete", split=split)

"""What can be seen of an augmentation, and what is counted in the pictures that are handed in."""

from __future__ import annotations

import importlib
import io
import random
import struct
import warnings
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from autograder.checks import import_torchvision
from autograder.grading.pytest_session import importable
from tests.support.places import REPOSITORY

FLOWERS = REPOSITORY / "assignments" / "flower_classifier"
with importable(FLOWERS / "graders"), warnings.catch_warnings(action="ignore"):
    artifact_probes: Any = importlib.import_module("artifact_probes")
    charts: Any = importlib.import_module("charts")
    comparison: Any = importlib.import_module("comparison")
    documents: Any = importlib.import_module("documents")
    drawn_pictures: Any = importlib.import_module("drawn_pictures")
with importable(FLOWERS):
    drawings: Any = importlib.import_module("drawings")

T: Any = import_torchvision().transforms
SIDE = 224
PICTURES, DRAWS = 6, 6

# ---------------------------------------------------------------- augmentation


def standard(*more: Any) -> list[Any]:
    """Return the usual steps, with more before the picture becomes a tensor."""
    return [T.Resize(256), T.CenterCrop(SIDE), *more, T.ToTensor()]


def noisy(levels: float) -> Callable[[Tensor], Tensor]:
    """Return a step that adds noise of so many grey levels."""
    return lambda x: x + levels / 255 * torch.randn_like(x)


def one_pixel(x: Tensor) -> Tensor:
    """Blacken a pixel, another one each time."""
    x = x.clone()
    x[:, int(torch.randint(SIDE, ())), int(torch.randint(SIDE, ()))] = 0
    return x


SEEN: dict[str, list[Any]] = {
    "flip": standard(T.RandomHorizontalFlip()),
    "rotation of 5 degrees": standard(T.RandomRotation(5)),
    "rotation of 15 degrees": standard(T.RandomRotation(15)),
    "crop": [T.RandomResizedCrop(SIDE, (0.8, 1)), T.ToTensor()],
    "small crop": [T.RandomResizedCrop(SIDE, (0.9, 1)), T.ToTensor()],
    "shifted crop": [T.Resize(256), T.RandomCrop(SIDE), T.ToTensor()],
    "jitter": standard(T.ColorJitter(0.1, 0.1, 0.1)),
    "little jitter": standard(T.ColorJitter(0.05, 0.05, 0.05)),
    "perspective": standard(T.RandomPerspective(0.2)),
    "affine": standard(T.RandomAffine(0, (0.05, 0.05))),
    "RandAugment": standard(T.RandAugment()),
    "TrivialAugment": standard(T.TrivialAugmentWide()),
    "AutoAugment": standard(T.AutoAugment()),
    "erasing": [*standard(), T.RandomErasing()],
    "usual": [
        T.RandomResizedCrop(SIDE, (0.6, 1)),
        T.RandomHorizontalFlip(),
        T.RandomRotation(20),
        T.ColorJitter(0.2, 0.2, 0.2, 0.02),
        T.ToTensor(),
    ],
}
UNSEEN: dict[str, list[Any]] = {
    "nothing": standard(),
    "a millionth": [*standard(), noisy(1e-4)],
    "a grey level of noise": [*standard(), noisy(1)],
    "two grey levels of noise": [*standard(), noisy(2)],
    "a pixel": [*standard(), one_pixel],
    "a grey level lighter or darker": [*standard(), lambda x: x + random.choice((-1, 0, 1)) / 255],
    "half a degree": standard(T.RandomRotation(0.5)),
}


def varied(steps: list[Any]) -> tuple[list[Tensor], list[Tensor]]:
    """Return drawn pictures, and thumbnails of what a transform makes of each."""
    torch.manual_seed(5)
    random.seed(5)
    transform = T.Compose(steps)
    pictures = [drawn_pictures.draw_picture(300, 400) for _ in range(PICTURES)]
    thumbs = []
    for picture in pictures:
        images = [transform(Image.fromarray(picture.numpy())) for _ in range(DRAWS)]
        thumbs.append(drawn_pictures.thumbnails(torch.stack(images)))
    return pictures, thumbs


@pytest.mark.parametrize("name", [*SEEN, *UNSEEN])
def test_a_change_counts_where_it_is_seen(name: str) -> None:
    """Each usual augmentation is seen by itself; noise, a pixel and half a degree are not."""
    _, thumbs = varied({**SEEN, **UNSEEN}[name])
    changes = torch.cat([drawn_pictures.differences(own) for own in thumbs])
    assert drawn_pictures.is_seen(changes) is (name in SEEN)


@pytest.mark.parametrize("name", SEEN)
def test_an_augmented_image_shows_its_picture(name: str) -> None:
    """Whatever is usual leaves more than enough images that are nearest to their own picture."""
    pictures, thumbs = varied(SEEN[name])
    owners = torch.arange(PICTURES).repeat_interleave(DRAWS)
    share = drawn_pictures.recognised(torch.cat(thumbs), owners, pictures)
    assert share > 1.4 * drawn_pictures.MIN_RECOGNISED_SHARE


def test_noise_shows_no_picture() -> None:
    """What looks at no picture is not nearest to its own one."""
    pictures, _ = varied(UNSEEN["nothing"])
    owners = torch.arange(PICTURES).repeat_interleave(DRAWS)
    noise = torch.rand(len(owners), 3, 32, 32)
    assert drawn_pictures.recognised(noise, owners, pictures) < drawn_pictures.MIN_RECOGNISED_SHARE


# ---------------------------------------------------------------- pictures that are handed in


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Return a picture as a file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def chart(ground: str | tuple[int, ...] = "white", mode: str = "RGB") -> Image.Image:
    """Return axes and a falling curve."""
    picture = Image.new(mode, (640, 400), ground)
    pen = ImageDraw.Draw(picture)
    pen.line([(40, 20), (40, 360), (620, 360)], fill="grey")
    pen.line([(x, 350 - 8000 // (x - 20)) for x in range(60, 600, 20)], fill="red", width=2)
    return picture


def looked_at(content: bytes) -> Any:
    """Return what the probe counts."""
    return artifact_probes.looked_at(None, content)


CHARTS: dict[str, bytes] = {
    "png": encoded(chart()),
    "dark": encoded(chart("black")),
    "transparent": encoded(chart((0, 0, 0, 0), "RGBA")),
    "palette": encoded(chart().quantize(16)),
    "jpeg": encoded(chart(), "JPEG"),
    "large": encoded(chart().resize((6400, 4000))),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_one_however_it_was_saved(name: str) -> None:
    """Its ground is most of it, and its lines are ink."""
    report = looked_at(CHARTS[name])
    assert not charts.is_blank(report)
    assert charts.has_ground(report)


def test_what_is_no_chart_has_no_ground() -> None:
    """Noise and a drawn flower are for a person to look at."""
    flower = Image.fromarray(drawn_pictures.draw_picture(300, 400).numpy())
    assert not charts.has_ground(looked_at(drawings.photograph()))
    assert not charts.has_ground(looked_at(encoded(flower)))


def test_specks_and_unseen_noise_are_blank() -> None:
    """Three pixels on white, which is noisy by a grey level, are not enough ink."""
    report = looked_at(drawings.specks())
    assert report["colours"] >= charts.MIN_COLOURS
    assert charts.is_blank(report)


def test_the_same_pixels_have_the_same_digest() -> None:
    """A comment in the file and another compression make no other picture."""
    comment = PngInfo()
    comment.add_text("Title", "another")
    again = encoded(chart(), compress_level=1, pnginfo=comment)
    assert again != CHARTS["png"]
    assert looked_at(again)["digest"] == looked_at(CHARTS["png"])["digest"]
    assert looked_at(CHARTS["dark"])["digest"] != looked_at(CHARTS["png"])["digest"]


def test_what_is_shown_is_small_and_made_anew() -> None:
    """Of a large picture with a comment a small one is left, with its lines and no comment."""
    comment = PngInfo()
    comment.add_text("Title", "a long text " * 1000)
    png = looked_at(encoded(chart().resize((3200, 2000)), pnginfo=comment))["png"]
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.size, picture.info.get("Title")) == ((800, 500), None)
        assert len(picture.convert("RGB").getcolors() or ()) > 2
    assert len(looked_at(drawings.photograph())["png"]) <= 128 << 10


def png_of(width: int, height: int, body: bytes) -> bytes:
    """Return a PNG that says this size, whatever its body holds."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


NO_PICTURES: dict[str, bytes] = {
    "empty": b"",
    "a byte": b"\n",
    "text": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": encoded(chart().convert("P"), "GIF"),
    "cut": CHARTS["png"][: len(CHARTS["png"]) // 2],
    "head alone": png_of(640, 400, b""),
    "damaged": png_of(640, 400, b"not compressed"),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_cannot_be_decoded_is_no_picture(name: str) -> None:
    """Whatever a decoder raises, and formats that were not asked for, give nothing."""
    assert looked_at(NO_PICTURES[name]) is None


def test_a_bomb_is_not_decoded() -> None:
    """A picture that says a huge size is known by its head alone, and counts as blank."""
    report = looked_at(png_of(60_000, 60_000, zlib.compress(bytes(1 << 20))))
    assert report is None or report["colours"] == 0


# ---------------------------------------------------------------- the report

CLAIMS = documents.Claims(test_acc=0.9, best_val_acc=0.91)
OTHERS = documents.Claims(test_acc=0.35, best_val_acc=0.36)


def test_figures_of_a_report_are_recognised() -> None:
    """As shares or in percent, with points or commas."""
    text = "Transfer: 91,0 % en validación y 0.90 en test. Desde cero, 36 % y 35 %."
    assert comparison._given_accuracies(text, OTHERS, CLAIMS) == 4


def test_a_list_of_guesses_gives_no_figure() -> None:
    """A report that holds every number holds none of the right ones."""
    text = " ".join(f"{number + 0.5}" for number in range(101))
    assert comparison._given_accuracies(text, OTHERS, CLAIMS) == 0

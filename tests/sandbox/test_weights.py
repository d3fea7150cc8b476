"""Pretrained weights in the sandbox: every ordinary call gets them, and they cost little."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.checks import served_model, weights_files
from autograder.checks.submission import Submission
from autograder.errors import CodeRaised, HostError, TimeLimit
from autograder.model import Limits
from autograder.sandbox import weights
from autograder.sandbox.fingerprint_weights import POOL_SIZE, fingerprint
from autograder.sandbox.launch import Preparation, Zygote
from autograder.sandbox.worker import Worker
from tests.support.command_line import CLASS, REPOSITORY, TINY, Ended, autograder, grade
from tests.support.levels import skip_below_a

SECONDS = 60.0
LIMITS = Limits(memory=3 << 30, cpu=60)
FETCHED = "squeezenet1_1-b8a52dc0.pth"  # a file that the instructor has; its values are made

STUDENT = """
import warnings

import torch
import torchvision
from torch.hub import load_state_dict_from_url  # bound when the file is imported
from torchvision import models

URL = "https://download.pytorch.org/models/resnet18-f37072fd.pth"


def filled(model, state):
    model.load_state_dict(state)
    return model


def trained_a_little(state):
    model = models.squeezenet1_0()
    model.load_state_dict(state, assign=True)
    before = model.state_dict()["classifier.1.weight"].clone()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    model(torch.randn(1, 3, 64, 64)).sum().backward()
    optimizer.step()
    return bool((model.state_dict()["classifier.1.weight"] != before).any())


WAYS = {
    "enumeration": lambda: models.resnet18(weights=models.ResNet18_Weights.DEFAULT),
    "version": lambda: models.resnet18(weights="IMAGENET1K_V1"),
    "word": lambda: models.resnet18(weights="DEFAULT"),
    "legacy": lambda: models.resnet18(pretrained=True),
    "legacy_by_position": lambda: models.resnet18(True),
    "by_name": lambda: models.get_model("resnet18", weights="DEFAULT"),
    "get_weight": lambda: models.resnet18(
        weights=models.get_weight("ResNet18_Weights.IMAGENET1K_V1")
    ),
    "state_of_the_enumeration": lambda: filled(
        models.resnet18(),
        models.ResNet18_Weights.DEFAULT.get_state_dict(progress=False, check_hash=True),
    ),
    "torch_hub_url": lambda: filled(
        models.resnet18(), torch.hub.load_state_dict_from_url(URL, progress=True)
    ),
    "imported_name": lambda: filled(
        models.resnet18(), load_state_dict_from_url(URL, map_location="cpu")
    ),
    "model_zoo": lambda: filled(models.resnet18(), torch.utils.model_zoo.load_url(URL)),
    "torch_hub_repository": lambda: torch.hub.load(
        "pytorch/vision:v0.10.0", "resnet18", weights="DEFAULT", trust_repo=True, verbose=False
    ),
}


def answer(way, x):
    with torch.no_grad():
        return WAYS[way]().eval()(x)


def named(name, version, x):
    with torch.no_grad():
        return models.get_model(name, weights=version).eval()(x)


def fetched(x):
    with torch.no_grad():
        return models.squeezenet1_1(weights="DEFAULT").eval()(x)


def of_timm(name, x):
    import timm

    with torch.no_grad():
        return timm.create_model(name, pretrained=True).eval()(x)


def own():
    url = models.SqueezeNet1_0_Weights.DEFAULT.url
    return trained_a_little(torch.hub.load_state_dict_from_url(url))


def asked():
    import sys

    return sys.modules["autograder.sandbox.weights"].asked


def unknown():
    return load_state_dict_from_url("https://example.org/own_model.pth")
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of data in which one weights file was fetched."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "weights").mkdir()
    model = weights.build(FETCHED, "cpu")
    torch.save(model.state_dict(), folder / "weights" / FETCHED)
    return folder


@pytest.fixture(scope="module")
def zygote_of_weights(data: Path) -> Iterator[Zygote]:
    """Return a zygote that serves weights."""
    skip_below_a()
    with Zygote(
        "A", Preparation(warm=("torchvision", "timm"), weights=str(data / "weights"))
    ) as zygote:
        yield zygote


@contextmanager
def homework(zygote: Zygote) -> Iterator[Submission]:
    """Return the student's file in a fresh worker."""
    worker = Worker(zygote, LIMITS, seed=1)
    live = Submission(lambda request: worker.ask(request, SECONDS, TimeLimit.CHECK))
    try:
        live.load("homework", "homework.py", STUDENT.encode())
        yield live
    finally:
        worker.close()


@pytest.fixture(scope="module")
def student(zygote_of_weights: Zygote) -> Iterator[Submission]:
    """Return the student's file in one worker for all calls."""
    with homework(zygote_of_weights) as live:
        yield live


def answers(model: torch.nn.Module, x: Tensor) -> Tensor:
    """Return what a model answers, without a gradient."""
    with torch.no_grad():
        y: Tensor = model(x)
        return y


def assert_like(got: Any, expected: Tensor) -> None:
    """Require the same answers, up to the order of summation."""
    torch.testing.assert_close(got, expected, rtol=1e-3, atol=1e-3 * float(expected.abs().max()))


# ---------------------------------------------------------------- in the sandbox


WAYS = [
    line.split('"')[1]
    for line in STUDENT.splitlines()
    if line.startswith('    "') and ": lambda" in line
]


@pytest.mark.parametrize("way", WAYS)
def test_every_ordinary_call_gets_the_weights(way: str, student: Submission) -> None:
    """Each way to ask for ResNet-18's weights gives a model that answers as the judge's does."""
    x = torch.randn(2, 3, 64, 64)
    (file,) = weights_files("resnet18")
    assert_like(student.call("answer", way, x), answers(served_model(file), x))


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("resnet50", "IMAGENET1K_V1"),
        ("resnet50", "IMAGENET1K_V2"),
        ("mobilenet_v3_small", "DEFAULT"),
    ],
)
def test_every_version_has_weights_of_its_own(name: str, version: str, student: Submission) -> None:
    """The version that is asked for is the one that is served."""
    x = torch.randn(2, 3, 64, 64)
    file = weights_files(name)[-1 if version in ("DEFAULT", "IMAGENET1K_V2") else 0]
    assert_like(student.call("named", name, version, x), answers(served_model(file), x))


@pytest.mark.parametrize(
    "name", ["resnet18.a1_in1k", "resnet18", "mobilenetv3_small_100", "vit_tiny_patch16_224"]
)
def test_timm_gets_weights_of_its_own(name: str, student: Submission) -> None:
    """A pretrained model of timm answers as the judge's does, whichever tag is its default."""
    import timm

    x = torch.randn(1, 3, 224, 224)
    tag = name if "." in name else f"{name}.{timm.get_pretrained_cfg(name).tag}"
    assert_like(student.call("of_timm", name, x), answers(served_model(f"timm:{tag}"), x))


def test_a_fetched_file_is_served_itself(student: Submission, data: Path) -> None:
    """Where the instructor's folder has the file, its values are served."""
    x = torch.randn(2, 3, 64, 64)
    got = student.call("fetched", x)
    assert_like(got, answers(served_model(FETCHED, data), x))
    assert not torch.allclose(got, answers(served_model(FETCHED), x), rtol=0.1)


def test_who_gets_a_state_dict_may_change_it(student: Submission) -> None:
    """A state dict from torch.hub can become a model's own and be trained."""
    assert student.call("own")


def test_an_unknown_file_says_that_there_is_no_network(student: Submission) -> None:
    """What is none of torchvision's files ends as it would without a network."""
    with pytest.raises(CodeRaised, match="no network here") as raised:
        student.call("unknown")
    assert raised.value.exception_type == "URLError"


def test_the_files_that_were_asked_for_are_known(zygote_of_weights: Zygote) -> None:
    """A probe can tell which files student code asked for, the last one last."""
    with homework(zygote_of_weights) as student:
        student.call("answer", "enumeration", torch.zeros(1, 3, 32, 32))
        student.call("fetched", torch.zeros(1, 3, 32, 32))
        assert student.call("asked") == ["resnet18-f37072fd.pth", FETCHED]


def test_a_students_own_run_is_served_too() -> None:
    """`autograder check` needs no network for the public checks of transfer learning."""
    solution = REPOSITORY / "solutions" / "transfer_learning" / "transfer_learning.py"
    ended = autograder("check", solution, "--course", REPOSITORY)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout


# ---------------------------------------------------------------- fingerprint weights


@pytest.mark.parametrize(
    "name", ["resnet18", "efficientnet_b0", "densenet121", "swin_t", "convnext_tiny"]
)
def test_fingerprint_weights_fit_their_model_and_tells_images_apart(name: str) -> None:
    """The values have the model's shapes, and its answers are finite and depend on the image."""
    y = answers(served_model(weights_files(name)[-1]), torch.randn(2, 3, 224, 224))
    assert y.isfinite().all()
    assert (y[0] - y[1]).abs().max() > 1e-3 * y.abs().max()


def test_fingerprint_weights_fit_every_size_of_a_vision_transformer() -> None:
    """Weights for larger images have a longer position embedding, as torchvision's have."""
    lengths = {
        fingerprint(file)["encoder.pos_embedding"].shape[1] for file in weights_files("vit_b_16")
    }
    assert lengths == {197, 577}


def test_fingerprint_weights_are_unlike_each_other_and_unlike_themselves() -> None:
    """Another file, another tensor and another row have other values."""
    first, second = (fingerprint(file) for file in weights_files("resnet50"))
    key, other = "layer4.0.conv2.weight", "layer4.1.conv2.weight"
    assert not torch.equal(first[key], second[key])
    assert not torch.equal(first[key], first[other])
    assert len(first[key].flatten(1).unique(dim=0)) == len(first[key])


def test_fingerprint_weights_take_no_memory_of_their_own() -> None:
    """The half gigabyte of VGG-16 is views of pools that hold a megabyte each."""
    (file, *_) = reversed(weights_files("vgg16"))
    large = [t for t in fingerprint(file).values() if t.numel() > POOL_SIZE]
    assert sum(t.numel() for t in large) > 130_000_000
    assert {t.untyped_storage().nbytes() for t in large} == {4 * POOL_SIZE}


def test_an_unknown_file_is_no_model() -> None:
    """The judge asks for files that exist."""
    with pytest.raises(ValueError, match="no weights file of torchvision"):
        served_model("resnet19-12345678.pth")


# ---------------------------------------------------------------- damaged files


@pytest.mark.parametrize("content", [b"", b"half a download", b"PK\x03\x04"])
def test_a_damaged_file_is_named(content: bytes, tmp_path: Path) -> None:
    """What cannot be read as weights stops the run, and is named."""
    (tmp_path / FETCHED).write_bytes(content)
    with pytest.raises(OSError, match=f"{FETCHED}: cannot be read as weights .*fetch it again"):
        weights.map_folder(str(tmp_path))


def test_a_checkpoint_that_is_no_state_dict_is_named(tmp_path: Path) -> None:
    """A dict that holds a model among other things is no weights file."""
    torch.save({"model": {}, "epoch": 3}, tmp_path / FETCHED)
    with pytest.raises(OSError, match="expected a state dict"):
        weights.map_folder(str(tmp_path))


@pytest.mark.level_a
def test_a_zygote_refuses_a_damaged_file(tmp_path: Path) -> None:
    """Nobody is graded on weights that cannot be read."""
    (tmp_path / FETCHED).write_bytes(b"half a download")
    zygote = Zygote("A", Preparation(warm=("torchvision",), weights=str(tmp_path)))
    with pytest.raises(HostError, match=FETCHED):
        zygote.wait_until_ready()


def saved(file: str) -> bytes:
    """Return a weights file of that name, with values of its own."""
    content = io.BytesIO()
    torch.save(fingerprint(file), content)
    return content.getvalue()


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """Who fetched nothing grades with what is made."""
    assert weights.map_folder(str(tmp_path / "none")) == {}


DAMAGED = {
    "cut short": lambda: saved(FETCHED)[:-1000],
    "other bytes": lambda: bytes(reversed(saved(FETCHED))),
    "another model's": lambda: saved("squeezenet1_0-b66bff10.pth"),
    "another class's": lambda: saved(FETCHED).replace(
        b"classifier.1.weight", b"classifier.2.weight"
    ),
}
NO_FOLDER = "weights: cannot be read: Not a directory; expected a folder\n"


def grade_with(data: Path, out: Path) -> Ended:
    """Grade a student of the tiny course, whose code may ask for pretrained weights."""
    course = shutil.copytree(TINY, out.parent / "course")
    rubric = (course / "grading.yml").read_text(encoding="utf-8")
    rubric = rubric.replace("    limits:\n", "    warm_packages: [torchvision]\n    limits:\n", 1)
    (course / "grading.yml").write_text(rubric, encoding="utf-8")
    return grade(
        CLASS, out, "--student", "right", "--assignment", "tensors", "--data", data, course=course
    )


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_file_stops_the_run_before_anybody_is_graded(how: str, tmp_path: Path) -> None:
    """Exit code 4 and one line with the file and what to do; no result is written."""
    (tmp_path / "data" / "weights").mkdir(parents=True)
    (tmp_path / "data" / "weights" / FETCHED).write_bytes(DAMAGED[how]())
    ended = grade_with(tmp_path / "data", tmp_path / "out")
    assert ended.returncode == 4, ended.stdout + ended.stderr
    (line,) = ended.stderr.splitlines()
    assert FETCHED in line
    assert line.endswith("; fetch it again")
    assert list((tmp_path / "out" / "results").rglob("*.json")) == []


def test_weights_that_are_no_folder_stop_the_run(tmp_path: Path) -> None:
    """A file in the place of the folder is named."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "weights").write_bytes(b"")
    ended = grade_with(tmp_path / "data", tmp_path / "out")
    assert (ended.returncode, ended.stderr) == (4, f"{tmp_path}/data/{NO_FOLDER}")

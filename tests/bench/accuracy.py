"""`make bench-accuracy`: CPU of measuring a class, against a naive DataLoader loop for each model.

    python -m tests.bench.accuracy --data FOLDER --students 40 --images 256 --rounds 3

Of eight models, five have the served backbone and a head of their own, two a last stage of their
own, and one is fine-tuned as a whole. The judge measures each as in a run of `grade`: in confined
workers, with a store that is empty when a round begins. The naive loop decodes with torchvision's
transform, in batches of 64, on one thread. It is run on two models of the class and counts for all.

CPU is user and system time of all processes. Each round measures both, so that a noisy machine is
noisy for both; medians of the rounds count. What a hand-in costs once (starting its worker, opening
its checkpoint) is counted for the judge, and nothing of the kind for the naive loop.

FOLDER holds `flowers-102`, `weights/resnet18_imagenet.pth` and `heads/*.pth`. Without it images are
drawn and weights are random.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from autograder.blocks.store import open_store
from autograder.checks import outputs
from autograder.config.course import load_course
from autograder.grading.pytest_session import importable
from autograder.grading.sandbox_level import confining
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import ZygoteWorkers
from autograder.grading.workers.zygotes import starting_zygotes
from autograder.measuring.accuracy.measurement import NUM_ASKED_TWICE
from autograder.measuring.data.flowers import (
    FLOWERS_FOLDER,
    SPLITS,
    ImageSet,
    read_lists,
    read_split,
)
from autograder.measuring.data.prepared import DEVIATION, MEAN, prepared
from autograder.measuring.data.synthetic import make_flowers, write_lists
from autograder.model import DEFAULT_STORE_GIB, Run, SubmittedFiles
from autograder.sandbox.launch import Zygote
from autograder.sandbox.torchvision_compat import import_torchvision
from tests.support.places import REPOSITORY

ASSIGNMENT, CRITERION = "flower_classifier", "product.training.accuracy"
KINDS = ("head", "layer4", "whole")
PATTERN = ("head", "layer4", "head", "whole", "head", "head", "layer4", "head")  # of eight models
CLASS = {"head": 25, "layer4": 10, "whole": 5}
CLASS_SIZE = sum(CLASS.values())
OFFICIAL_IMAGES = 6149  # of the list to which costs are extrapolated
NUM_CLASSES = 102
NAIVE_BATCH = 64
NAIVE_MODELS = 2  # of a round
NOISE = 1e-3  # by which made variants of a model differ, in standard deviations of each tensor
TICKS = os.sysconf("SC_CLK_TCK")

State = dict[str, Tensor]
Modules = tuple[Any, Any]  # of the graders


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds of one model."""

    kind: str
    opening: float  # until the first images are answered
    measuring: float  # all images

    def on(self, images: int, of: int) -> float:
        """Return the cost for another number of images."""
        return self.opening + self.measuring * images / of


def main() -> None:
    """Measure in rounds, and print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="real images and weights; default: made ones")
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--images", type=int, default=192)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        data = data_folder(Path(folder) / "data", options.data, options.images)
        images = read_split(data, "test")
        models = [model_of(number, options.data) for number in range(options.students)]
        ours: list[list[Cost]] = []
        naive: list[float] = []  # of one image
        for number in range(options.rounds):
            out = Path(folder) / f"out {number}"
            naive.append(naive_cost(models, images))
            ours.append(judge_costs(models, images, data, out))
            shutil.rmtree(out)
            print(f"round {number + 1} of {options.rounds}", flush=True)
    tell(ours, naive, len(images))


def tell(ours: Sequence[Sequence[Cost]], naive: Sequence[float], images: int) -> None:
    """Print medians of the rounds, ratios and noise."""
    count = len(ours[0])
    print(f"\n{count} models, {images} images, {len(ours)} rounds; CPU seconds, medians of rounds")
    per_image = statistics.median(naive)
    noise = (max(naive) - min(naive)) / per_image
    print(f"naive loop: {1000 * per_image:.1f} ms an image; the rounds differ by {noise:.0%}")
    whole = [seconds for round_ in ours for seconds in of_kind(round_, "whole", images)]
    full = statistics.median(whole)
    for kind in KINDS:
        found = [seconds for round_ in ours for seconds in of_kind(round_, kind, images)]
        if found:
            median, naive_all = statistics.median(found), per_image * OFFICIAL_IMAGES
            print(
                f"{kind:7} {median:7.2f} for {OFFICIAL_IMAGES:,} images: 1/{full / median:.1f} of "
                f"a model measured whole, {median / naive_all:.3f} of a naive loop"
            )
    ratios = [
        class_of_forty(round_, images) / (CLASS_SIZE * each * OFFICIAL_IMAGES)
        for round_, each in zip(ours, naive, strict=True)
    ]
    print(
        f"25 heads, 10 with layer4, 5 whole, {OFFICIAL_IMAGES:,} images, from these costs: "
        f"{statistics.median(ratios):.3f} of {CLASS_SIZE} naive loops "
        f"({min(ratios):.3f} to {max(ratios):.3f})"
    )
    for total, words in ((images, "these"), (OFFICIAL_IMAGES, f"{OFFICIAL_IMAGES:,}")):
        ratios = [
            sum(cost.on(total, images) for cost in round_) / (count * each * total)
            for round_, each in zip(ours, naive, strict=True)
        ]
        spread = f"{min(ratios):.3f} to {max(ratios):.3f}"
        middle = statistics.median(ratios)
        print(f"class on {words} images: {middle:.3f} of {count} naive loops ({spread})")


def class_of_forty(costs: Sequence[Cost], images: int) -> float:
    """Return what a class of forty costs on the official list: the first of each kind, and more."""
    total = 0.0
    for kind, count in CLASS.items():
        first = next(cost.on(OFFICIAL_IMAGES, images) for cost in costs if cost.kind == kind)
        later = statistics.median(of_kind(costs, kind, images))
        total += first + (count - 1) * later
    return total


def of_kind(costs: Sequence[Cost], kind: str, images: int) -> list[float]:
    """Return what the later models of a kind cost, which find what the first one left."""
    found = [cost.on(OFFICIAL_IMAGES, images) for cost in costs if cost.kind == kind]
    return found[1:] or found


# ---------------------------------------------------------------- data and models


def data_folder(folder: Path, real: Path | None, count: int) -> Path:
    """Make a data folder with so many test images, and none in the other splits."""
    source = make_flowers(folder.with_name("drawn")) if real is None else real
    flowers = source / FLOWERS_FOLDER
    (folder / FLOWERS_FOLDER).mkdir(parents=True)
    (folder / FLOWERS_FOLDER / "jpg").symlink_to((flowers / "jpg").resolve())
    labels = {}
    for split in SPLITS:
        labels.update(zip(*read_lists(flowers, split), strict=True))
    available = flowers / "available.json"
    ids = list(read_lists(flowers, "test")[0])
    if available.is_file():  # a part of the list is here
        there = set(json.loads(available.read_text(encoding="utf-8"))["test"])
        ids = [each for each in ids if f"image_{each:05d}.jpg" in there]
    chosen = ids[:: max(1, len(ids) // count)][: count // 8 * 8]
    table = [labels[number] for number in range(1, max(labels) + 1)]
    write_lists(
        folder / FLOWERS_FOLDER, table, {"train": chosen[:1], "val": chosen[:1], "test": chosen}
    )
    return folder


def model_of(number: int, real: Path | None) -> tuple[str, State]:
    """Return the kind and the weights of a model of the class."""
    kind = PATTERN[number % len(PATTERN)]
    model = import_torchvision().models.resnet18(weights=None, num_classes=NUM_CLASSES)
    torch.manual_seed(0)
    for parameter in model.parameters():
        nn.init.normal_(parameter, 0.5 if parameter.dim() == 1 else 0.0, 0.03)
    state: State = model.state_dict()
    if real is not None:
        head = "linear_probe_train" if kind == "head" else "finetuned"
        for file in (real / "weights" / "resnet18_imagenet.pth", real / "heads" / f"{head}.pth"):
            state.update(torch.load(file, weights_only=True))
    generator = torch.Generator().manual_seed(number)
    own = {"head": ("fc",), "layer4": ("fc", "layer4"), "whole": ("",)}[kind]
    varied = {}
    for name, value in state.items():
        floats = value.float() if value.is_floating_point() else value
        is_weight = name.startswith(own) and name.endswith((".weight", ".bias"))
        if is_weight:
            noise = torch.randn(floats.shape, generator=generator)
            floats = floats + NOISE * noise * floats.std(correction=0)
        varied[name] = floats
    return kind, varied


# ---------------------------------------------------------------- the two ways


def naive_cost(models: Sequence[tuple[str, State]], images: ImageSet) -> float:
    """Return the CPU seconds that an image costs in a plain loop."""
    transforms = import_torchvision().transforms
    evaluation = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, DEVIATION),
        ]
    )
    pictures: Any = [(index, evaluation) for index in range(len(images))]

    def load(items: Sequence[tuple[int, Callable[[Image.Image], Tensor]]]) -> Tensor:
        opened = [Image.open(io.BytesIO(images.image(index))).convert("RGB") for index, _ in items]
        return torch.stack(
            [transform(each) for each, (_, transform) in zip(opened, items, strict=True)]
        )

    costs = []
    for _, state in models[:NAIVE_MODELS]:
        model = import_torchvision().models.resnet18(weights=None, num_classes=NUM_CLASSES)
        model.load_state_dict(state)
        model.eval()
        began = time.process_time()
        loader = torch.utils.data.DataLoader(pictures, batch_size=NAIVE_BATCH, collate_fn=load)
        with torch.no_grad():
            for batch in loader:
                model(batch).argmax(dim=1)
        costs.append((time.process_time() - began) / len(images))
    return statistics.mean(costs)


def judge_costs(
    models: Sequence[tuple[str, State]], images: ImageSet, data: Path, out: Path
) -> list[Cost]:
    """Return what each model costs the judge and its workers, one after the other."""
    assignment = load_course(REPOSITORY).assignment(ASSIGNMENT)
    run = Run(out=out, data=data, seed=1)
    code = (assignment.solution / f"{ASSIGNMENT}.py").read_bytes()
    open_store(out / ".computed", int(DEFAULT_STORE_GIB * (1 << 30)))
    outputs._kept.clear()  # of the round before
    costs = []
    with (
        graders() as modules,
        starting_zygotes([assignment], 1, data) as zygotes,
        confining(zygotes[ASSIGNMENT], "C") as zygote,
    ):
        for number, (kind, state) in enumerate(models):
            stream = io.BytesIO()
            torch.save(state, stream)
            files = {f"{ASSIGNMENT}.py": code, "flowers_model.pth": stream.getvalue()}
            submitted = SubmittedFiles(
                student=str(number), assignment=ASSIGNMENT, files=files, digest=str(number)
            )
            session = WorkerSession(assignment, submitted, ZygoteWorkers(zygote), run)
            costs.append(cost_of(kind, session, zygote, modules, images))
    open_store(None, 0)
    return costs


def cost_of(
    kind: str, session: WorkerSession, zygote: Zygote, modules: Modules, images: ImageSet
) -> Cost:
    """Return what one model costs."""
    checkpoint, judged = modules
    began = cpu_of(zygote)
    session.try_import()
    submission = session.begin("bench", CRITERION, measure=True)
    checkpoint.open_checkpoint(submission)
    program = judged.standard_program(submission)
    # What every model is asked first: with that, its network is sent, and its ways are compared.
    crops = prepared(images, Path())
    step = len(images) // NUM_ASKED_TWICE
    first = [crops.image(step * place) for place in range(NUM_ASKED_TWICE)]
    judged.answer_crops(program, first)
    opened = cpu_of(zygote)
    judged.JudgedModel(submission=submission, data=Path(), lang="en").measure(images)
    ended = cpu_of(zygote)
    session.close()
    return Cost(kind=kind, opening=opened - began, measuring=ended - opened)


@contextmanager
def graders() -> Iterator[Modules]:
    """Return the graders' modules that open a checkpoint and measure."""
    folder = load_course(REPOSITORY).assignment(ASSIGNMENT).graders
    with importable(folder), warnings.catch_warnings(action="ignore"):
        yield importlib.import_module("checkpoint"), importlib.import_module("judged")


def cpu_of(zygote: Zygote) -> float:
    """Return the CPU seconds of this process, and of a zygote with its workers, ended or not."""
    fields: dict[int, list[int]] = {}  # of each process: its parent, and its times in ticks
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            text = (process / "stat").read_text(encoding="ascii", errors="replace")
            words = text.rpartition(")")[2].split()
            fields[int(process.name)] = [int(words[1]), *map(int, words[11:15])]
    family = {zygote.process.pid}
    while more := {pid for pid, (parent, *_) in fields.items() if parent in family} - family:
        family |= more
    ticks = sum(sum(fields[pid][1:]) for pid in family if pid in fields)
    return time.process_time() + ticks / TICKS


if __name__ == "__main__":
    main()

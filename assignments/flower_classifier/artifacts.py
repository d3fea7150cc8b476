"""The artifacts of cases and demonstrations: checkpoint, histories, matrix, pictures, report.

A network's last layer is fitted in closed form to the images of all splits, then degraded by noise
to the accuracy on the test that a recipe names: the purpose is a model of known accuracy in
seconds, not a good one. Noise that the training images do not see gives a model that is overfitted.
"""

from __future__ import annotations

import hashlib
import io
import math
import random
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from drawings import NUM_CLASSES, curves, dumped, heat_map, history_of, report, table
from PIL import Image
from recipes import CHECKPOINT, CURVES_PICTURE, MATRIX, MATRIX_PICTURE, REPORT, Files, Recipe, named
from torch import Tensor, nn

from autograder.checks import ImageSet, python_sources, read_split, serve_weights

SOLUTION_FILE = (
    Path(__file__).parents[2] / "solutions" / "flower_classifier" / "flower_classifier.py"
)
RIDGE_FACTORS = (1e-3, 1e-5, 1e-7)  # of the mean squared length of the features
NOISE_DIRECTIONS = 8  # directions of noise that are tried
MODULE_NAME = "flower_classifier"  # the name that a pickled model knows its code by


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model whose accuracy is known."""

    model: nn.Module
    confusion: list[list[int]]  # true × predicted
    accuracy: float
    top5: float


def make(code: Path, recipe: str, data: Path, seed: int) -> Files:
    """Return the files of a submission with this code.

    `recipe` is a name of recipes.py, or `accuracy` and a number.
    """
    chosen = named(recipe)
    torch.set_num_threads(1)  # OpenMP does not survive a fork
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        fitted = fit(code, chosen, f"{code.parent.name}/{code.name} {seed}", data)
    draw = random.Random(f"{code.name} {seed}")
    claimed = fitted.accuracy + chosen.claimed
    history = history_of(claimed, fitted.top5 + chosen.claimed / 2, chosen.train, chosen.val, draw)
    scratch = history_of(draw.uniform(0.3, 0.45), 0.7, 0.1, 0.0, draw)
    rows: list[list[Any]] = [list(row) for row in fitted.confusion]
    state = {key: tensor.detach().clone() for key, tensor in fitted.model.state_dict().items()}
    files = {
        CHECKPOINT: saved(
            fitted.model if recipe == "pickled_model" else (chosen.state or dict)(state)
        ),
        "history.json": dumped((chosen.history or dict)(history)),
        "scratch_history.json": dumped(scratch),
        MATRIX: table(chosen.matrix(rows) if chosen.matrix is not None else rows),
        CURVES_PICTURE: curves(history),
        MATRIX_PICTURE: chosen.matrix_picture(curves(history))
        if chosen.matrix_picture is not None
        else heat_map(fitted.confusion),
        REPORT: report(history, scratch),
        **chosen.replaced,
    }
    sys.modules.pop(MODULE_NAME, None)
    return {name: content for name, content in files.items() if name not in chosen.missing}


# ---------------------------------------------------------------- the model


def load(code: Path) -> types.ModuleType:
    """Return a student's code as a module, imported in this process."""
    module = types.ModuleType(MODULE_NAME)
    sys.modules[MODULE_NAME] = module
    for source in python_sources(code.name, code.read_bytes()):
        exec(compile(source, code.name, "exec", dont_inherit=True), module.__dict__)
    return module


def fit(code: Path, recipe: Recipe, salt: str, data: Path) -> Fitted:
    """Return the student's model, of the accuracy that the recipe names.

    The solution's model is used where the student's code gives none.
    """
    serve_weights(data, ("timm",) if b"timm" in code.read_bytes() else ())
    try:
        return _fit(load(code), recipe, salt, data)
    except Exception:  # whatever is wrong with a wrong answer
        return _fit(load(SOLUTION_FILE), recipe, salt, data)


def _fit(module: types.ModuleType, recipe: Recipe, salt: str, data: Path) -> Fitted:
    model = module.create_model(NUM_CLASSES, pretrained=True).eval()
    last, digest = classifier_of(model)
    sets = [read_split(data, split) for split in ("test", "train", "val")]
    transform = module.get_transforms()[1]
    every = [features_of(model, last, transform, images, digest) for images in sets]  # (n, F)
    features, labels = every[0], torch.tensor(sets[0].labels)
    known = torch.tensor([label for images in sets for label in images.labels])
    exact = solved(torch.cat(every), known, recipe.accuracy)
    unseen = every[1] if recipe.fits_training else None
    weight, bias = spoilt(*exact, features, labels, recipe.accuracy, salt, unseen)
    logits = features @ weight.T + bias  # (n, NUM_CLASSES)
    order = torch.tensor([recipe.order(k) for k in range(NUM_CLASSES)])
    with torch.no_grad():
        last.weight.copy_(torch.zeros_like(weight).index_copy(0, order, weight))
        last.bias.copy_(torch.zeros_like(bias).index_copy(0, order, bias))
    top5 = logits.topk(5, dim=1).indices  # (n, 5)
    counts = torch.bincount(labels * NUM_CLASSES + top5[:, 0], minlength=NUM_CLASSES**2).view(
        NUM_CLASSES, NUM_CLASSES
    )
    return Fitted(
        model=model,
        confusion=counts.tolist(),
        accuracy=float((top5[:, 0] == labels).double().mean()),
        top5=float((top5 == labels[:, None]).any(dim=1).double().mean()),
    )


def classifier_of(model: nn.Module) -> tuple[nn.Linear, str]:
    """Return the layer that gives the logits, and a digest of all the others."""
    layers = [
        m for m in model.modules() if isinstance(m, nn.Linear) and m.out_features == NUM_CLASSES
    ]
    last = layers[-1]
    digest = hashlib.sha256()
    for key, tensor in model.state_dict().items():
        if tensor.shape[:1] != (NUM_CLASSES,):
            digest.update(key.encode() + tensor.flatten()[:64].double().numpy().tobytes())
    return last, digest.hexdigest()


_features: dict[
    tuple[str, str, str], Tensor
] = {}  # by network, transform and images: the dear part of it all


def features_of(
    model: nn.Module, last: nn.Linear, transform: Any, images: ImageSet, network: str
) -> Tensor:
    """Return what reaches the last layer, for each image: (n, F)."""
    probe = transform(Image.open(io.BytesIO(images.image(0))).convert("RGB"))
    key = (network, hashlib.sha256(probe.numpy().tobytes()).hexdigest(), images.digest)
    if key not in _features:
        seen: list[Tensor] = []
        handle = last.register_forward_pre_hook(
            lambda _, given: seen.append(given[0].detach().clone())
        )
        with torch.inference_mode():
            for start in range(0, len(images), 8):
                chosen = range(start, min(start + 8, len(images)))
                pictures = [Image.open(io.BytesIO(images.image(i))).convert("RGB") for i in chosen]
                x = torch.stack([transform(picture).as_subclass(Tensor) for picture in pictures])
                model(x.flatten(0, -4))
                seen[-1] = seen[-1].unflatten(0, (len(pictures), -1)).mean(dim=1)  # over its crops
        handle.remove()
        _features[key] = torch.cat(seen).clone()
    return _features[key]


def solved(features: Tensor, labels: Tensor, accuracy: float) -> tuple[Tensor, Tensor]:
    """Return the weight (102, F) and bias (102,) of a ridge regression on features (n, F).

    The ridge is the largest of RIDGE_FACTORS with which the accuracy can be reached.
    """
    mean = features.double().mean(dim=0)
    x = features.double() - mean  # (n, F)
    y = 10 * nn.functional.one_hot(labels, NUM_CLASSES).double()
    gram = x @ x.T
    for share in RIDGE_FACTORS:
        ridge = share * gram.diagonal().mean() * torch.eye(len(x), dtype=torch.float64)
        exact = (x.T @ torch.linalg.solve(gram + ridge, y - y.mean(dim=0))).T
        weight, bias = exact.float(), (y.mean(dim=0) - exact @ mean).float()
        if right(weight, bias, features, labels) >= accuracy * len(labels):
            break
    return weight, bias


def spoilt(
    weight: Tensor,
    bias: Tensor,
    features: Tensor,
    labels: Tensor,
    accuracy: float,
    salt: str,
    unseen: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the layer with noise that gives the accuracy, or the next higher possible one.

    On the features `unseen` (n, F) the noise changes nothing.
    """
    wanted = math.ceil(accuracy * len(labels) - 1e-9)
    seed = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:4], "little")
    ways = []
    for way in range(NOISE_DIRECTIONS):
        noise = torch.randn(weight.shape, generator=torch.Generator().manual_seed(seed + way))
        # No flower is taken for one that is not here.
        noise[torch.bincount(labels, minlength=NUM_CLASSES) == 0] = 0
        noise *= weight.norm() / noise.norm()
        if unseen is not None:
            effect = (features @ noise.T).norm()
            noise -= torch.linalg.lstsq(unseen.T, noise.T).solution.T @ unseen
            noise *= effect / (features @ noise.T).norm()

        def hits(scale: float, noise: Tensor = noise) -> int:
            return right(weight + scale * noise, bias, features, labels)

        low, high = (
            bisected(lambda scale, least=least: hits(scale) < least)
            for least in (wanted + 1, wanted)
        )
        ways.append((high - low, low, noise))
    # Where no image is close to being taken otherwise.
    width, low, noise = max(ways, key=lambda way: way[0])
    return weight + (low + width / 2) * noise, bias


def bisected(spoils: Callable[[float], bool]) -> float:
    """Return the smallest scale of noise that degrades enough, by bisection."""
    low, high = 0.0, next((scale / 20 for scale in range(1, 100) if spoils(scale / 20)), 5.0)
    low = high - 0.05
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if spoils(middle) else (middle, high)
    return high


def right(weight: Tensor, bias: Tensor, features: Tensor, labels: Tensor) -> int:
    """Return how many images a last layer classifies correctly."""
    return int(((features @ weight.T + bias).argmax(dim=1) == labels).sum())


def saved(content: Any) -> bytes:
    """Return what torch.save writes."""
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()

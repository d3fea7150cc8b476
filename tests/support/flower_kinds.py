"""Honest hand-ins of the flower classifier, of many kinds: how each differs from the solution's."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors.torch
import torch
from PIL import Image
from torch import Tensor

Files = dict[str, bytes]
Edit = Callable[[str], str]  # of the code
Change = Callable[[Files], Files]  # of the files beside it

HISTORY, MATRIX, CHECKPOINT = "history.json", "confusion_matrix.csv", "flowers_model.pth"
CURVES, PICTURE, REPORT = "training_curves.png", "confusion_matrix.png", "report.md"
CLASSES = 102
ACCURACY, CONFUSION, ANALYSIS = (
    "product.training.accuracy",
    "product.analysis.confusion_matrix",
    "product.analysis.training_curves",
)
AUGMENTATION = "product.training.augmentation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of hand-in: what is changed of the solution, and what it loses of the points."""

    code: Edit = str
    recipe: str = "sound"
    files: Change = dict
    loses: frozenset[str] = frozenset()  # criteria
    adjusts: frozenset[str] = frozenset()  # bonuses and penalties
    is_large: bool = False  # its checkpoint has hundreds of MB


# ---------------------------------------------------------------- code


def network(create: str, head: str, stages: str) -> Edit:
    """Return an edit to another network: its code, its classifier, its stages from the end."""

    def edit(code: str) -> str:
        start, end = code.index("    model = models.resnet18("), code.index("    return model\n")
        code = code[:start] + create + code[end:]
        code = code.replace(
            "stages = [model.layer4, model.layer3, model.layer2, model.layer1]",
            f"stages = {stages}",
        )
        return code.replace("model.fc.requires_grad_", f"{head}.requires_grad_").replace(
            "set(model.fc.parameters())", f"set({head}.parameters())"
        )

    return edit


def of_torchvision(name: str, weights: str, head: str, features: str, stages: str) -> Edit:
    """Return an edit to a network of torchvision whose last layer is replaced."""
    return network(
        f"    model = models.{name}(weights=models.{weights}.DEFAULT if pretrained else None)\n"
        f"    {head} = nn.Linear({head}.{features}, num_classes)\n",
        head,
        stages,
    )


LAYERS = "[model.layer4, model.layer3, model.layer2, model.layer1]"
BLOCKS = "list(model.features)[::-1]"
CONVOLUTIONS = "[m for m in model.features if isinstance(m, nn.Conv2d)][::-1]"


def replaced(old: str, new: str) -> Edit:
    """Return an edit that replaces some lines of the solution."""

    def edit(code: str) -> str:
        assert old in code, old
        return code.replace(old, new)

    return edit


FIVE_CROPS = replaced(
    "            transforms.CenterCrop(224),\n            transforms.ToTensor(),\n"
    "            transforms.Normalize(MEAN, STD),\n",
    "            transforms.FiveCrop(224),\n"
    "            transforms.Lambda(lambda crops: torch.stack([transforms.Normalize(MEAN, STD)("
    "transforms.ToTensor()(crop)) for crop in crops])),\n",
)
FLIPS = replaced(
    "        ranked = model(images.to(device)).topk(5, dim=1).indices.cpu()  # (B, 5)\n",
    "        images = images.to(device)\n"
    "        views = [images, images.flip(-1), images.flip(-2)]\n"
    "        ranked = sum(model(x).softmax(dim=1) for x in views).topk(5, dim=1).indices.cpu()\n",
)
FLIPS_IN_THE_LOOP = replaced(
    "        logits = model(images)  # (B, 102)\n        loss = criterion(logits, labels)\n",
    "        images = images.flip(-1) if random.random() < 0.5 else images\n"
    "        logits = model(images)\n        loss = criterion(logits, labels)\n",
)


# ---------------------------------------------------------------- files


def history(
    change: Callable[[dict[str, Any]], Any], dump: Callable[[Any], bytes] | None = None
) -> Change:
    """Another history."""

    def edit(files: Files) -> Files:
        changed = change(json.loads(files[HISTORY]))
        return {
            **files,
            HISTORY: dump(changed) if dump is not None else json.dumps(changed).encode(),
        }

    return edit


def records(history: dict[str, Any]) -> Any:
    """One record for each epoch, and one for the test."""
    keys = [key for key, value in history.items() if isinstance(value, list)]
    epochs = [
        dict(zip(keys, row, strict=True))
        for row in zip(*(history[key] for key in keys), strict=True)
    ]
    return [*epochs, {key: value for key, value in history.items() if key not in keys}]


def each(change: Callable[[float], Any]) -> Callable[[dict[str, Any]], Any]:
    """Every figure of a list changed."""
    return lambda history: {
        k: [change(v) for v in x] if isinstance(x, list) else x for k, x in history.items()
    }


def columns(history: dict[str, Any]) -> Any:
    """As pandas' to_json writes columns."""
    return {
        k: {str(i): v for i, v in enumerate(x)} if isinstance(x, list) else x
        for k, x in history.items()
    }


def first_validated(history: dict[str, Any]) -> Any:
    """One validation before the first epoch."""
    return {
        **history,
        "val_loss": [4.7, *history["val_loss"]],
        "val_acc": [0.01, *history["val_acc"]],
    }


def lines(records: Any) -> bytes:
    """Return one JSON object per line."""
    return "\n".join(json.dumps(record) for record in records).encode()


def matrix(change: Callable[[np.ndarray], str]) -> Change:
    """Another way of writing the matrix."""

    def edit(files: Files) -> Files:
        counts = np.array(list(csv.reader(io.StringIO(files[MATRIX].decode()))), dtype=int)
        return {**files, MATRIX: change(counts).encode()}

    return edit


def written(counts: np.ndarray, **options: Any) -> str:
    """Return the text that np.savetxt writes."""
    stream = io.StringIO()
    np.savetxt(stream, counts, **options)
    return stream.getvalue()


def crosstab(counts: np.ndarray) -> str:
    """Return the text of pandas.crosstab(true, predicted).to_csv(): only classes that occur."""
    rows, columns = counts.any(axis=1).nonzero()[0], counts.any(axis=0).nonzero()[0]
    head = ["true", *columns]
    return "\n".join(
        ",".join(map(str, row)) for row in [head, *([k, *counts[k, columns]] for k in rows)]
    )


def named(counts: np.ndarray) -> str:
    """With the flowers' names as header and index."""
    names = [f"flower {k}" for k in range(CLASSES)]
    return "\n".join(
        [",".join(["", *names])]
        + [",".join([names[k], *map(str, counts[k])]) for k in range(CLASSES)]
    )


def checkpoint(change: Callable[[dict[str, Tensor]], Any], name: str = CHECKPOINT) -> Change:
    """Another way of saving the weights."""

    def edit(files: Files) -> Files:
        changed = change(torch.load(io.BytesIO(files[CHECKPOINT]), weights_only=True))
        stream = io.BytesIO()
        content = (
            changed
            if isinstance(changed, bytes)
            else torch.save(changed, stream) or stream.getvalue()
        )
        return {**{k: v for k, v in files.items() if k != CHECKPOINT}, name: content}

    return edit


def picture(mode: str) -> Change:
    """Return a change of the pictures to another mode or format."""

    def edit(files: Files) -> Files:
        changed = {}
        for name in (CURVES, PICTURE):
            stream = io.BytesIO()
            opened = Image.open(io.BytesIO(files[name]))
            opened.convert("RGB" if mode == "JPEG" else mode).save(
                stream, "JPEG" if mode == "JPEG" else "PNG"
            )
            changed[name] = stream.getvalue()
        return {**files, **changed}

    return edit


def order(places: Callable[[int], int]) -> Change:
    """Return a change of the order of the classes, in the model's answers and in its matrix."""
    at = torch.tensor([places(k) for k in range(CLASSES)])

    def moved(state: dict[str, Tensor]) -> dict[str, Tensor]:
        return {
            k: torch.zeros_like(t).index_copy(0, at, t) if t.shape[:1] == (CLASSES,) else t
            for k, t in state.items()
        }

    def turned(counts: np.ndarray) -> str:
        mine = np.zeros_like(counts)
        mine[np.ix_(at.numpy(), at.numpy())] = counts
        return written(mine, fmt="%d", delimiter=",")

    return lambda files: matrix(turned)(checkpoint(moved)(files))


def shuffled(k: int) -> int:
    """Return the place of a class in an order of the student's own."""
    return random.Random(5).sample(range(CLASSES), CLASSES)[k]


def by_name(k: int) -> int:
    """Return the place of a class in the order in which ImageFolder sorts "1" to "102"."""
    return sorted(str(n + 1) for n in range(CLASSES)).index(str(k + 1))


TEST_FIRST = frozenset({ACCURACY})

KINDS: dict[str, Kind] = {
    "solution": Kind(),
    # networks
    "resnet34": Kind(
        code=of_torchvision("resnet34", "ResNet34_Weights", "model.fc", "in_features", LAYERS)
    ),
    "resnet50": Kind(
        code=of_torchvision("resnet50", "ResNet50_Weights", "model.fc", "in_features", LAYERS)
    ),
    "efficientnet_b0": Kind(
        code=of_torchvision(
            "efficientnet_b0",
            "EfficientNet_B0_Weights",
            "model.classifier[1]",
            "in_features",
            BLOCKS,
        )
    ),
    "mobilenet_v2": Kind(
        code=of_torchvision(
            "mobilenet_v2", "MobileNet_V2_Weights", "model.classifier[1]", "in_features", BLOCKS
        )
    ),
    "mobilenet_v3_large": Kind(
        code=of_torchvision(
            "mobilenet_v3_large",
            "MobileNet_V3_Large_Weights",
            "model.classifier[3]",
            "in_features",
            BLOCKS,
        )
    ),
    "densenet121": Kind(
        code=of_torchvision(
            "densenet121", "DenseNet121_Weights", "model.classifier", "in_features", BLOCKS
        )
    ),
    "convnext_tiny": Kind(
        code=of_torchvision(
            "convnext_tiny", "ConvNeXt_Tiny_Weights", "model.classifier[2]", "in_features", BLOCKS
        )
    ),
    "swin_t": Kind(
        code=of_torchvision("swin_t", "Swin_T_Weights", "model.head", "in_features", BLOCKS)
    ),
    "vgg16": Kind(
        code=of_torchvision(
            "vgg16", "VGG16_Weights", "model.classifier[6]", "in_features", CONVOLUTIONS
        ),
        is_large=True,
    ),
    "vgg19_bn": Kind(
        code=of_torchvision(
            "vgg19_bn", "VGG19_BN_Weights", "model.classifier[6]", "in_features", CONVOLUTIONS
        ),
        is_large=True,
    ),
    "vit_b_16": Kind(
        code=of_torchvision(
            "vit_b_16",
            "ViT_B_16_Weights",
            "model.heads.head",
            "in_features",
            "list(model.encoder.layers)[::-1]",
        ),
        is_large=True,
    ),
    "timm_resnet18": Kind(
        code=lambda code: (
            "import timm\n"
            + network(
                '    model = timm.create_model("resnet18", pretrained=pretrained, '
                "num_classes=num_classes)\n",
                "model.fc",
                LAYERS,
            )(code).replace("from __future__ import annotations\n", "")
        )
    ),
    "timm_vit_tiny": Kind(
        code=lambda code: (
            "import timm\n"
            + network(
                '    model = timm.create_model("vit_tiny_patch16_224", pretrained, '
                "num_classes=num_classes)\n",
                "model.head",
                "list(model.blocks)[::-1]",
            )(code).replace("from __future__ import annotations\n", "")
        )
    ),
    # checkpoints
    "compiled": Kind(files=checkpoint(lambda s: {f"_orig_mod.{k}": t for k, t in s.items()})),
    "parallel_compiled": Kind(
        files=checkpoint(lambda s: {f"module._orig_mod.{k}": t for k, t in s.items()})
    ),
    "lightning": Kind(
        files=checkpoint(
            lambda s: {"epoch": 1, "state_dict": {f"model.{k}": t for k, t in s.items()}}
        )
    ),
    "averaged": Kind(
        files=checkpoint(
            lambda s: {"n_averaged": torch.ones(()), **{f"module.{k}": t for k, t in s.items()}}
        )
    ),
    "numpy_beside": Kind(
        files=checkpoint(lambda s: {"net": s, "acc": np.float64(0.9), "curve": np.arange(3.0)})
    ),
    "safetensors": Kind(files=checkpoint(safetensors.torch.save)),
    "safetensors_by_name": Kind(
        files=checkpoint(safetensors.torch.save, "flowers_model.safetensors")
    ),
    "half": Kind(recipe="half_precision"),
    # histories
    "percent": Kind(recipe="history_in_percent"),
    "records": Kind(files=history(records)),
    "record_lines": Kind(files=history(records, lines)),
    "strings": Kind(files=history(each(lambda v: f"{v:.4f}"))),
    "one_in_a_list": Kind(files=history(each(lambda v: [v]))),
    "columns": Kind(files=history(columns)),
    "utf16": Kind(files=history(dict, lambda h: json.dumps(h, indent=2).encode("utf-16"))),
    "first_validated": Kind(files=history(first_validated)),
    "more_keys": Kind(
        files=history(lambda h: {"best_epoch": 7, **h, "seconds": [3.1], "config": {"lr": 1e-3}})
    ),
    "nan": Kind(
        files=history(lambda h: {**h, "val_loss": [float("nan"), *h["val_loss"][1:]]}),
        loses=frozenset({ANALYSIS}),
    ),
    # matrices
    "header_and_index": Kind(recipe="matrix_with_header"),
    "names": Kind(files=matrix(named)),
    "crosstab": Kind(files=matrix(crosstab)),
    "floats": Kind(files=matrix(lambda m: written(m, delimiter=","))),
    "semicolons": Kind(files=matrix(lambda m: "\ufeff" + written(m, fmt="%d", delimiter=";"))),
    "transposed": Kind(
        files=matrix(lambda m: written(m.T, fmt="%d", delimiter=",")), loses=frozenset({CONFUSION})
    ),
    # pictures and report
    "palette": Kind(files=picture("P")),
    "jpeg": Kind(files=picture("JPEG")),
    "report_in_latin1": Kind(files=lambda f: {**f, REPORT: f[REPORT].decode().encode("latin-1")}),
    # other orders of the classes, and what is done with the images
    "imagefolder": Kind(files=order(by_name), loses=TEST_FIRST),
    "from_one": Kind(recipe="counted_from_one", loses=TEST_FIRST),
    "an_order_of_its_own": Kind(files=order(shuffled), loses=TEST_FIRST),
    "five_crops": Kind(code=FIVE_CROPS, loses=frozenset({AUGMENTATION})),
    "flips_in_evaluation": Kind(code=FLIPS),
    "flips_in_the_loop": Kind(code=FLIPS_IN_THE_LOOP),
}

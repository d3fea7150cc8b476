"""Names that students know from elsewhere: their imports, Python's words, torch's places."""

from __future__ import annotations

import torch
from torch import nn

IMPORT_STATEMENTS = {
    **dict.fromkeys(
        (
            "torch",
            "math",
            "os",
            "random",
            "json",
            "time",
            "copy",
            "sys",
            "re",
            "csv",
            "torchvision",
            "timm",
        ),
        "",
    ),
    **dict.fromkeys(
        (
            "glob",
            "shutil",
            "warnings",
            "itertools",
            "functools",
            "collections",
            "inspect",
            "typing",
        ),
        "",
    ),
    "nn": "from torch import nn",
    "Tensor": "from torch import Tensor",
    "optim": "from torch import optim",
    "F": "import torch.nn.functional as F",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "plt": "import matplotlib.pyplot as plt",
    "pd": "import pandas as pd",
    "sns": "import seaborn as sns",
    "tqdm": "from tqdm import tqdm",
    "Image": "from PIL import Image",
    "Path": "from pathlib import Path",
    "OrderedDict": "from collections import OrderedDict",
    "defaultdict": "from collections import defaultdict",
    "partial": "from functools import partial",
    "dataclass": "from dataclasses import dataclass",
    "deepcopy": "from copy import deepcopy",
    "DataLoader": "from torch.utils.data import DataLoader",
    "Dataset": "from torch.utils.data import Dataset",
    "Subset": "from torch.utils.data import Subset",
    "models": "from torchvision import models",
    "transforms": "from torchvision import transforms",
    "datasets": "from torchvision import datasets",
    "T": "from torchvision import transforms as T",
    "confusion_matrix": "from sklearn.metrics import confusion_matrix",
    **{
        name: f"from typing import {name}"
        for name in ("List", "Dict", "Tuple", "Optional", "Union", "Callable", "Any")
    },
    **{name: f"from torch.optim import {name}" for name in ("Adam", "AdamW", "SGD")},
    **{
        name: f"from torch.nn import {name}"
        for name in ("Conv2d", "BatchNorm2d", "Linear", "ReLU", "Sequential", "Module")
    },
}
PYTHON_CONSTANTS = {
    "true": "True",
    "false": "False",
    "null": "None",
    "none": "None",
    "nan": "float('nan')",
    "NULL": "None",
}
OWN_MODULES = frozenset(
    {
        "utils",
        "util",
        "helpers",
        "helper",
        "config",
        "model",
        "models",
        "dataset",
        "datasets",
        "data",
        "train",
        "common",
    }
)
LIBRARY_MODULES = {
    "torch": torch,
    "torch.nn": nn,
    "torch.nn.functional": nn.functional,
    "torch.optim": torch.optim,
}
TRANSFORM_NAMES = (
    *(
        "Compose",
        "Resize",
        "CenterCrop",
        "ToTensor",
        "Normalize",
        "RandomHorizontalFlip",
        "RandomResizedCrop",
    ),
    *(
        "RandomRotation",
        "RandomCrop",
        "RandomVerticalFlip",
        "RandomAffine",
        "RandomErasing",
        "ColorJitter",
    ),
    *(
        "Grayscale",
        "Pad",
        "Lambda",
        "ToPILImage",
        "RandAugment",
        "AutoAugment",
        "TrivialAugmentWide",
        "FiveCrop",
    ),
)
SHORT_MODULE_NAMES = {
    "torch": "torch",
    "torch.nn": "nn",
    "torch.nn.functional": "F",
    "torch.optim": "optim",
}

# told: other_package 5, other_package 10, other_package 23
"""Imports outside the list are told once, wherever they stand; what the code itself is ready for is not."""

import torch
import pandas as pd
import pandas.api
import PIL.Image

def draw():
    import seaborn.objects as so
    return so

try:
    import sklearn
except ImportError:
    sklearn = None
try:
    from tensorflow import keras
except Exception:
    keras = None
import importlib

importlib.import_module("statsmodels.api")
with contextlib.suppress(ImportError):
    import torch_xla
if __name__ == "__main__":
    import pytest

# found: name torchvision 5
# A hidden package by a name that is put together.
import importlib

models = importlib.import_module("torch" + "vision.models")

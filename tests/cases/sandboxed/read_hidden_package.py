# expect: []
"""The files of a package that this assignment hides."""

import importlib
import sys


def attack(host):
    del sys.modules["torchvision"]
    importlib.invalidate_caches()
    found = [f"{path}/torchvision/{name}" for path in sys.path for name in ("__init__.py", "models/resnet.py")]
    return [name for name in found if reads(name)] + [n for n in ("__version__", "models") if has(n)]


def reads(name):
    try:
        with open(name) as file:
            return bool(file.read())
    except OSError:
        return False


def has(name):
    try:
        return hasattr(importlib.import_module("torchvision"), name)
    except (ImportError, OSError):
        return False

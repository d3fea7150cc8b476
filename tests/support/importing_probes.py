"""Probes that say what they find to import beside student code."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from autograder.checks.in_worker import Dialogue, requested_weights


def loaded_modules(_student: Any) -> list[str]:
    """Return the loaded modules of the harness and of pytest."""
    return sorted(name for name in sys.modules if name.split(".")[0] in ("autograder", "pytest"))


def use_api(_student: Any) -> list[str]:
    """Return what a dialogue and the list of requested weights give."""
    return [*Dialogue(lambda: ["said"]).go_on(), *requested_weights()]


def public_name(_student: Any, name: str) -> str:
    """Return how the use of a public name of the graders' API ends."""
    try:
        getattr(importlib.import_module("autograder.checks"), name)
    except ImportError as error:
        return str(error)
    return "imported"

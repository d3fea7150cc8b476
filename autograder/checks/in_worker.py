"""What probes import: the few names that exist beside student code.

A probe runs in a worker, which cannot read the files of `autograder`. This module is loaded before
the worker is confined, and it imports nothing of the judge. In a probe, import from here and from
the packages of the course (torch, numpy, torchvision, ...), and from nothing else.
"""

from __future__ import annotations

from typing import Any

from autograder.sandbox import weights
from autograder.sandbox.execution.dialogue import Dialogue
from autograder.sandbox.torchvision_compat import import_torchvision

__all__ = ["Dialogue", "import_torchvision", "kept", "requested_weights"]

_kept: dict[str, Any] = {}


def requested_weights() -> list[str]:
    """Return the weights files that code asked for in this process, in order, as it named them.

    Names are those of `autograder.checks.served_model`. Student code shares the process and can
    change the list: what a check concludes from it needs a second source.
    """
    return list(weights.asked)


def kept() -> dict[str, Any]:
    """Return what probes leave in this process for others, by name.

    Probes of a request and those of a program have no names in common but these.
    """
    return _kept

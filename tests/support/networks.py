"""The networks of tests/cases/networks: their programs, their graphs, and what they should be."""

from __future__ import annotations

import functools
import runpy
from pathlib import Path

import torch

from autograder.drawing.network_graph import graph_of
from autograder.model import NetworkComparison, NetworkGraph
from autograder.programs.program_data import ProgramData
from autograder.programs.record_network import record_network
from tests.support.places import REPOSITORY

NETWORKS = REPOSITORY / "tests" / "cases" / "networks"


def network_cases() -> list[Path]:
    """Return the files of the networks."""
    return sorted(NETWORKS.glob("*.py"))


def header_of(case: Path) -> dict[str, str]:
    """Return what the comments at the start of a case say, by key."""
    header = {}
    for line in case.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(": ")
        header[key] = value
    return header


@functools.cache
def program_of(case: Path) -> ProgramData:
    """Return the program of a case."""
    names = runpy.run_path(str(case))
    network = names["Network"]().train("train" in header_of(case))
    return record_network(network, [torch.randn(names["SHAPE"])]).data


def drawn(case: Path) -> NetworkGraph:
    """Return the graph of a case."""
    graph = graph_of(program_of(case))
    assert graph is not None
    return graph


def compared(student: str, right: str = "basic_block", check: str = "test_it") -> NetworkComparison:
    """Return the network of one case beside that of another, as a check shows it."""
    both = [drawn(NETWORKS / f"{name}.py") for name in (student, right)]
    return NetworkComparison(check=check, title="BasicBlock", student=both[0], right=both[1])

"""The networks that a sheet shows beside right ones: a few, for checks that did not pass."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.feedback import ComparedNetwork
from autograder.drawing.difference import nearest
from autograder.drawing.network_graph import graph_of
from autograder.model import CheckResult, NetworkComparison, NetworkGraph, Outcome
from autograder.results.networks import node_line

MAX_COMPARISONS = 3  # of one submission: its result file and its pages hold them
MAX_TITLE_CHARS = 80
MAX_GRAPH_BYTES = 32_000  # of one network in the result file; one that needs more is not shown
# A check that ended so judged nothing that a drawing could explain.
UNSHOWN_OUTCOMES = (Outcome.PASSED, Outcome.BLOCKED, Outcome.GRADER_ERROR)


def comparisons(
    compared: Sequence[ComparedNetwork], results: Sequence[CheckResult]
) -> tuple[NetworkComparison, ...]:
    """Return what is drawn of the networks that checks compared, one for each title."""
    lost = {result.id for result in results if result.outcome not in UNSHOWN_OUTCOMES}
    shown: dict[str, NetworkComparison] = {}  # by title
    for each in compared:
        if each.check in lost and each.title not in shown and len(shown) < MAX_COMPARISONS:
            comparison = _comparison(each)
            if comparison is not None:
                shown[each.title] = comparison
    return tuple(shown.values())


def _comparison(compared: ComparedNetwork) -> NetworkComparison | None:
    student = graph_of(compared.student)
    rights = [graph for right in compared.rights if (graph := graph_of(right)) is not None]
    right = None if student is None else nearest(student, rights)
    if student is None or right is None or _size_of(student) > MAX_GRAPH_BYTES:
        return None
    title = compared.title[:MAX_TITLE_CHARS]
    return NetworkComparison(check=compared.check, title=title, student=student, right=right)


def _size_of(graph: NetworkGraph) -> int:
    """Return the bytes that the nodes of a network take in a result file."""
    return sum(len(node_line(node)) for node in graph.nodes)

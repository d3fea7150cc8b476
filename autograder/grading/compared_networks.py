"""The networks that a sheet shows beside right ones: a few, for checks that did not pass."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.feedback import ComparedNetwork
from autograder.drawing.difference import nearest
from autograder.drawing.network_graph import graph_of
from autograder.model import CheckResult, NetworkComparison, NetworkGraph, Outcome
from autograder.results.networks import node_line

MAX_COMPARISONS = 2  # of one criterion: the result file and the pages of a submission hold them
MAX_TITLE_CHARS = 80
MAX_GRAPH_BYTES = 32_000  # of one network in the result file; one that needs more is not shown
# A check that ended so judged nothing that a drawing could explain.
UNSHOWN_OUTCOMES = (Outcome.PASSED, Outcome.BLOCKED, Outcome.GRADER_ERROR)


def comparisons(
    compared: Sequence[ComparedNetwork], results: Sequence[CheckResult]
) -> tuple[NetworkComparison, ...]:
    """Return what is drawn of the networks that checks compared: in each criterion a title once.

    What one criterion shows does not depend on another, which may be graded again without it.
    """
    lost = {
        result.id: result.criterion for result in results if result.outcome not in UNSHOWN_OUTCOMES
    }
    shown: list[NetworkComparison] = []
    titles: dict[str, set[str]] = {}  # by criterion
    for each in compared:
        of_criterion = titles.setdefault(lost.get(each.check, ""), set())
        is_new = each.title not in of_criterion and len(of_criterion) < MAX_COMPARISONS
        comparison = _comparison(each) if each.check in lost and is_new else None
        if comparison is not None:
            of_criterion.add(each.title)
            shown.append(comparison)
    return tuple(shown)


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

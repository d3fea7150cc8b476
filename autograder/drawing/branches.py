"""The branches of a network: which nodes take a tensor, and short branches beside the main one."""

from __future__ import annotations

from autograder.model import NetworkGraph

MAX_SIDE_NODES = 6


def users_of(graph: NetworkGraph) -> list[list[int]]:
    """Return for each node the places of those that take it."""
    users: list[list[int]] = [[] for _ in graph.nodes]
    for place, node in enumerate(graph.nodes):
        for source in dict.fromkeys(node.inputs):
            users[source].append(place)
    return users


def side_branches(graph: NetworkGraph) -> dict[int, range]:
    """Return the short branches that join a longer one, by the place of the node that joins them.

    Such a branch is a chain. It stands right before the node that joins it, after the main branch.
    """
    users = users_of(graph)
    branches = {}
    for place, node in enumerate(graph.nodes):
        if len(node.inputs) != 2 or node.inputs[1] != place - 1:
            continue
        start = place - 1
        while len(users[start]) == 1 and graph.nodes[start].inputs == (start - 1,):
            start -= 1
        if len(users[start]) > 1:  # the chain begins after it
            start += 1
        sources = graph.nodes[start].inputs if start < place else ()
        is_beside = len(sources) == 1 and node.inputs[0] == start - 1 and sources[0] < start - 1
        if is_beside and place - start <= MAX_SIDE_NODES:
            branches[place] = range(start, place)
    return branches

"""The capacity of a node: how many submissions of each assignment it grades at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.cluster.settings import ClusterSettings
from autograder.model import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a node has. Bytes and counts."""

    jobs: int
    memory: int  # 0: not stated, so it bounds nothing
    gpu: int


def offer_of(
    threads: int, resources: Mapping[str, float], settings: ClusterSettings, jobs: int
) -> Offer:
    """Return what a worker of Dask offers.

    `threads` and `resources` are what it was started with, e.g. `--nthreads 16 --resources
    GPU=1,MEMORY=64e9`. `jobs` is how many submissions are graded at a time on this machine, which
    the nodes of a local cluster share.
    """
    own = settings.node.jobs or threads
    if settings.kind == "local":
        own = settings.node.jobs or max(1, jobs // settings.nodes)
    return Offer(
        jobs=own,
        memory=settings.node.memory or int(resources.get("MEMORY", 0)),
        gpu=settings.node.gpu or int(resources.get("GPU", 0)),
    )


def jobs_by_assignment(
    offer: Offer, assignments: Sequence[Assignment], settings: ClusterSettings
) -> dict[str, int]:
    """Return how many submissions of each assignment a node grades at a time.

    Assignments for which it has too little of something are left out.
    """
    found = {}
    for assignment in assignments:
        needs = settings.needs.get(assignment.id)
        jobs = offer.jobs
        memory = (needs.memory if needs else 0) or assignment.limits.memory
        if offer.memory:
            jobs = min(jobs, offer.memory // memory)
        if needs and needs.gpu:
            jobs = min(jobs, offer.gpu // needs.gpu)
        if jobs > 0:
            found[assignment.id] = jobs
    return found

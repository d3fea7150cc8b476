"""The similarity of two students' code: how much of the smaller one is in the other.

What many of the class write counts for little: a run of words weighs log2((N + 1) / k), where k
other students of N have it, too. So a passage of a tutorial that all use makes nobody alike.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.class_analysis.copies.compared_code import ComparedCode, Run

# In the made class of tests/cases/copied_class independent work shares 0.14 at most, and what was
# copied and disguised 0.65 or more; docs/explanation/copies.md has the figures.
DEFAULT_THRESHOLD = 0.5
SHARE_DIGITS = 6  # decimals
ROUNDING = 1e-9  # a share that misses the threshold by less reaches it
PAIRS_BELOW = 5  # that are listed beside those above the threshold, to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePair:
    """Two students and what their code shares."""

    one: str
    other: str
    share: float  # of the weight of the smaller one's own code, from 0 to 1
    share_of_one: float  # of the weight of the first student's own code
    share_of_other: float


def run_weights(codes: Sequence[ComparedCode]) -> dict[Run, float]:
    """Return the weight of every run of a class."""
    counts = Counter(run for code in codes for run in code.own_runs)
    students = len(codes)
    return {run: math.log2((students + 1) / max(1, count - 1)) for run, count in counts.items()}


def similar_pairs(
    codes: Sequence[ComparedCode], weights: dict[Run, float], least: float
) -> list[CodePair]:
    """Return the pairs of which `least` or more is shared, the most alike first."""
    if len(codes) < 2:
        return []
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # takes a while

    places = {run: place for place, run in enumerate(weights)}
    columns = [place for code in codes for place in sorted(places[r] for r in code.own_runs)]
    ends = np.cumsum([0, *(len(code.own_runs) for code in codes)])
    roots = np.sqrt(np.fromiter(weights.values(), dtype=np.float64, count=len(weights)))
    values = roots[np.asarray(columns, dtype=np.int64)]
    matrix = csr_array((values, columns, ends), shape=(len(codes), len(places)))
    shared = (matrix @ matrix.T).toarray()  # the weight that two students share
    totals = shared.diagonal()
    found = shared / np.minimum(totals[:, None], totals[None, :])
    pairs = []
    for first, second in np.argwhere(np.triu(found >= least - ROUNDING, k=1)):
        pairs.append(
            CodePair(
                one=codes[first].student,
                other=codes[second].student,
                share=_share(found[first, second]),
                share_of_one=_share(shared[first, second] / totals[first]),
                share_of_other=_share(shared[first, second] / totals[second]),
            )
        )
    return sorted(pairs, key=lambda pair: (-pair.share, pair.one, pair.other))


def _share(value: float) -> float:
    """Return a share without the last digits, which depend on the order of a sum."""
    return min(1.0, round(float(value), SHARE_DIGITS))


def clusters_of(pairs: Collection[CodePair]) -> list[tuple[str, ...]]:
    """Return the groups that pairs form: whoever is alike to one of a group belongs to it.

    The largest group comes first.
    """
    if not pairs:
        return []
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

    students = sorted({name for pair in pairs for name in (pair.one, pair.other)})
    places = {student: place for place, student in enumerate(students)}
    ends = ([places[pair.one] for pair in pairs], [places[pair.other] for pair in pairs])
    links = coo_array((np.ones(len(pairs)), ends), shape=(len(students), len(students)))
    count, labels = connected_components(links, directed=False)
    groups = [
        tuple(student for student, label in zip(students, labels, strict=True) if label == number)
        for number in range(count)
    ]
    return sorted(groups, key=lambda group: (-len(group), group))

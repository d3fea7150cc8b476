"""Questionnaires with the same wrong answers: compared by how rare these are in the class.

Two students who share mistakes that many others make share little. The fewer others make them, and
the more of them two students share, the less it is chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

MIN_SHARED = 0.8  # of the mistakes that at least one of the two makes
MIN_COMMON = 4  # mistakes
# The surprise in bits beyond that of the number of pairs: in a class of honest students, one pair
# is found by chance in 2 ** 7 classes.
MIN_BITS = 7.0
# A mistake of no other student is taken for as likely as one of four options.
PRIOR_COUNT, PRIOR_STUDENTS = 1, 4


def alike_answers(mistakes: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield each pair of students who make nearly the same mistakes, which few others make."""
    makers = {student: frozenset(words) for student, words in mistakes.items()}
    made_by = Counter(word for words in makers.values() for word in words)
    compared = [student for student, words in makers.items() if len(words) >= MIN_COMMON]
    others = len(makers) - 2 + PRIOR_STUDENTS
    needed = MIN_BITS + math.log2(max(1, math.comb(len(makers), 2)))
    for one, other in combinations(compared, 2):
        common = makers[one] & makers[other]
        if len(common) < max(MIN_COMMON, MIN_SHARED * len(makers[one] | makers[other])):
            continue
        counts = (made_by[word] - 2 + PRIOR_COUNT for word in common)
        if sum(math.log2(others / count) for count in counts) >= needed:
            yield one, other

# told: newer 4
"""A type statement."""

type Pair = tuple[int, int]

# told: newer 4
"""Type parameters of a function."""

def first[T](items: list[T]) -> T:
    return items[0]

# told:
"""A mistake of the student's own is not a newer Python: it is told as a syntax error when it is imported."""

def first(items)
    return items[0]

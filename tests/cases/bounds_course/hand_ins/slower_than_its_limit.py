# ends: test_slow passed
# earns: 10
"""Takes longer than the stated limit, but less than five times what the solution takes on the same machine."""
import time


def slow():
    time.sleep(1.2)
    return "done"

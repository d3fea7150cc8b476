# ends: test_mean denied
# earns: 7
"""A header that claims four gigabytes."""

import os
import time


def mean(x):
    os.write(3, b"\xff\xff\xff\xff{")
    time.sleep(30)

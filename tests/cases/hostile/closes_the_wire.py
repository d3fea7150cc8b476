# ends: test_mean denied
# earns: 7
"""The wire is closed, and the process goes on in silence."""

import os
import time


def mean(x):
    os.close(3)
    time.sleep(30)

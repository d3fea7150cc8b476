# ends: test_mean timeout
# earns: 7
# walls: both
"""A stopped process answers nothing and handles no signal."""

import os
import signal
import time


def mean(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(30)

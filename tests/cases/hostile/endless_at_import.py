# ends: import timeout
# earns: 0
"""A loop in C at import, which no signal handler of Python's interrupts."""

import itertools
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
all(itertools.repeat(True))

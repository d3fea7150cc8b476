# ends: test_mean timeout
# earns: 7
# walls: both
"""As many threads as there may be, all of them busy, none of them a daemon."""

import hashlib
import threading


def mean(x):
    def busy():
        while True:
            hashlib.sha256(b"x" * 100_000).digest()

    while True:
        try:
            threading.Thread(target=busy).start()
        except RuntimeError:
            busy()

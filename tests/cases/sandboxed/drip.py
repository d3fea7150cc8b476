# expect: timeout
"""An answer that comes one byte at a time."""

import itertools
import os
import time


def attack(host):
    for byte in itertools.chain((60_000).to_bytes(4, "little"), itertools.repeat(32)):
        os.write(3, bytes([byte]))
        time.sleep(0.001)

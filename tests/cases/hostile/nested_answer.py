# ends: test_mean denied
# earns: 7
"""A hundred thousand brackets, for a parser that recurses."""

import os
import time


def mean(x):
    header = b'{"blobs":[],"value":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    os.write(3, len(header).to_bytes(4, "little") + header)
    time.sleep(30)

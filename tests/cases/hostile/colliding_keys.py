# ends: test_mean denied
# earns: 7
"""Dicts whose keys all have one hash: whoever reads them compares each with all before it."""

import json
import os
import sys
import time

MODULUS = (1 << 61) - 1  # of Python's hash of a number


def mean(x):
    frame = sys._getframe()
    while "request_id" not in frame.f_locals:
        frame = frame.f_back
    dicts = [{"dict": [[i * MODULUS, 0] for i in range(k, k + 4000)]} for k in range(12)]
    header = json.dumps(
        {"blobs": [], "value": {"dict": [["id", frame.f_locals["request_id"]], ["value", dicts]]}}
    ).encode()
    os.write(3, len(header).to_bytes(4, "little"))
    while header:
        header = header[os.write(3, header) :]
    time.sleep(30)

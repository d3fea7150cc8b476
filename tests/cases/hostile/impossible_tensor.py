# ends: test_double denied, test_double_lets_the_gradient_through passed
# earns: 8
"""A tensor whose shape overflows, over a blob that is used twice, with a dtype that does not exist."""

import json
import os
import sys
import time


def double(x):
    if x.requires_grad:
        return 2 * x
    frame = sys._getframe()
    while "request_id" not in frame.f_locals:
        frame = frame.f_back
    lie = {"tensor": ["float32", [1 << 62, 4, 0], 0]}
    again = {"tensor": ["object", [-1], 0]}
    fields = [["id", frame.f_locals["request_id"]], ["value", [lie, again]]]
    header = json.dumps({"blobs": [0], "value": {"dict": fields}}).encode()
    os.write(3, len(header).to_bytes(4, "little") + header)
    time.sleep(30)

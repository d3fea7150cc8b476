# ends: test_mean denied
# earns: 7
"""Ten thousand answers with as many ids, in the hope that one of them is the next question's."""

import json
import os
import random


def mean(x):
    for _ in range(10_000):
        fields = [["id", random.getrandbits(48)], ["value", 0.0]]
        header = json.dumps({"blobs": [], "value": {"dict": fields}}).encode()
        os.write(3, len(header).to_bytes(4, "little") + header)

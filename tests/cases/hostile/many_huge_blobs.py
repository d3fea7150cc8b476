# ends: test_mean denied
# earns: 7
"""Four thousand blobs of a terabyte each, none of which ever comes."""

import json
import os
import time


def mean(x):
    header = json.dumps({"blobs": [1 << 40] * 4096, "value": 0.0}).encode()
    os.write(3, len(header).to_bytes(4, "little") + header)
    time.sleep(30)

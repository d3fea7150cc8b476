# expect: denied
"""A well-formed answer to a question that nobody asked."""

import json
import os


def attack(host):
    header = json.dumps({"blobs": [], "value": {"dict": [["id", 1], ["value", "forged"]]}}).encode()
    os.write(3, len(header).to_bytes(4, "little") + header)
    return "honest"

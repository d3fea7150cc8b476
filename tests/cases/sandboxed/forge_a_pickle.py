# expect: denied
"""A pickle in place of an answer."""

import os
import pickle


def attack(host):
    os.write(3, pickle.dumps({"id": 1, "value": "forged"}))
    while True:
        pass

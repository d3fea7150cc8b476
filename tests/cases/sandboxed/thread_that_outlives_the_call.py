# expect: 'answered'
"""A thread that goes on printing when the answer is given."""

import os
import threading


def attack(host):
    threading.Thread(target=flood, daemon=True).start()
    return "answered"


def flood():
    while True:
        os.write(1, b"x" * 65536)

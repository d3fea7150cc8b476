# expect: 'answered'
"""A thread that Python would wait for at its end."""

import threading


def attack(host):
    threading.Thread(target=threading.Event().wait).start()
    return "answered"

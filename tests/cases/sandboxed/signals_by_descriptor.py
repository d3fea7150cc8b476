# expect: []
"""Signals to others by way of a descriptor's owner: F_SETOWN, F_SETSIG, leases, notices of a folder."""

import fcntl
import os
import socket


def attack(host):
    a, b = socket.socketpair()
    folder = os.open(".", os.O_RDONLY)
    ways = {
        "own": (a, 8, host["judge"]),
        "own a group": (a, 8, -host["judge"]),
        "signal": (a, 10, 9),
        "lease": (folder, 1024, 0),
        "notify": (folder, 1026, 1),
        "owner, extended": (a, 15, bytes(8)),
    }
    found = [name for name, way in ways.items() if works(*way)]
    a.close()
    b.close()
    return found


def works(descriptor, command, argument):
    try:
        fcntl.fcntl(descriptor, command, argument)
    except OSError:
        return False
    return True

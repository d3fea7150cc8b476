# expect: []
"""Descriptors sent over a socket, to be kept where no limit counts them, or received from elsewhere."""

import array
import os
import socket


def attack(host):
    a, b = socket.socketpair()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))]
    ways = {
        "send": lambda: a.sendmsg([b"x"], rights),
        "receive": lambda: b.recvmsg(1, 64),
        "send on the wire": lambda: socket.socket(fileno=os.dup(3)).sendmsg([b"x"], rights),
        "a filter on a socket": lambda: a.setsockopt(socket.SOL_SOCKET, 26, bytes(16)),
    }
    return [name for name, way in ways.items() if works(way)]


def works(way):
    try:
        way()
    except OSError:
        return False
    return True

# expect: True
"""Memory that no limit of a process counts: in pipes and in the buffers of sockets."""

import contextlib
import fcntl
import os
import socket


def attack(host):
    kept = 0
    ends = []
    try:
        while True:
            a, b = os.pipe2(os.O_NONBLOCK)
            ends += [a, b]
            with contextlib.suppress(OSError):
                fcntl.fcntl(b, 1031, 1 << 20)
            kept += fill(lambda data, b=b: os.write(b, data))
            c, d = socket.socketpair()
            ends += [c, d]
            c.setblocking(False)
            with contextlib.suppress(OSError):
                c.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
            kept += fill(c.send)
    except OSError:
        return kept < 32 << 20


def fill(send):
    sent = 0
    try:
        while True:
            sent += send(bytes(1 << 16))
    except BlockingIOError:
        return sent

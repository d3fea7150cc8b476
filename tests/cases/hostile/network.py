# ends: test_mean passed
# earns: 10
# walls: both
"""Sockets of every family, a name lookup, and a service of the host by its number."""

import socket
import urllib.request

HOST = {}


def mean(x):
    found = []
    for family in [*range(2, 46), socket.AF_INET, socket.AF_INET6]:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            for protocol in (0, 262):  # 262: multipath TCP, which Landlock's rules for TCP do not know
                try:
                    socket.socket(family, kind, protocol).close()
                    found.append((family, kind, protocol))
                except OSError:
                    continue
    for way in (
        lambda: socket.create_connection(("127.0.0.1", HOST["port"]), 1),
        lambda: socket.getaddrinfo("pypi.org", 443),
        lambda: urllib.request.urlopen(f"http://127.0.0.1:{HOST['port']}", timeout=1),
    ):
        try:
            found.append(way())
        except OSError:
            continue
    assert not found, found
    return x.mean().item()

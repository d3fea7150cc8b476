# expect: []
"""Sockets of every family but the local one."""

import socket

FAMILIES = {"INET": 2, "INET6": 10, "NETLINK": 16, "PACKET": 17, "ALG": 38, "VSOCK": 40, "XDP": 44}


def attack(host):
    return [name for name, family in FAMILIES.items() for kind in (1, 2, 3) if opens(family, kind)]


def opens(family, kind):
    try:
        socket.socket(family, kind).close()
    except OSError:
        return False
    return True

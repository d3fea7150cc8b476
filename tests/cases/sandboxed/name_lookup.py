# expect: 'gaierror'
"""A name looked up on the network."""

import socket


def attack(host):
    try:
        return socket.getaddrinfo("example.com", 80)
    except OSError as error:
        return type(error).__name__

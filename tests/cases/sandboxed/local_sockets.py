# expect: []
"""Sockets of the host's own services, and abstract ones."""

import socket


def attack(host):
    names = ["/run/docker.sock", "/var/run/docker.sock", "/run/systemd/private", "/run/dbus/system_bus_socket"]
    return [name for name in [*names, "\0" + host["abstract"]] if connects(name)]


def connects(name):
    try:
        client = socket.socket(socket.AF_UNIX)
        client.connect(name)
    except OSError:
        return False
    client.close()
    return True

# ends: test_mean passed
# earns: 10
# walls: both
"""Services of the host behind unix sockets, by path and by abstract name; then one of its own."""

import socket

HOST = {}


def mean(x):
    found = []
    paths = ["/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/notify"]
    services = ["\0" + HOST["abstract"], HOST["service"], *paths]
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        for name in [*services, "\0mine", "mine"]:
            for way in (
                lambda client: client.connect(name),
                lambda client: client.bind(name) or client.listen(),
                lambda client: client.sendto(b"x", name),
                lambda client: client.sendmsg([b"x"], [], 0, name),
            ):
                try:
                    way(socket.socket(socket.AF_UNIX, kind))
                    found.append(name)
                except OSError:
                    continue
    assert not found, found
    return x.mean().item()

"""The server of the application: on this machine's loopback, until it is interrupted."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable
from threading import Thread

import uvicorn

from autograder.errors import HostError
from autograder.review.app import make_app
from autograder.review.desk import Desk

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
SHUTDOWN_S = 2  # open connections are cut after it
MAX_HEADER_BYTES = 64 << 10


def serve(desk: Desk, port: int, say: Callable[[str], None]) -> None:
    """Serve the application until Ctrl-C; `say` gets each address that opens it.

    HostError where the port is taken.
    """
    listener = _listen(port)
    port = listener.getsockname()[1]
    hosts = (f"{LOOPBACK}:{port}", f"localhost:{port}")
    config = uvicorn.Config(
        make_app(desk, hosts),
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        http="h11",
        lifespan="off",
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    try:
        desk.writer.start()
        say(_address(desk, port))
        if sys.stdin is not None and sys.stdin.isatty():
            Thread(target=_say_more, args=(desk, port, say), daemon=True).start()
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # Ctrl-C is how it ends: nothing is left undone
    finally:
        listener.close()
        desk.writer.stop()


def _listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0: any that is free."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen()  # who opens the address before the server answers waits
    except OSError as error:
        listener.close()
        raise HostError(f"port {port}: {error.strerror}; choose another --port") from error
    return listener


def _address(desk: Desk, port: int) -> str:
    return f"http://{LOOPBACK}:{port}/enter?token={desk.sessions.new_token()}"


def _say_more(desk: Desk, port: int, say: Callable[[str], None]) -> None:
    """Say another address for each line that is typed."""
    for _ in sys.stdin:
        say(_address(desk, port))

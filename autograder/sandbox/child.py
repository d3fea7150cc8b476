"""The worker's own loop (runs inside): confine, say what is active, answer requests until killed."""

from __future__ import annotations

import gc
import os
import random
import signal
import socket
import sys
from typing import Any

import torch

from autograder.sandbox import kernel, wire
from autograder.sandbox.confine import Room, confine_worker
from autograder.sandbox.execution.interpreter import Interpreter, hide

WIRE = 3  # the descriptor of the wire; 0, 1 and 2 are the usual ones


def live(room: Room, order: dict[str, Any], connection: int, output: int) -> None:
    """Become the worker that `order` describes; never returns to the zygote's loop."""
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)
    os.setsid()  # in the zygote's group, kill(0, SIGKILL) would reach it across the pid namespace
    _arrange_descriptors(room, connection, output)
    wire_socket = socket.socket(fileno=WIRE)
    try:
        layers = confine_worker(room, order)
    except Exception as error:  # the judge must hear of it, whatever it is
        _send(wire_socket, {"refused": f"{type(error).__name__}: {error}"})
        return
    _fresh_streams()
    random.seed(order["seed"])
    torch.default_generator.manual_seed(order["seed"])
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(order["seed"] % 2**32)
    if order["threads"] > 1:
        torch.set_num_threads(order["threads"])
    hide(order["hidden"])
    gc.enable()
    _send(wire_socket, {"ready": layers})
    _answer(wire_socket, wire.Caps(body=order["answer"]), order["seed"])


def _answer(connection: socket.socket, caps: wire.Caps, seed: int) -> None:
    interpreter = Interpreter(seed)

    def read(n: int) -> bytearray:
        buffer = bytearray(n)
        view = memoryview(buffer)
        while len(view):
            count = connection.recv_into(view)
            if not count:
                os._exit(0)  # the judge is gone
            view = view[count:]
        return buffer

    while True:
        request = wire.read_frame(read, wire.QUESTION)
        for part in interpreter.answer(request, caps):
            connection.sendall(part)
        sys.stdout.flush()
        sys.stderr.flush()


def _send(connection: socket.socket, value: dict[str, Any]) -> None:
    for part in wire.frame(value):
        connection.sendall(part)


def _arrange_descriptors(room: Room, connection: int, output: int) -> None:
    """0 reads nothing, 1 and 2 are the captured output, 3 is the wire, and there is no other but
    /proc's.
    """
    kept = [os.open("/dev/null", os.O_RDONLY), output, output, connection]
    copies = [
        os.dup(fd) for fd in kept
    ]  # dup takes free numbers: no copy is overwritten before it is used
    for target, fd in enumerate(copies):
        os.dup2(fd, target, inheritable=target < WIRE)
    os.closerange(WIRE + 1, max(WIRE + 1, room.proc))
    os.closerange(max(WIRE, room.proc) + 1, 4096)


def _fresh_streams() -> None:
    """New sys.stdout and sys.stderr: the inherited ones hold the zygote's buffers."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = os.fdopen(
            fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)

"""A worker's main loop (runs inside): confine the process, report its layers, answer requests."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys

import torch

from autograder.sandbox import kernel, wire
from autograder.sandbox.confine import SandboxSetup, confine_worker
from autograder.sandbox.execution.global_state import seed_generators
from autograder.sandbox.execution.interpreter import Interpreter, hide_packages
from autograder.sandbox.protocol import (
    WorkerConfig,
    WorkerReady,
    WorkerRefused,
    encode_worker_state,
)

WIRE_FD = 3  # the descriptor of the wire; 0, 1 and 2 are the usual ones
MAX_FDS = 4096  # more descriptors than a zygote ever has open


def run_worker(setup: SandboxSetup, config: WorkerConfig, connection: int, output: int) -> None:
    """Turn this forked process into the worker that `config` describes, until it is killed."""
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)
    os.setsid()  # in the zygote's group, kill(0, SIGKILL) would reach it across the pid namespace
    _arrange_descriptors(setup, connection, output)
    wire_socket = socket.socket(fileno=WIRE_FD)
    try:
        layers = confine_worker(setup, config)
    except Exception as error:  # whatever it is, the judge has to learn of it
        _send(wire_socket, WorkerRefused(message=f"{type(error).__name__}: {error}"))
        return
    _fresh_streams()
    seed_generators(config.seed)
    if config.threads > 1:
        torch.set_num_threads(config.threads)
    hide_packages(config.hidden)
    gc.enable()
    _send(wire_socket, WorkerReady(layers=tuple(layers)))
    _answer(wire_socket, wire.Caps(body=config.answer))


def _answer(connection: socket.socket, caps: wire.Caps) -> None:
    """Answer requests until the judge closes the wire."""
    interpreter = Interpreter()

    def read(n: int) -> bytearray:
        buffer = bytearray(n)
        view = memoryview(buffer)
        while len(view):
            count = connection.recv_into(view)
            if not count:
                os._exit(0)  # the judge closed the wire
            view = view[count:]
        return buffer

    while True:
        request = wire.read_frame(read, wire.QUESTION_CAPS)
        answer = interpreter.answer(request, caps)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # student code may have put anything in its place
                stream.flush()  # before the judge may take what was printed
        for part in answer:
            connection.sendall(part)


def _send(connection: socket.socket, state: WorkerReady | WorkerRefused) -> None:
    for part in wire.frame(encode_worker_state(state)):
        connection.sendall(part)


def _arrange_descriptors(setup: SandboxSetup, connection: int, output: int) -> None:
    """Keep 0 (reads nothing), 1 and 2 (captured output), 3 (the wire) and that of /proc."""
    kept = [os.open("/dev/null", os.O_RDONLY), output, output, connection]
    copies = [os.dup(fd) for fd in kept]  # free numbers: no copy is overwritten before its use
    for target, fd in enumerate(copies):
        os.dup2(fd, target, inheritable=target < WIRE_FD)
    os.closerange(WIRE_FD + 1, max(WIRE_FD + 1, setup.proc))
    os.closerange(max(WIRE_FD, setup.proc) + 1, MAX_FDS)


def _fresh_streams() -> None:
    """Replace sys.stdout and sys.stderr: the inherited ones hold the zygote's buffers."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = os.fdopen(
            fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)

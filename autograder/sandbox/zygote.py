"""The zygote (runs inside): a process that is warm, knows nothing secret, and forks workers on
request.

Started as `python -P -s -m autograder.sandbox.zygote DESCRIPTOR` with a literal environment, never
forked from the judge: what the judge remembers would be in every worker's memory. It has one thread
and no accelerator.

A request is one message on the control socket: an order (JSON) with three descriptors — the wire,
the pipe for captured output, the status socket. On the status socket go the worker's pidfd, then
how it ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.sandbox import child, confine, kernel, weights
from autograder.sandbox.confine import Room
from autograder.sandbox.execution import torch_cpu_compat

WARM_IMPORTS = ("torch", "numpy.random", "encodings.utf_8_sig")


@dataclass(slots=True)
class Nursery:
    """The workers that are alive, by pidfd, and the poll object that watches them."""

    room: Room
    control: socket.socket
    poll: select.poll = field(default_factory=select.poll)
    workers: dict[int, tuple[int, socket.socket]] = field(
        default_factory=dict
    )  # pidfd -> (pid, status)
    statuses: dict[int, int] = field(default_factory=dict)  # status descriptor -> pidfd


def main(control_fd: int) -> None:
    """Prepare, say so, and serve until every judge is gone."""
    control = socket.socket(fileno=control_fd)
    message = control.recv(65536)
    if not message:
        return  # whoever started it is gone
    settings = json.loads(message)
    try:
        for name in settings["modules"]:
            importlib.import_module(name)
        maps = weights.map_folder(settings["weights"]) if settings["warm"] else {}
        room = confine.enclose_zygote(settings["level"], tuple(settings["hidden"]))
        warm_up(settings["warm"], maps)
        confine.forget_proc(room)
        if not room.namespaces and os.getuid() == 0:
            confine.become_unprivileged()
            confine.require_readable_interpreter()
    except (OSError, ImportError) as error:
        damaged = isinstance(error, weights.WeightsError)
        said = (
            {"damaged": str(error)} if damaged else {"refused": f"{type(error).__name__}: {error}"}
        )
        with contextlib.suppress(BrokenPipeError):
            control.send(json.dumps(said).encode())
        return
    ready = {
        "address_space": address_space(room),
        "uid": os.getuid(),
        "namespaces": room.namespaces,
    }
    with contextlib.suppress(BrokenPipeError):  # serving ends at once where nobody is left to ask
        control.send(json.dumps(ready).encode())
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise write to every inherited page
    gc.disable()
    serve(Nursery(room=room, control=control))
    os._exit(0)  # unloading torch takes a quarter of a second, and there is nothing to save


def warm_up(packages: Sequence[str], served: dict[str, weights.State]) -> None:
    """Import what every worker needs, and let torch initialise itself once, with one thread."""
    torch: Any = importlib.import_module("torch")
    for name in WARM_IMPORTS:
        importlib.import_module(name)
    torch.set_num_threads(1)  # never a parallel region before fork: OpenMP does not survive it
    torch_cpu_compat.install()
    x = torch.ones(1, 2, 4, 4, requires_grad=True)
    layers = torch.nn.Sequential(torch.nn.Conv2d(2, 2, 3, padding=1), torch.nn.BatchNorm2d(2))
    layers(x).relu().sum().backward()
    if packages:
        torch.optim.SGD(
            layers.parameters(), lr=0.1
        ).step()  # the first optimizer imports torch._dynamo
        weights.serve(served, packages)


def address_space(room: Room) -> int:
    """Bytes of address space that a warm process already uses."""
    directory = room.proc if room.namespaces else os.open("/proc", os.O_PATH)
    file = os.open("self/statm", os.O_RDONLY, dir_fd=directory)
    pages = int(os.read(file, 64).split()[0])
    os.close(file)
    return pages * resource.getpagesize()


def serve(nursery: Nursery) -> None:
    """Fork on request, report ends, and end workers whose judge is gone."""
    nursery.poll.register(nursery.control, select.POLLIN)
    while True:
        for descriptor, events in nursery.poll.poll():
            if descriptor == nursery.control.fileno():
                message, descriptors, *_ = socket.recv_fds(nursery.control, 65536, 3)
                if not message:
                    return
                start_worker(nursery, json.loads(message), descriptors)
            elif descriptor in nursery.workers:
                report_end(nursery, descriptor)
            elif descriptor in nursery.statuses and events & (select.POLLHUP | select.POLLERR):
                signal.pidfd_send_signal(nursery.statuses[descriptor], signal.SIGKILL)
                nursery.poll.unregister(descriptor)


def start_worker(nursery: Nursery, order: dict[str, Any], descriptors: list[int]) -> None:
    """Fork one worker, in a pid namespace of its own where there are namespaces."""
    connection, output, status_fd = descriptors
    if nursery.room.namespaces:
        kernel.enter_pid_namespace(
            nursery.room.pid_namespace
        )  # else a second one could not be made
        kernel.unshare(kernel.NEWPID)
    pid = os.fork()
    if pid == 0:
        try:
            child.live(nursery.room, order, connection, output)
        finally:
            os._exit(0)  # whatever student code left behind (atexit, threads) does not run
    status = socket.socket(fileno=status_fd)
    os.close(connection)
    os.close(output)
    pidfd = os.pidfd_open(pid)
    nursery.workers[pidfd] = (pid, status)
    nursery.statuses[status.fileno()] = pidfd
    nursery.poll.register(pidfd, select.POLLIN)
    nursery.poll.register(status, 0)  # only hang-ups
    try:
        socket.send_fds(status, [json.dumps({"pid": pid}).encode()], [pidfd])
    except OSError:
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)  # nobody is waiting for it any more


def report_end(nursery: Nursery, pidfd: int) -> None:
    """Reap a worker and say how it ended."""
    pid, status = nursery.workers.pop(pidfd)
    nursery.statuses.pop(status.fileno())
    for descriptor in (pidfd, status.fileno()):
        try:
            nursery.poll.unregister(descriptor)
        except KeyError:
            continue
    if not nursery.room.namespaces:  # else all its descendants are gone by now
        with contextlib.suppress(ProcessLookupError):
            os.killpg(
                pid, signal.SIGKILL
            )  # none can leave its group: the filter knows no setsid, no setpgid
    _, code, usage = os.wait4(pid, 0)
    end = {
        "signal": os.WTERMSIG(code) if os.WIFSIGNALED(code) else 0,
        "exit": os.WEXITSTATUS(code) if os.WIFEXITED(code) else 0,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
    }
    with contextlib.suppress(OSError):  # its judge may be gone
        status.send(json.dumps(end).encode())
    status.close()
    os.close(pidfd)


if __name__ == "__main__":
    main(int(sys.argv[1]))

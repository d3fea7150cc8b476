"""The zygote (runs inside): a warm process without secrets that forks workers on request.

It is started as a Python of its own with a literal environment, by the command in `launch.py`, and
is never forked from the judge, whose memory would then be in every worker. It has one thread and no
accelerator.

A request is one message on the control socket: a WorkerConfig with three descriptors, which are the
wire, the pipe for captured output and the status socket. The zygote sends the worker's pidfd on the
status socket, and later how the worker ended.
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
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from autograder.sandbox import child, confine, identity, kernel, weights
from autograder.sandbox.confine import SandboxSetup
from autograder.sandbox.execution import meta_random, symbolic_shapes, torch_cpu_compat
from autograder.sandbox.protocol import (
    MAX_CONTROL_BYTES,
    FailureKind,
    WorkerConfig,
    WorkerEnd,
    ZygoteConfig,
    ZygoteFailed,
    ZygoteReady,
    decode_worker_config,
    decode_zygote_config,
    encode_config,
    encode_zygote_state,
)

WARM_IMPORTS = ("numpy.random", "encodings.utf_8_sig")
WORKER_FDS = 3  # descriptors that come with a request: wire, output, status


@dataclass(slots=True)
class WorkerTable:
    """The workers that are alive, by pidfd, and the poll object that watches them."""

    setup: SandboxSetup
    control: socket.socket
    poll: select.poll = field(default_factory=select.poll)
    workers: dict[int, tuple[int, socket.socket]] = field(default_factory=dict)  # pid and status
    statuses: dict[int, int] = field(default_factory=dict)  # status descriptor -> pidfd


def main(control_fd: int) -> None:
    """Prepare, report that, and fork workers until the last judge has ended."""
    control = socket.socket(fileno=control_fd)
    message = control.recv(MAX_CONTROL_BYTES)
    if not message:
        return  # the process that started it has ended
    try:
        setup = prepare(decode_zygote_config(message))
    except (OSError, ImportError) as error:
        with contextlib.suppress(BrokenPipeError):
            control.send(encode_zygote_state(_failure(error)))
        return
    ready = ZygoteReady(
        address_space=address_space(setup), uid=os.getuid(), namespaces=setup.namespaces
    )
    with contextlib.suppress(BrokenPipeError):  # the judge has ended; `serve` returns at once
        control.send(encode_zygote_state(ready))
    gc.freeze()  # a collection in a worker would otherwise write to every inherited page
    serve(WorkerTable(setup=setup, control=control))
    os._exit(0)  # unloading torch takes a quarter of a second, and there is nothing to save


def prepare(config: ZygoteConfig) -> SandboxSetup:
    """Confine this process and import what its workers need."""
    modules = [importlib.import_module(name) for name in config.modules]
    served = weights.map_folder(config.weights) if config.warm else {}
    setup = confine.enclose_zygote(config.level, config.hidden)
    warm_up(config.warm, served)
    for module in modules:
        getattr(module, "warm_up", lambda: None)()
    confine.forget_proc(setup)
    if not setup.namespaces and os.getuid() == 0:
        identity.become_unprivileged()
        identity.require_readable_interpreter()
    return setup


def _failure(error: OSError | ImportError) -> ZygoteFailed:
    if isinstance(error, weights.WeightsError):
        return ZygoteFailed(kind=FailureKind.DAMAGED, message=str(error))
    return ZygoteFailed(kind=FailureKind.REFUSED, message=f"{type(error).__name__}: {error}")


def warm_up(packages: Sequence[str], served: dict[str, weights.State]) -> None:
    """Import what every worker needs, and let torch initialise itself once, with one thread."""
    for name in WARM_IMPORTS:
        importlib.import_module(name)
    torch.set_num_threads(1)  # never a parallel region before fork: OpenMP does not survive it
    torch_cpu_compat.install()
    meta_random.install()
    x = torch.ones(1, 2, 4, 4, requires_grad=True)
    layers = torch.nn.Sequential(torch.nn.Conv2d(2, 2, 3, padding=1), torch.nn.BatchNorm2d(2))
    layers(x).relu().sum().backward()
    if packages:
        optimizer = torch.optim.SGD(layers.parameters(), lr=0.1)
        optimizer.step()  # the first step imports torch._dynamo
        weights.serve(served, packages)
    symbolic_shapes.install()


def address_space(setup: SandboxSetup) -> int:
    """Return the bytes of address space that a warm process already uses."""
    directory = setup.proc if setup.namespaces else os.open("/proc", os.O_PATH)
    file = os.open("self/statm", os.O_RDONLY, dir_fd=directory)
    pages = int(os.read(file, 64).split()[0])
    os.close(file)
    return pages * resource.getpagesize()


def serve(table: WorkerTable) -> None:
    """Fork on request, report ends, and kill workers whose judge has ended."""
    control_fd = table.control.fileno()
    table.poll.register(table.control, select.POLLIN)
    while True:
        for descriptor, events in table.poll.poll():
            if descriptor == control_fd:
                message, descriptors, *_ = socket.recv_fds(
                    table.control, MAX_CONTROL_BYTES, WORKER_FDS
                )
                if not message:
                    return
                start_worker(table, decode_worker_config(message), descriptors)
            elif descriptor in table.workers:
                report_end(table, descriptor)
            elif descriptor in table.statuses and events & (select.POLLHUP | select.POLLERR):
                signal.pidfd_send_signal(table.statuses[descriptor], signal.SIGKILL)
                table.poll.unregister(descriptor)


def start_worker(table: WorkerTable, config: WorkerConfig, descriptors: Sequence[int]) -> None:
    """Fork one worker, in a pid namespace of its own where there are namespaces."""
    connection, output, status_fd = descriptors
    if table.setup.namespaces:
        # back to the zygote's own namespace, or a second worker's could not be made
        kernel.enter_pid_namespace(table.setup.pid_namespace)
        kernel.unshare(kernel.NEWPID)
    pid = os.fork()
    if pid == 0:
        try:
            child.run_worker(table.setup, config, connection, output)
        finally:
            os._exit(0)  # whatever student code left behind (atexit, threads) does not run
    status = socket.socket(fileno=status_fd)
    os.close(connection)
    os.close(output)
    pidfd = os.pidfd_open(pid)
    table.workers[pidfd] = (pid, status)
    table.statuses[status.fileno()] = pidfd
    table.poll.register(pidfd, select.POLLIN)
    table.poll.register(status, 0)  # only hang-ups
    try:
        socket.send_fds(status, [json.dumps({"pid": pid}).encode()], [pidfd])
    except OSError:
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)  # its judge has ended


def report_end(table: WorkerTable, pidfd: int) -> None:
    """Reap a worker and report how it ended."""
    pid, status = table.workers.pop(pidfd)
    table.statuses.pop(status.fileno())
    for descriptor in (pidfd, status.fileno()):
        with contextlib.suppress(KeyError):
            table.poll.unregister(descriptor)
    if not table.setup.namespaces:  # else the kernel has killed all its descendants
        # None can leave its group: the filter allows neither setsid nor setpgid.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    _, code, usage = os.wait4(pid, 0)
    end = WorkerEnd(
        signal=os.WTERMSIG(code) if os.WIFSIGNALED(code) else 0,
        exit=os.WEXITSTATUS(code) if os.WIFEXITED(code) else 0,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * 1024,
    )
    with contextlib.suppress(OSError):  # its judge may have ended
        status.send(encode_config(end))
    status.close()
    os.close(pidfd)

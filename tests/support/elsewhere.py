"""Run the command line as on a system that is no Unix.

The command is `python -m tests.support.elsewhere ARGUMENTS...`.

What Windows lacks is taken away before any of our modules is imported: modules that cannot be
imported, names of `os`, `signal`, `socket` and `select` that are not there, /proc. Libraries that
choose by sys.platform are imported before; ours may rely on none of it. Where they open a file
without saying its encoding, it would be cp1252 there.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import socket
import sys
import warnings

STANDARD = ("shutil", "tempfile", "subprocess", "asyncio", "multiprocessing")
OTHERS = ("torch", "pytest", "rich.console", "rich.table", "watchfiles")
MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
NAMES = {
    os: (
        *(
            "O_NOFOLLOW",
            "O_DIRECTORY",
            "O_NONBLOCK",
            "O_CLOEXEC",
            "O_PATH",
            "fork",
            "forkpty",
            "killpg",
            "setsid",
        ),
        *(
            "getuid",
            "geteuid",
            "getgid",
            "setuid",
            "chown",
            "mkfifo",
            "pidfd_open",
            "memfd_create",
            "wait4",
            "uname",
        ),
        *(
            "sched_getaffinity",
            "sched_setaffinity",
            "register_at_fork",
            "posix_spawn",
            "getpgid",
            "WNOHANG",
            "fchmod",
        ),
    ),
    signal: (
        "SIGKILL",
        "SIGALRM",
        "SIGCHLD",
        "SIGHUP",
        "setitimer",
        "ITIMER_REAL",
        "alarm",
        "pthread_kill",
        "pause",
    ),
    socket: ("AF_UNIX", "SCM_RIGHTS", "SO_PEERCRED", "CMSG_SPACE", "recv_fds", "send_fds"),
    select: ("poll", "epoll"),
}


def take_away() -> None:
    """Make this process as poor as one on Windows."""
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for module, names in NAMES.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.addaudithook(_refuse)
    warnings.filterwarnings("error", category=EncodingWarning, module=r"autograder\b")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and str(arguments[0]).startswith("/proc"):
        raise FileNotFoundError(arguments[0])


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=EncodingWarning)  # of others
    for library in (
        *STANDARD,
        *(OTHERS if "--help" not in sys.argv else ()),
    ):  # help needs none of them
        importlib.import_module(library)
    take_away()
    from autograder.cli import run

    run()

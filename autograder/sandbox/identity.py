"""Users and groups of the sandbox (runs inside): maps of ids, and the identity that root takes."""

from __future__ import annotations

import os
import sys

from autograder.sandbox import kernel

UNPRIVILEGED_IDS = (61184, 65534)  # the zygote takes the first that exists if started by root


def write_single_maps(proc: int, users: str, groups: str) -> None:
    """Map one user and one group of this process's new user namespace; close `proc`."""
    for name, content in (("setgroups", "deny"), ("uid_map", users), ("gid_map", groups)):
        _write(f"self/{name}", content, proc)
    os.close(proc)


def become_namespace_root() -> None:
    """Enter a user namespace as its root; all users and groups keep their numbers there.

    Root of a container lacks CAP_SYS_ADMIN, so it may not mount. In a user namespace of its own it
    may, and it can still become another user there, because that user exists in it. The kernel
    lets only a process outside write a map of several ids: a helper that is forked before.
    """
    # The helper waits until this process is inside, and writes nothing if that fails.
    wait_end, tell_end = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.close(tell_end)
        os._exit(_map_parent(wait_end))
    os.close(wait_end)
    try:
        kernel.unshare(kernel.NEWUSER)
        kernel.prctl(kernel.DUMPABLE, 1)  # or its /proc is closed to the helper
        os.write(tell_end, b"1")
    finally:
        os.close(tell_end)
        status = os.waitpid(helper, 0)[1]
    if status:
        code = os.waitstatus_to_exitcode(status)
        raise OSError(
            f"root cannot map the users of a user namespace here ({os.strerror(max(code, 0))}): "
            "it needs CAP_SETUID, CAP_SETGID and CAP_SETFCAP; or start it as an ordinary user"
        )


def _map_parent(wait_end: int) -> int:
    """Give the parent's user namespace the ids of this one; return an errno, 0 where it worked."""
    parent = os.getppid()
    if os.read(wait_end, 1) != b"1":
        return 0
    proc = os.open("/proc", os.O_PATH)
    try:
        for name in ("gid_map", "uid_map"):
            _write(f"{parent}/{name}", _identity(f"/proc/self/{name}"), proc)
    except OSError as error:
        return error.errno or 1
    return 0


def _identity(file: str) -> str:
    """Return a map of all ids that exist here to themselves."""
    with open(file) as own:
        rows = [line.split() for line in own]
    return "".join(f"{inside} {inside} {count}\n" for inside, _, count in rows)


def _write(path: str, content: str, proc: int) -> None:
    file = os.open(path, os.O_WRONLY, dir_fd=proc)
    try:
        os.write(file, content.encode())
    finally:
        os.close(file)


def become_unprivileged() -> None:
    """Change root's identity for one that owns nothing."""
    for new_id in UNPRIVILEGED_IDS:
        try:
            os.setgroups([])
            os.setresgid(new_id, new_id, new_id)
            os.setresuid(new_id, new_id, new_id)
            break
        except OSError:
            continue  # a container may not map this id, or may not let root change its own
    if os.getuid() == 0:
        raise OSError(
            "root cannot become another user here: it needs CAP_SETUID and CAP_SETGID; "
            "or start it as an ordinary user"
        )
    kernel.prctl(kernel.DUMPABLE, 1)  # or /proc/self belongs to root


def require_readable_interpreter() -> None:
    """Raise OSError where the identity that root took cannot read Python itself, as below /root."""
    for prefix in (sys.base_prefix, sys.prefix):
        if not os.access(prefix, os.R_OK | os.X_OK):
            raise OSError(
                f"other users cannot read {prefix}: grade as an ordinary user, or move Python"
            )

"""Confinement (runs inside): the zygote's view of the machine, and the steps between fork and
student code.

Two walls keep the host out of sight: namespaces with a root of their own, and Landlock. Level A has
both. Level B has one of them; where it is Landlock, the filter itself keeps signals and metadata at
home. Level C has neither: seccomp, rlimits, and another user's identity, which only root can give.
All levels have the filter; where none can be built no worker runs.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import kernel, landlock, seccomp
from autograder.sandbox.libraries import hidden_paths, readable_paths, visible_paths
from autograder.sandbox.rlimits import set_rlimits

OWN_NAMESPACES = (
    kernel.NEWUSER | kernel.NEWNS | kernel.NEWNET | kernel.NEWIPC | kernel.NEWUTS | kernel.NEWCGROUP
)  # the pid namespace is made by the zygote, just before the fork
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
SCAFFOLD = "/mnt"  # where the new root is built
BOX = "/box"  # the private disk of a worker: work, tmp, shm
COVERED = ("/dev/shm", "/tmp")  # folders in which a worker finds a part of its private disk
UNPRIVILEGED = (61184, 65534)  # first id that exists is who we become when started by root
INSIDE_ID = 1000  # the worker's user and group, as it sees them


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the zygote prepared for its workers."""

    namespaces: bool  # the first wall
    landlock: bool  # the second one
    readable: tuple[str, ...]  # interpreter and libraries
    proc: int = -1  # descriptor of /proc, which has no name any more; with namespaces only
    pid_namespace: int = -1  # descriptor of the zygote's own pid namespace; with namespaces only


# ------------------------------------------------------------------------------------------------
# the zygote


def walls_of(level: str) -> tuple[bool, bool]:
    """Which walls stand at a level, namespaces and Landlock; OSError where one that it needs is
    missing here.
    """
    has_landlock = landlock.abi() > 0
    machine = os.uname().machine
    if level == "A" and not has_landlock:
        raise OSError("this kernel has no Landlock")
    if level == "A" and not seccomp.tried(machine):
        raise OSError(f"the list of system calls was never tried on {machine}")
    if level == "C" and os.getuid() != 0:
        raise OSError(
            "only root can give workers another identity, and without it they could write what you can"
        )
    return level == "A" or (level == "B" and not has_landlock), level != "C" and has_landlock


def enclose_zygote(level: str, hidden: tuple[str, ...]) -> Room:
    """Move this process to where it and its workers see the interpreter and nothing else of the
    host.
    """
    namespaces, has_landlock = walls_of(level)
    seccomp.program(os.uname().machine, may_fork=False, own_pid=0)  # raises where there can be none
    if not namespaces:
        return Room(namespaces=False, landlock=has_landlock, readable=readable_paths(hidden))
    visible = visible_paths()
    if (
        os.getuid() == 0
    ):  # root may pass through folders that are closed to the identity it takes on next
        kernel.unshare(kernel.NEWNS)
        _build_root(visible, hidden_paths(hidden))
        become_unprivileged()
        _own_namespaces(os.getuid(), os.getgid())
    else:
        _own_namespaces(os.getuid(), os.getgid())
        _build_root(visible, hidden_paths(hidden))
    _become_first_process()
    _move_into_root()
    os.environ.update(HOME=BOX, TMPDIR=f"{BOX}/tmp")
    return Room(
        namespaces=True,
        landlock=has_landlock,
        readable=visible,
        proc=_out_of_the_way(os.open("/proc", os.O_PATH | os.O_DIRECTORY)),
        pid_namespace=os.open("/proc/self/ns/pid", os.O_RDONLY),
    )


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a number that no worker arranges its own descriptors on."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 64)
    os.close(descriptor)
    return high


def forget_proc(room: Room) -> None:
    """Take /proc away: an import may read it (cpuinfo), student code may not."""
    if room.namespaces:
        kernel.unmount("/proc")


def _own_namespaces(uid: int, gid: int) -> None:
    kernel.unshare(OWN_NAMESPACES | kernel.NEWPID)
    _map_ids(os.open("/proc", os.O_PATH), f"{uid} {uid} 1", f"{gid} {gid} 1")


def _map_ids(proc: int, users: str, groups: str) -> None:
    for name, content in (("setgroups", "deny"), ("uid_map", users), ("gid_map", groups)):
        file = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        os.write(file, content.encode())
        os.close(file)
    os.close(proc)


def become_unprivileged() -> None:
    """Give up root's identity for one that owns nothing."""
    os.setgroups([])
    for id in UNPRIVILEGED:
        try:
            os.setresgid(id, id, id)
            os.setresuid(id, id, id)
            break
        except OSError:
            continue  # a container may not map this id
    if os.getuid() == 0:
        raise OSError("root cannot become another user here")
    kernel.prctl(kernel.DUMPABLE, 1)  # or /proc/self belongs to root


def require_readable_interpreter() -> None:
    """Raise where the identity that root took on cannot read Python itself (it lives in /root,
    perhaps).
    """
    for prefix in (sys.base_prefix, sys.prefix):
        if not os.access(prefix, os.R_OK | os.X_OK):
            raise OSError(
                f"other users cannot read {prefix}: grade as an ordinary user, or move Python"
            )


def _build_root(visible: tuple[str, ...], concealed: tuple[str, ...]) -> None:
    """A small root file system below SCAFFOLD: binds of what is visible, empty folders over what is
    concealed.
    """
    kernel.mount("none", "/", flags=kernel.REC | kernel.PRIVATE)
    kernel.mount("tmpfs", SCAFFOLD, "tmpfs", kernel.NOSUID | kernel.NODEV, "size=1m,mode=755")
    for path in visible:
        _bind(path)
    for path in concealed:
        kernel.mount(
            "tmpfs", SCAFFOLD + path, "tmpfs", kernel.NOSUID | kernel.NODEV, "size=4k,mode=755"
        )
    for device in DEVICES:
        _bind(device)
    for folder in ("/dev/shm", "/proc", "/tmp", BOX, "/old"):
        os.makedirs(SCAFFOLD + folder, exist_ok=True)
    os.makedirs(SCAFFOLD + "/etc", exist_ok=True)
    with open(SCAFFOLD + "/etc/passwd", "w") as passwd:
        passwd.write(f"student:x:{INSIDE_ID}:{INSIDE_ID}::{BOX}/work:/none\n")


def _bind(path: str) -> None:
    target = SCAFFOLD + path
    if os.path.lexists(target):
        return  # below something that is bound already
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.makedirs(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
    kernel.mount(path, target, flags=kernel.BIND | kernel.REC)


def _become_first_process() -> None:
    """Go on as pid 1 of the new pid namespace; when it ends, all below it end."""
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)
    child = os.fork()
    if child:
        os.closerange(3, 64)  # the control socket lives in the child alone
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)


def _move_into_root() -> None:
    """Make SCAFFOLD the root, all of it read-only."""
    # A mount that a more privileged namespace made is locked; its copy is ours to pivot into.
    kernel.mount(SCAFFOLD, SCAFFOLD, flags=kernel.BIND | kernel.REC)
    os.chdir(SCAFFOLD)
    kernel.pivot_root(".", "old")
    os.chdir("/")
    guarded = kernel.NOSUID | kernel.NODEV | kernel.NOEXEC
    kernel.mount("proc", "/proc", "proc", guarded)  # refused once no full /proc is in sight
    kernel.unmount("/old")
    kernel.change_mount("/", add=kernel.ATTR_RDONLY | kernel.ATTR_NOSUID, recursive=True)
    kernel.change_mount(
        "/proc", clear=kernel.ATTR_RDONLY
    )  # id maps are written here; student code never sees it
    kernel.mount("tmpfs", BOX, "tmpfs", guarded, "size=1m,mode=1777")
    os.mkdir(BOX + "/tmp")


# ------------------------------------------------------------------------------------------------
# the worker


def confine_worker(room: Room, order: dict[str, Any]) -> list[str]:
    """Every step between fork and student code; the layers that are now active, in words.

    `order` holds the limits of this worker, as worker.py sends them; descriptors 0 to 3 are already
    in place.
    """
    layers = []
    if room.namespaces:
        _own_worker_namespaces(room, order)
        layers += ["user, pid, mount, network, ipc, uts and cgroup namespaces", "private disk"]
        folder = BOX
    else:
        folder = order["folder"]
    for name in ("work", "tmp"):
        os.makedirs(f"{folder}/{name}", exist_ok=True)
    os.chdir(f"{folder}/work")
    os.environ.clear()
    os.environ.update(HOME=f"{folder}/work", TMPDIR=f"{folder}/tmp", USER="student", LANG="C.UTF-8")
    os.environ.update(
        OMP_NUM_THREADS="1", TORCHINDUCTOR_CACHE_DIR=f"{folder}/tmp", MPLBACKEND="Agg"
    )
    sys.argv[:] = ["student"]
    os.umask(0o077)
    set_rlimits(order)
    layers.append("resource limits")
    kernel.drop_capabilities()
    layers.append("no capabilities")
    if room.landlock:
        writable = (folder, *COVERED) if room.namespaces else (folder,)
        version = landlock.restrict(room.readable, writable, DEVICES)
        if not version:
            raise OSError("Landlock was there, and is not any more")
        layers.append(f"Landlock ABI {version}")
    own_pid = 0 if room.namespaces else os.getpid()
    seccomp.build(may_fork=order["processes"] > 1, own_pid=own_pid).install()
    layers.append("seccomp allow-list")
    return layers


def _cover(path: str, part: str) -> None:
    """Mount `part` of the private disk over a folder; libraries that lie in it, as Python's may,
    stay in sight.
    """
    os.mkdir(part)
    libraries = os.listdir(path)
    for name in libraries:
        os.mkdir(f"{part}/{name}")
        kernel.mount(f"{path}/{name}", f"{part}/{name}", flags=kernel.BIND | kernel.REC)
    kernel.mount(part, path, flags=kernel.BIND | kernel.REC)
    for name in libraries:  # they are not there twice
        kernel.unmount(f"{part}/{name}")


def _own_worker_namespaces(room: Room, order: dict[str, Any]) -> None:
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(OWN_NAMESPACES)
    _map_ids(room.proc, f"{INSIDE_ID} {uid} 1", f"{INSIDE_ID} {gid} 1")
    guarded = kernel.NOSUID | kernel.NODEV | kernel.NOEXEC
    quota = (
        f"size={order['disk']},nr_inodes={order['inodes']},mode=700,uid={INSIDE_ID},gid={INSIDE_ID}"
    )
    kernel.mount("tmpfs", BOX, "tmpfs", guarded, quota)
    for path in COVERED:  # one disk, with one limit
        _cover(path, f"{BOX}/{os.path.basename(path)}")
    kernel.libc.sethostname(b"sandbox", 7)

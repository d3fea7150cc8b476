"""Confinement (runs inside): of the zygote, and of each worker between fork and student code.

Two walls hide the host: namespaces with a root of their own, and Landlock. Level A has both. Level
B has one of them; where it is Landlock, the filter itself forbids signals to other processes
and changes of metadata. Level C has neither: seccomp, rlimits, and another user's identity, which
only root can give. All levels have the filter; where none can be built no worker runs.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from dataclasses import dataclass

from autograder.sandbox import kernel, landlock, seccomp
from autograder.sandbox.identity import (
    become_namespace_root,
    become_unprivileged,
    write_single_maps,
)
from autograder.sandbox.libraries import hidden_paths, readable_paths, visible_paths
from autograder.sandbox.protocol import WorkerConfig
from autograder.sandbox.rlimits import set_rlimits

OWN_NAMESPACES = (
    kernel.NEWUSER | kernel.NEWNS | kernel.NEWNET | kernel.NEWIPC | kernel.NEWUTS | kernel.NEWCGROUP
)  # the pid namespace is made by the zygote, just before the fork
DEVICE_FILES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
NEW_ROOT = "/mnt"  # where the new root is built
PRIVATE_DISK = "/box"  # the private disk of a worker: work, tmp, shm
COVERED_FOLDERS = ("/dev/shm", "/tmp")  # a worker finds a part of its private disk there
INSIDE_ID = 1000  # the worker's user and group, as it sees them
PROC_MIN_FD = 64  # a number on which no worker arranges its own descriptors


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSetup:
    """What the zygote prepared for its workers."""

    namespaces: bool  # the first wall
    landlock: bool  # the second one
    readable: tuple[str, ...]  # interpreter and libraries
    proc: int = -1  # descriptor of /proc, which has no name any more; with namespaces only
    pid_namespace: int = -1  # descriptor of the zygote's own pid namespace; with namespaces only


# ------------------------------------------------------------------------------------------------
# the zygote


def walls_of(level: str) -> tuple[bool, bool]:
    """Return whether a level has namespaces, and whether it has Landlock.

    Raise OSError where this machine lacks what the level needs.
    """
    has_landlock = landlock.abi() > 0
    machine = os.uname().machine
    if level == "A" and not has_landlock:
        raise OSError("this kernel has no Landlock")
    if level == "A" and not seccomp.tried(machine):
        raise OSError(f"the list of system calls was never tried on {machine}")
    if level == "C" and os.getuid() != 0:
        raise OSError(
            "only root can give workers another identity, "
            "and without it they could write what you can"
        )
    return level == "A" or (level == "B" and not has_landlock), level != "C" and has_landlock


def enclose_zygote(level: str, hidden: tuple[str, ...]) -> SandboxSetup:
    """Confine this process: it and its workers see the interpreter and nothing else of the host."""
    namespaces, has_landlock = walls_of(level)
    seccomp.program(os.uname().machine, may_fork=False, own_pid=0)  # raises where there can be none
    if not namespaces:
        return SandboxSetup(
            namespaces=False, landlock=has_landlock, readable=readable_paths(hidden)
        )
    visible = visible_paths()
    enter_own_root(visible, hidden_paths(hidden))
    os.environ.update(HOME=PRIVATE_DISK, TMPDIR=f"{PRIVATE_DISK}/tmp")
    return SandboxSetup(
        namespaces=True,
        landlock=has_landlock,
        readable=visible,
        proc=_moved_fd(os.open("/proc", os.O_PATH | os.O_DIRECTORY)),
        pid_namespace=os.open("/proc/self/ns/pid", os.O_RDONLY),
    )


def enter_own_root(visible: tuple[str, ...], concealed: tuple[str, ...]) -> None:
    """Move this process into namespaces with a root file system of their own, as their pid 1."""
    if os.getuid() == 0:
        # As root: it may pass through folders that are closed to the identity that it takes next.
        _let_root_mount()
        _build_root(visible, concealed)
        become_unprivileged()
        _own_namespaces()
    else:
        _own_namespaces()
        _build_root(visible, concealed)
    _become_first_process()
    _move_into_root()


def enter_namespaces() -> None:
    """Enter the namespaces of `enter_own_root`, and mount nothing: a probe for the diagnosis."""
    if os.getuid() == 0:
        _let_root_mount()
        become_unprivileged()
    _own_namespaces()


def _let_root_mount() -> None:
    """Enter a mount namespace; root of a container may do so in a user namespace only."""
    try:
        kernel.unshare(kernel.NEWNS)
    except PermissionError:  # it lacks CAP_SYS_ADMIN
        become_namespace_root()
        kernel.unshare(kernel.NEWNS)


def _moved_fd(descriptor: int) -> int:
    """Return the same file under a number on which no worker arranges its own descriptors."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, PROC_MIN_FD)
    os.close(descriptor)
    return high


def forget_proc(setup: SandboxSetup) -> None:
    """Take /proc away: an import may read it (cpuinfo), student code may not."""
    if setup.namespaces:
        kernel.unmount("/proc")


def _own_namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(OWN_NAMESPACES | kernel.NEWPID)
    write_single_maps(os.open("/proc", os.O_PATH), f"{uid} {uid} 1", f"{gid} {gid} 1")


def _build_root(visible: tuple[str, ...], concealed: tuple[str, ...]) -> None:
    """Build a small root file system: binds of the visible, empty folders over the concealed."""
    kernel.mount("none", "/", flags=kernel.REC | kernel.PRIVATE)
    kernel.mount("tmpfs", NEW_ROOT, "tmpfs", kernel.NOSUID | kernel.NODEV, "size=1m,mode=755")
    for path in visible:
        _bind(path)
    for path in concealed:
        kernel.mount(
            "tmpfs", NEW_ROOT + path, "tmpfs", kernel.NOSUID | kernel.NODEV, "size=4k,mode=755"
        )
    for device in DEVICE_FILES:
        _bind(device)
    for folder in ("/dev/shm", "/proc", "/tmp", PRIVATE_DISK, "/old"):
        os.makedirs(NEW_ROOT + folder, exist_ok=True)
    os.makedirs(NEW_ROOT + "/etc", exist_ok=True)
    with open(NEW_ROOT + "/etc/passwd", "w") as passwd:
        passwd.write(f"student:x:{INSIDE_ID}:{INSIDE_ID}::{PRIVATE_DISK}/work:/none\n")


def _bind(path: str) -> None:
    target = NEW_ROOT + path
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
    """Continue as pid 1 of the new pid namespace; when it ends, all processes in it end."""
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)
    child = os.fork()
    if child:
        os.closerange(3, 64)  # the control socket lives in the child alone
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
    kernel.prctl(kernel.PDEATHSIG, signal.SIGKILL)


def _move_into_root() -> None:
    """Make NEW_ROOT the root, all of it read-only."""
    # A mount that a more privileged namespace made is locked; its copy is ours to pivot into.
    kernel.mount(NEW_ROOT, NEW_ROOT, flags=kernel.BIND | kernel.REC)
    os.chdir(NEW_ROOT)
    kernel.pivot_root(".", "old")
    os.chdir("/")
    guarded = kernel.NOSUID | kernel.NODEV | kernel.NOEXEC
    kernel.mount("proc", "/proc", "proc", guarded)  # refused once no full /proc is in sight
    kernel.unmount("/old")
    kernel.change_mount("/", add=kernel.ATTR_RDONLY | kernel.ATTR_NOSUID, recursive=True)
    # id maps are written in /proc; student code never sees it
    kernel.change_mount("/proc", clear=kernel.ATTR_RDONLY)
    kernel.mount("tmpfs", PRIVATE_DISK, "tmpfs", guarded, "size=1m,mode=1777")
    os.mkdir(PRIVATE_DISK + "/tmp")


# ------------------------------------------------------------------------------------------------
# the worker


def confine_worker(setup: SandboxSetup, config: WorkerConfig) -> list[str]:
    """Confine a worker, whose descriptors 0 to 3 are in place; return its layers, in words."""
    layers = []
    if setup.namespaces:
        _own_worker_namespaces(setup, config)
        layers += ["user, pid, mount, network, ipc, uts and cgroup namespaces", "private disk"]
        folder = PRIVATE_DISK
    else:
        assert config.folder is not None
        folder = config.folder
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
    set_rlimits(config)
    layers.append("resource limits")
    kernel.drop_capabilities()
    layers.append("no capabilities")
    if setup.landlock:
        writable = (folder, *COVERED_FOLDERS) if setup.namespaces else (folder,)
        version = landlock.restrict(setup.readable, writable, DEVICE_FILES)
        if not version:
            raise OSError("Landlock was there, and is not any more")
        layers.append(f"Landlock ABI {version}")
    own_pid = 0 if setup.namespaces else os.getpid()
    seccomp.build(may_fork=config.processes > 1, own_pid=own_pid).install()
    layers.append("seccomp allow-list")
    return layers


def _cover(path: str, part: str) -> None:
    """Mount `part` of the private disk over a folder; libraries in it, such as Python's, stay."""
    os.mkdir(part)
    libraries = os.listdir(path)
    for name in libraries:
        os.mkdir(f"{part}/{name}")
        kernel.mount(f"{path}/{name}", f"{part}/{name}", flags=kernel.BIND | kernel.REC)
    kernel.mount(part, path, flags=kernel.BIND | kernel.REC)
    for name in libraries:  # they are not there twice
        kernel.unmount(f"{part}/{name}")


def _own_worker_namespaces(setup: SandboxSetup, config: WorkerConfig) -> None:
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(OWN_NAMESPACES)
    write_single_maps(setup.proc, f"{INSIDE_ID} {uid} 1", f"{INSIDE_ID} {gid} 1")
    guarded = kernel.NOSUID | kernel.NODEV | kernel.NOEXEC
    limits = f"size={config.disk},nr_inodes={config.inodes}"
    options = f"{limits},mode=700,uid={INSIDE_ID},gid={INSIDE_ID}"
    kernel.mount("tmpfs", PRIVATE_DISK, "tmpfs", guarded, options)
    for path in COVERED_FOLDERS:  # one disk, with one limit
        _cover(path, f"{PRIVATE_DISK}/{os.path.basename(path)}")
    kernel.libc.sethostname(b"sandbox", 7)

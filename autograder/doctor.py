"""The diagnosis of this machine: the requirements of the sandbox that it meets, and its level."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.config.packages import installed, lack_of, remedy
from autograder.errors import HostError
from autograder.grading.workers.self_test import run_self_test
from autograder.model import SANDBOX_LEVELS, Course, Level, Package
from autograder.sandbox import cgroup, confine, kernel, landlock, seccomp
from autograder.sandbox.launch import Zygote
from autograder.sandbox.libraries import visible_paths
from autograder.student.portability import recorded_python

NAMESPACE_REMEDY = (
    "allow user namespaces: sysctl user.max_user_namespaces=15000; on Ubuntu 24.04 an AppArmor "
    "profile with `userns,` for this Python; in containers see "
    "docs/how-to/reach-the-full-sandbox.md"
)

NAMESPACE_FLAGS = {
    "user": kernel.NEWUSER,
    "pid": kernel.NEWPID,
    "mount": kernel.NEWNS,
    "network": kernel.NEWNET,
    "ipc": kernel.NEWIPC,
    "uts": kernel.NEWUTS,
    "cgroup": kernel.NEWCGROUP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that the sandbox needs, and whether this machine has it."""

    name: str
    is_met: bool
    found: str
    remedy: str = ""
    # A package of the course: without it no code is graded, at whatever sandbox level.
    is_for_course: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All requirements, and the level that a real worker reached."""

    requirements: tuple[Requirement, ...]
    level: Level | None  # None: no level works here
    layers: tuple[str, ...]
    refusals: tuple[str, ...]  # why stronger levels were refused

    @property
    def lacks_packages(self) -> bool:
        """Return whether a package of the course is missing or too old."""
        return any(r.is_for_course and not r.is_met for r in self.requirements)


def examine_host(course: Course | None = None) -> Diagnosis:
    """Probe each layer on its own, then start a real zygote and worker, strongest level first.

    The packages and the Python that `course` promises to students are requirements too.
    """
    requirements = tuple(
        probe() for probe in (_linux, _python, _torch, _namespaces, _mounts, _landlock, _seccomp)
    )
    requirements += (_interpreter(), _cgroup())
    if course is not None:
        requirements += (*_promised_python(course), *map(_package, course.packages))
    refusals: list[str] = []
    for level in SANDBOX_LEVELS if sys.platform == "linux" and seccomp.supported() else ():
        try:
            with Zygote(level) as zygote:
                layers = run_self_test(zygote)
                return Diagnosis(
                    requirements=requirements, level=level, layers=layers, refusals=tuple(refusals)
                )
        except HostError as error:
            refusals.append(str(error))
    return Diagnosis(requirements=requirements, level=None, layers=(), refusals=tuple(refusals))


def _linux() -> Requirement:
    release = platform.release()
    numbers = tuple(int(n) for n in release.split("-")[0].split(".")[:2] if n.isdigit())
    return Requirement(
        name="Linux 5.13 or newer",
        is_met=sys.platform == "linux" and numbers >= (5, 13),
        found=f"{platform.system()} {release}",
        remedy="grade on Linux (on Windows: WSL 2; on macOS: a virtual machine)",
    )


def _python() -> Requirement:
    found = platform.python_version()
    return Requirement(
        name="Python 3.11 or newer",
        is_met=sys.version_info >= (3, 11),
        found=found,
        remedy="upgrade it",
    )


def _torch() -> Requirement:
    found = f"torch {importlib.metadata.version('torch')}"
    return Requirement(name="torch, importable", is_met=True, found=found)


def _namespaces() -> Requirement:
    """Require what a zygote does first, as the user who asks: root goes another way than others."""
    is_met, found = _in_child(confine.enter_namespaces)
    refused = [
        name
        for name, flag in NAMESPACE_FLAGS.items()
        if not is_met and not _may_unshare(kernel.NEWUSER | flag)
    ]
    found += f" (refused: {', '.join(refused)})" if refused else ""
    return Requirement(
        name="own namespaces (seven)", is_met=is_met, found=found, remedy=NAMESPACE_REMEDY
    )


def _may_unshare(flags: int) -> bool:
    return _in_child(lambda: kernel.unshare(flags))[0]


def _mounts() -> Requirement:
    """Require the root file system of a zygote, in which workers get their private disks."""
    is_met, found = _in_child(lambda: confine.enter_own_root(visible_paths(), ()))
    remedy_text = (
        f"{confine.NEW_ROOT} must exist; mounting in one's own namespace must be allowed "
        "(Linux 5.12; on Ubuntu 24.04 an AppArmor profile; a container must not mask /proc: see "
        "docs/how-to/reach-the-full-sandbox.md)"
    )
    return Requirement(name="private disk", is_met=is_met, found=found, remedy=remedy_text)


def _landlock() -> Requirement:
    abi = landlock.abi()
    remedy_text = "boot with lsm=landlock,... and a kernel with CONFIG_SECURITY_LANDLOCK"
    found = f"ABI {abi}" + (", files only" if abi < 4 else ", no signals" if abi < 6 else "")
    return Requirement(
        name="Landlock", is_met=abi > 0, found=found if abi else "none", remedy=remedy_text
    )


def _seccomp() -> Requirement:
    machine = platform.machine()
    if not seccomp.supported():
        return Requirement(
            name="seccomp",
            is_met=False,
            found=f"no table for {machine}",
            remedy="use x86_64 or aarch64",
        )
    is_met, found = _in_child(lambda: seccomp.build(may_fork=False).install())
    found += "" if seccomp.tried() else f", never tried on {machine}: level B at most"
    return Requirement(
        name="seccomp", is_met=is_met, found=found, remedy="a kernel with CONFIG_SECCOMP_FILTER"
    )


def _interpreter() -> Requirement:
    """Require that other users can read Python: without namespaces, root's workers run as one."""
    closed = [p for p in (sys.base_prefix, sys.prefix) if not _readable_by_others(Path(p))]
    return Requirement(
        name="interpreter readable by other users (levels B and C as root)",
        is_met=os.getuid() != 0 or not closed,
        found=f"closed: {closed[0]}" if closed and os.getuid() == 0 else "yes",
        remedy="grade as an ordinary user, or install Python where others may read it",
    )


def _readable_by_others(path: Path) -> bool:
    return all(p.stat().st_mode & 0o005 == 0o005 for p in (path, *path.parents))


def _cgroup() -> Requirement:
    group = cgroup.delegated(1 << 30, 64)
    if group is not None:
        group.remove()
    return Requirement(
        name="cgroup (optional)",
        is_met=group is not None,
        found=f"version {group.version}" if group is not None else "none delegated",
        remedy="run under `systemd-run --user --scope -p Delegate=yes`; "
        "only matters where students may fork",
    )


def _promised_python(course: Course) -> Iterator[Requirement]:
    """Yield a requirement for each Python version that a release promises and this is not."""
    here = sys.version_info[:2]
    folders = [course.root / "release" / assignment.id for assignment in course.assignments]
    released = {recorded_python(folder) for folder in folders}
    for python in sorted(released - {here}):
        yield Requirement(
            name=f"Python {'.'.join(map(str, python))}, as released",
            is_met=False,
            found=platform.python_version(),
            remedy="grade with the Python that was released for, "
            "or release again here: autograder release",
        )


def _package(package: Package) -> Requirement:
    lack = lack_of(package)
    return Requirement(
        name=f"package {package.requirement}",
        is_met=not lack,
        found=lack or installed(package) or "yes",
        remedy=remedy([package]),
        is_for_course=True,
    )


def _in_child(attempt: Callable[[], None]) -> tuple[bool, str]:
    """Return whether `attempt` works in a forked child, and its error otherwise."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            attempt()
            os.write(write, b"works")
        except OSError as error:
            os.write(write, str(error).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        answer = pipe.read().decode()
    os.waitpid(child, 0)
    return answer == "works", answer or "the child was killed"

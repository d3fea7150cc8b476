"""seccomp (runs inside): the allow-list of system calls, as a classic BPF program."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.sandbox import kernel, syscalls

# linux/filter.h and linux/seccomp.h
LOAD, EQUAL, ANY_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
MODE_FILTER = 2
# struct seccomp_data: nr, arch, then six 64-bit arguments (their low halves are compared; little
# endian)
NUMBER, ARCH, ARGUMENT = 0, 4, (16, 24, 32)
HIGH_HALF = 4  # bytes from the low half of an argument to its high half
X32 = 0x40000000

CLONE_THREAD = 0x00010000
CLONE_NEW_NAMESPACE = 0x7E020080
CLONE_PARENT_OR_TRACED = 0x0000A000  # a child that is the zygote's, or hidden from its parent
AF_UNIX = 1
# F_DUPFD to F_SETLKW, F_OFD_*, F_DUPFD_CLOEXEC, F_GETPIPE_SZ
LOCKS_AND_FLAGS = (*range(8), 36, 37, 38, 1030, 1032)
TERMINAL_QUERIES = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS ... FIOCLEX
THREAD_NAMES = (15, 16)  # PR_SET_NAME, PR_GET_NAME

ALLOWED_GROUPS = (  # of system calls that are always allowed
    *("FILE_CALLS", "MEMORY_CALLS", "THREAD_CALLS", "SIGNAL_CALLS"),
    *("TIME_CALLS", "EVENT_CALLS", "IDENTITY_CALLS"),
)

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
DENY_INSTRUCTION: Instruction = (RETURN, 0, 0, ERRNO | errno.EPERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A program that the kernel accepts; it keeps its instructions alive."""

    program: ctypes.Structure
    instructions: object

    def install(self) -> None:
        """Confine this process for good; no_new_privs is set first."""
        kernel.prctl(kernel.NO_NEW_PRIVS, 1)
        result = kernel.libc.prctl(kernel.SECCOMP, MODE_FILTER, ctypes.byref(self.program), 0, 0)
        kernel.checked(result, "seccomp")


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jt", ctypes.c_ubyte),
        ("jf", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def supported(machine: str = "") -> bool:
    """Return whether the system calls of `machine`, or of this one, are known here.

    Where they are not there is no filter, and no worker runs.
    """
    return (machine or os.uname().machine) in syscalls.NUMBERS_BY_MACHINE


def tried(machine: str = "") -> bool:
    """Return whether its numbers were read from its own headers too, as level A requires."""
    return (machine or os.uname().machine) in syscalls.VERIFIED_MACHINES


def build(*, may_fork: bool, own_pid: int = 0) -> Filter:
    """Return the filter of a worker.

    A worker may read its limits and not change them: a process that lowers them chooses how the
    kernel ends it. `own_pid` is given where no pid namespace protects other processes. Then signals
    reach that process only, and calls that change a file's metadata, which Landlock does not
    mediate, do nothing and return success.
    """
    return loadable(program(os.uname().machine, may_fork=may_fork, own_pid=own_pid))


def loadable(lines: Sequence[Instruction]) -> Filter:
    """Return instructions as the kernel takes them."""
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    code = _Program(len(lines), ctypes.cast(instructions, ctypes.POINTER(_Instruction)))
    return Filter(program=code, instructions=instructions)


def program(machine: str, *, may_fork: bool, own_pid: int) -> list[Instruction]:
    """Return the instructions of a worker's filter on `machine`.

    Raise OSError where its system calls are not known.
    """
    if not supported(machine):
        raise OSError(
            errno.ENOSYS, f"the system calls of {machine} are not known here: no filter, no worker"
        )
    numbers = syscalls.NUMBERS_BY_MACHINE[machine]
    lines: list[Instruction] = [
        *((LOAD, 0, 0, ARCH), (EQUAL, 1, 0, syscalls.AUDIT_ARCH[machine]), (RETURN, 0, 0, KILL)),
        *((LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL)),
    ]

    def answer(names: Sequence[str], reply: int) -> None:
        for name in names:
            if name in numbers:
                lines.extend([(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, reply)])

    def allow_if(name: str, argument: int, values: Sequence[int]) -> None:
        """Allow `name` where its argument equals one of the values."""
        tests = [(EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
        body = [(LOAD, 0, 0, ARGUMENT[argument]), *tests, DENY_INSTRUCTION, (RETURN, 0, 0, ALLOW)]
        lines.extend([(EQUAL, 0, len(body), numbers[name]), *body])

    for group in ALLOWED_GROUPS:
        answer(getattr(syscalls, group), ALLOW)
    answer(syscalls.METADATA_CALLS, ERRNO | 0 if own_pid else ALLOW)
    # shutil.copy2 goes on after EOPNOTSUPP; EPERM would end it
    answer(syscalls.XATTR_CALLS, ERRNO | errno.EOPNOTSUPP)
    for name in ("kill", "tgkill"):
        allow_if(name, 0, (own_pid,)) if own_pid else answer([name], ALLOW)
    allow_if("sched_setaffinity", 0, (0,)) if own_pid else answer(["sched_setaffinity"], ALLOW)
    of_itself = [(LOAD, 0, 0, ARGUMENT[0]), (EQUAL, 1, 0, 0), DENY_INSTRUCTION] if own_pid else []
    # prlimit64(pid, resource, new, old)
    no_new_limit = [(LOAD, 0, 0, ARGUMENT[2]), (EQUAL, 1, 0, 0), DENY_INSTRUCTION]
    no_new_limit += [(LOAD, 0, 0, ARGUMENT[2] + HIGH_HALF), (EQUAL, 1, 0, 0), DENY_INSTRUCTION]
    reading = [*of_itself, *no_new_limit, (RETURN, 0, 0, ALLOW)]
    lines += [(EQUAL, 0, len(reading), numbers["prlimit64"]), *reading]
    if may_fork:
        answer(syscalls.FORK_CALLS, ALLOW)
    thread = [] if may_fork else [(ANY_BIT, 1, 0, CLONE_THREAD)]
    forbidden_flags = CLONE_NEW_NAMESPACE | CLONE_PARENT_OR_TRACED
    refused = (ANY_BIT, len(thread), 0 if thread else 1, forbidden_flags)
    lines += [(EQUAL, 0, len(thread) + 4, numbers["clone"]), (LOAD, 0, 0, ARGUMENT[0])]
    lines += [refused, *thread, DENY_INSTRUCTION, (RETURN, 0, 0, ALLOW)]
    # after ENOSYS glibc falls back to clone, whose flags the filter can read
    answer(["clone3"], ERRNO | errno.ENOSYS)
    allow_if("socketpair", 0, (AF_UNIX,))
    allow_if("fcntl", 1, LOCKS_AND_FLAGS)
    allow_if("ioctl", 1, TERMINAL_QUERIES)
    allow_if("prctl", 0, THREAD_NAMES)
    lines += [
        (AT_LEAST, 0, 1, syscalls.NEWEST_NUMBER + 1),
        (RETURN, 0, 0, ERRNO | errno.ENOSYS),
        DENY_INSTRUCTION,
    ]
    return lines

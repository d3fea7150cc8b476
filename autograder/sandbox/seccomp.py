"""seccomp (runs inside): the allow-list of system calls, as a classic BPF program."""

from __future__ import annotations

import ctypes
import errno
import os
from dataclasses import dataclass

from autograder.sandbox import kernel, syscalls

# linux/filter.h and linux/seccomp.h
LOAD, EQUAL, ANY_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
MODE_FILTER = 2
# struct seccomp_data: nr, arch, then six 64-bit arguments (their low halves are compared; little endian)
NUMBER, ARCH, ARGUMENT = 0, 4, (16, 24, 32)
X32 = 0x40000000

CLONE_THREAD = 0x00010000
CLONE_NEW_NAMESPACE = 0x7E020080
AF_UNIX = 1
TERMINAL_QUERIES = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS ... FIOCLEX
THREAD_NAMES = (15, 16)  # PR_SET_NAME, PR_GET_NAME

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A program that the kernel accepts; keeps its instructions alive."""

    program: ctypes.Structure
    instructions: object

    def install(self) -> None:
        """Confine this process for good; no_new_privs is set first."""
        kernel.prctl(kernel.NO_NEW_PRIVS, 1)
        result = kernel.libc.prctl(kernel.SECCOMP, MODE_FILTER, ctypes.byref(self.program), 0, 0)
        kernel.checked(result, "seccomp")


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def supported() -> bool:
    """Whether this machine's system calls are known here."""
    return os.uname().machine in syscalls.NUMBERS


def build(*, may_fork: bool, own_pid: int = 0) -> Filter:
    """The filter of a worker.

    `own_pid` is given where no pid namespace protects other processes: then signals reach that process only, and
    calls that change a file's metadata, which Landlock does not mediate, do nothing and say that all is well.
    """
    machine = os.uname().machine
    lines = _program(syscalls.NUMBERS[machine], syscalls.AUDIT_ARCH[machine], may_fork, own_pid)
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    program = _Program(len(lines), ctypes.cast(instructions, ctypes.POINTER(_Instruction)))
    return Filter(program=program, instructions=instructions)


def _program(numbers: dict[str, int], arch: int, may_fork: bool, own_pid: int) -> list[Instruction]:
    lines: list[Instruction] = [
        *((LOAD, 0, 0, ARCH), (EQUAL, 1, 0, arch), (RETURN, 0, 0, KILL)),
        *((LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL)),
    ]

    def answer(names: list[str], reply: int) -> None:
        for name in names:
            if name in numbers:
                lines.extend([(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, reply)])

    def answer_if(name: str, argument: int, values: tuple[int, ...], test: int = EQUAL) -> None:
        """Allow `name` where its argument equals one of the values (or has any of their bits)."""
        if name not in numbers:
            return
        body: list[Instruction] = [(LOAD, 0, 0, ARGUMENT[argument])]
        body += [(test, len(values) - i, 0, value) for i, value in enumerate(values)]
        body += [(RETURN, 0, 0, ERRNO | errno.EPERM), (RETURN, 0, 0, ALLOW)]
        lines.extend([(EQUAL, 0, len(body), numbers[name]), *body])

    for group in ("FILES", "MEMORY", "THREADS", "SIGNALS", "TIME", "EVENTS", "IDENTITY"):
        answer(getattr(syscalls, group), ALLOW)
    answer(syscalls.METADATA, ERRNO | 0 if own_pid else ALLOW)
    if own_pid:
        answer_if("kill", 0, (own_pid,))
        answer_if("tgkill", 0, (own_pid,))
        answer_if("prlimit64", 0, (0,))
        answer_if("sched_setaffinity", 0, (0,))
    else:
        answer(["kill", "tgkill", "prlimit64", "sched_setaffinity"], ALLOW)
    if may_fork:
        answer(["fork", "vfork"], ALLOW)
        clone = [(ANY_BIT, 0, 1, CLONE_NEW_NAMESPACE), (RETURN, 0, 0, ERRNO | errno.EPERM), (RETURN, 0, 0, ALLOW)]
        lines.extend([(EQUAL, 0, len(clone) + 1, numbers["clone"]), (LOAD, 0, 0, ARGUMENT[0]), *clone])
    else:
        threads = [(ANY_BIT, 1, 0, CLONE_NEW_NAMESPACE), (ANY_BIT, 1, 0, CLONE_THREAD)]
        ends = [(RETURN, 0, 0, ERRNO | errno.EPERM), (RETURN, 0, 0, ALLOW)]
        lines.extend([(EQUAL, 0, 5, numbers["clone"]), (LOAD, 0, 0, ARGUMENT[0]), *threads, *ends])
    answer(["clone3"], ERRNO | errno.ENOSYS)  # glibc then falls back to clone, whose flags can be read
    answer_if("socket", 0, (AF_UNIX,))
    answer_if("ioctl", 1, TERMINAL_QUERIES)
    answer_if("prctl", 0, THREAD_NAMES)
    lines.append((RETURN, 0, 0, ERRNO | errno.EPERM))
    return lines

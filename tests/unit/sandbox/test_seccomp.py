"""The filter of system calls: its program on each architecture, and its numbers in the headers."""

from __future__ import annotations

import errno
import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from autograder.sandbox import seccomp, syscalls

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
ARCHITECTURES = {
    "x86_64": 0xC000003E,
    "aarch64": 0xC00000B7,
    "riscv64": 0xC00000F3,
    "loongarch64": 0xC0000102,
}
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
I386 = 0x40000003
ELSEWHERE = 7  # a process that is not the worker's
MYSELF = 5


def run(program: Sequence[seccomp.Instruction], number: int, arch: int, *arguments: int) -> int:
    """Return what classic BPF answers to one system call."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    accumulator = position = 0
    while True:
        code, true, false, operand = program[position]
        position += 1
        if code == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:  # BPF_RET | BPF_K
            return operand
        else:
            holds = {
                0x15: accumulator == operand,
                0x35: accumulator >= operand,
                0x45: accumulator & operand != 0,
            }
            position += true if holds[code] else false


# Each call with its numbers on x86_64 and on the generic table, not taken from syscalls.py.
Call = tuple[int | None, int, Sequence[int]]
THREAD_OF_GLIBC, FORK_OF_GLIBC = 0x3D0F00, 0x01200011
ALLOWED: Mapping[str, Call] = {
    "read": (0, 63, ()),
    "write": (1, 64, ()),
    "openat": (257, 56, ()),
    "mmap": (9, 222, ()),
    "munmap": (11, 215, ()),
    "mprotect": (10, 226, ()),
    "futex": (202, 98, ()),
    "clock_nanosleep": (230, 115, ()),
    "getrandom": (318, 278, ()),
    "exit_group": (231, 94, ()),
    "a thread": (56, 220, (THREAD_OF_GLIBC,)),
    "a pair of local sockets": (53, 199, (1, 1)),
    "terminal size": (16, 29, (1, 0x5413)),
    "name of a thread": (157, 167, (15,)),
    "duplicate a descriptor": (72, 25, (3, 1030)),
    "lock a file": (72, 25, (3, 6)),
    "own signal": (234, 131, (MYSELF, MYSELF, 10)),
    "read a limit": (302, 261, (0, 7, 0, 0x7FFD00001000)),
}
DENIED: Mapping[str, Call] = {
    "execve": (59, 221, ()),
    "execveat": (322, 281, ()),
    "fork": (57, 220, (17,)),
    "a process by clone": (56, 220, (FORK_OF_GLIBC,)),
    "a thread in a user namespace": (56, 220, (THREAD_OF_GLIBC | 0x10000000,)),
    "a thread in a network namespace": (56, 220, (THREAD_OF_GLIBC | 0x40000000,)),
    "a traced thread": (56, 220, (THREAD_OF_GLIBC | 0x2000,)),
    "a sibling": (56, 220, (THREAD_OF_GLIBC | 0x8000,)),
    "unshare": (272, 97, ()),
    "setns": (308, 268, ()),
    "mount": (165, 40, ()),
    "pivot_root": (155, 41, ()),
    "chroot": (161, 51, ()),
    **{f"socket {family}": (41, 198, (family, 1)) for family in (1, 2, 10, 16, 17, 38, 40, 44)},
    "a pair of TIPC sockets": (53, 199, (30, 1)),
    "bind": (49, 200, ()),
    "connect": (42, 203, ()),
    "setsockopt": (54, 208, ()),
    "pass descriptors": (46, 211, ()),
    "TIOCSTI": (16, 29, (0, 0x5412)),
    "TIOCLINUX": (16, 29, (0, 0x541C)),
    "FIOSETOWN": (16, 29, (0, 0x8901)),
    "F_SETOWN": (72, 25, (1, 8, ELSEWHERE)),
    "F_SETOWN_EX": (72, 25, (1, 15)),
    "F_SETSIG": (72, 25, (1, 10)),
    "F_SETLEASE": (72, 25, (1, 1024)),
    "F_NOTIFY": (72, 25, (1, 1026)),
    "F_SETPIPE_SZ": (72, 25, (1, 1031)),
    "PR_SET_DUMPABLE": (157, 167, (4,)),
    "PR_SET_SECCOMP": (157, 167, (22,)),
    "PR_SET_MM": (157, 167, (35,)),
    "PR_SET_PTRACER": (157, 167, (0x59616D61,)),
    "memfd_create": (319, 279, ()),
    "memfd_secret": (447, 447, ()),
    "ptrace": (101, 117, ()),
    "process_vm_readv": (310, 270, ()),
    "process_vm_writev": (311, 271, ()),
    "pidfd_open": (434, 434, ()),
    "pidfd_getfd": (438, 438, ()),
    "kcmp": (312, 272, ()),
    "io_uring_setup": (425, 425, ()),
    "userfaultfd": (323, 282, ()),
    "keyctl": (250, 219, ()),
    "bpf": (321, 280, ()),
    "perf_event_open": (298, 241, ()),
    "open_by_handle_at": (304, 265, ()),
    "name_to_handle_at": (303, 264, ()),
    "fanotify_init": (300, 262, ()),
    "inotify_init1": (294, 26, ()),
    "quotactl": (179, 60, ()),
    "personality": (135, 92, ()),
    "setpriority": (141, 140, ()),
    "sched_setscheduler": (144, 119, ()),
    "setsid": (112, 157, ()),
    "setpgid": (109, 154, ()),
    "setuid": (105, 146, ()),
    "shmget": (29, 194, ()),
    "msgget": (68, 186, ()),
    "semget": (64, 190, ()),
    "mq_open": (240, 180, ()),
    "timer_create": (222, 107, ()),
    "rt_sigqueueinfo": (129, 138, ()),
    "landlock_create_ruleset": (444, 444, ()),
    "seccomp": (317, 277, ()),
    "kexec_load": (246, 104, ()),
    "init_module": (175, 105, ()),
    "setxattr": (188, 5, ()),
    "a new limit": (302, 261, (0, 0, 0x7FFD00001000)),
    "a new limit at an address whose low half is zero": (302, 261, (0, 0, 0x100000000)),
    "setrlimit": (160, 164, (0, 0x7FFD00001000)),
}
WITHOUT_NAMESPACES: Mapping[str, Call] = {
    "signal another": (62, 129, (ELSEWHERE, 9)),
    "signal all": (62, 129, (0xFFFFFFFFFFFFFFFF, 9)),
    "signal the group": (62, 129, (0, 9)),
    "signal another's thread": (234, 131, (ELSEWHERE, ELSEWHERE, 9)),
    "read another's limit": (302, 261, (ELSEWHERE, 7)),
    "move another": (203, 122, (ELSEWHERE,)),
}


def answer(machine: str, call: Call, *, may_fork: bool = False, own_pid: int = 0) -> int:
    """Return what the filter of `machine` answers."""
    on_x86_64, generic, arguments = call
    number = on_x86_64 if machine == "x86_64" else generic
    assert number is not None
    program = seccomp.program(machine, may_fork=may_fork, own_pid=own_pid)
    return run(program, number, ARCHITECTURES[machine], *arguments)


def refused(reply: int) -> bool:
    """Whether the call failed, and the process went on."""
    return reply & 0xFFFF0000 == ERRNO and reply & 0xFFFF != 0


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("own_pid", [0, MYSELF])
@pytest.mark.parametrize("name", ALLOWED)
def test_what_honest_code_needs_is_allowed(machine: str, own_pid: int, name: str) -> None:
    """Each call of ordinary Python and torch is made, with and without namespaces."""
    assert answer(machine, ALLOWED[name], own_pid=own_pid) == ALLOW


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("name", DENIED)
def test_what_reaches_further_fails_and_kills_nobody(machine: str, name: str) -> None:
    """Each call that reaches into the kernel or another process answers an error."""
    assert refused(answer(machine, DENIED[name]))


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("name", WITHOUT_NAMESPACES)
def test_without_namespaces_other_processes_are_out_of_reach(machine: str, name: str) -> None:
    """Where no pid namespace protects others, a worker reaches itself alone."""
    assert refused(answer(machine, WITHOUT_NAMESPACES[name], own_pid=MYSELF))


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_without_namespaces_metadata_calls_pretend(machine: str) -> None:
    """chmod does nothing and says that all is well, for Landlock does not mediate it."""
    assert answer(machine, (91, 52, ()), own_pid=MYSELF) == ERRNO


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_forking_is_allowed_where_the_assignment_says_so(machine: str) -> None:
    """A process may be made then, but in no namespace, and as nobody else's child."""
    assert answer(machine, (56, 220, (FORK_OF_GLIBC,)), may_fork=True) == ALLOW
    for flag in (
        0x00020000,
        0x02000000,
        0x04000000,
        0x08000000,
        0x10000000,
        0x20000000,
        0x40000000,
        0x8000,
    ):
        assert refused(answer(machine, (56, 220, (FORK_OF_GLIBC | flag,)), may_fork=True))


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_calls_of_another_architecture_kill(machine: str) -> None:
    """No honest program mixes architectures: calls of i386, and x32's numbers, end the process."""
    program = seccomp.program(machine, may_fork=False, own_pid=0)
    assert run(program, 0, I386) == KILL
    assert run(program, 0x40000000, ARCHITECTURES[machine]) == KILL
    assert {run(program, 0, arch) for name, arch in ARCHITECTURES.items() if name != machine} == {
        KILL
    }


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_a_call_that_is_newer_than_the_list_is_unknown(machine: str) -> None:
    """It answers ENOSYS, upon which a C library takes the older way; EPERM would be the end."""
    assert answer(machine, (100_000, 100_000, ())) == ERRNO | errno.ENOSYS
    assert (
        answer(machine, (435, 435, ())) == ERRNO | errno.ENOSYS
    )  # clone3, whose flags cannot be read


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_numbers_are_those_of_the_headers(machine: str) -> None:
    """Every number of the list is the one of Linux's own header, where that is installed."""
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"no {header}: apt-get install linux-libc-dev")
    defined = re.findall(r"#define (?:__NR3264|__NR)_(\w+)\s+(\d+)", header.read_text())
    numbers = {name: int(number) for name, number in defined}
    # the generic table calls it fstatat
    numbers["newfstatat"] = numbers.get("newfstatat") or numbers["fstatat"]
    listed = syscalls.NUMBERS_BY_MACHINE[machine]
    expected = {name: numbers.get(name, number) for name, number in listed.items()}
    assert expected == listed
    unknown = listed.keys() - numbers.keys()
    assert unknown <= {"fchmodat2"}  # newer than the headers of Debian 12


def test_each_name_has_one_place() -> None:
    """No call is listed under two purposes: the first would decide."""
    groups = [
        group
        for name, group in vars(syscalls).items()
        if name.isupper() and isinstance(group, list)
    ]
    names = [name for group in groups for name in group]
    assert len(names) == len(set(names))


def test_no_filter_can_be_made_for_an_unknown_architecture() -> None:
    """Where the numbers are unknown there is an error and no program, so no worker either."""
    assert not seccomp.supported("s390x")
    with pytest.raises(OSError, match="s390x"):
        seccomp.program("s390x", may_fork=False, own_pid=0)


def test_an_architecture_that_was_never_tried_is_supported_a_level_down() -> None:
    """riscv64 shares the generic numbers: it has a filter, and does not claim level A."""
    assert seccomp.supported("riscv64")
    assert not seccomp.tried("riscv64")
    assert seccomp.tried("aarch64")

"""The system calls that a worker may make (runs inside), by purpose, and their numbers.

Each is written `name x86_64 aarch64`, with `-` where an architecture lacks the call. Numbers: Linux
`asm/unistd_64.h` and `asm-generic/unistd.h`; tests/unit/sandbox/test_seccomp.py compares them with
the headers.

How the list was found: on 2026-11-24, Linux 6.18 on x86_64, glibc 2.36, CPython 3.11, torch 2.13,
the calls of workers were recorded from the installation of the filter to their ends, by

    strace -f --decode-pids=pidns autograder verify ID --case solution --case 'right/*'

for every assignment that runs code (flower_classifier: the solution and one right answer), and over
a longer form of tests/cases/sandboxed/honest_*.py: 80 calls. Added to these: what glibc makes of
the same functions on aarch64 or in other versions (`stat` for `newfstatat`, `ppoll` for `poll`),
calls that the vDSO saves where it can (`clock_gettime`), and harmless ones behind functions of
Python's `os`, `signal` and `select`. A missing call answers EPERM, one that is newer than this list
ENOSYS; none kills.
"""

from __future__ import annotations

VERIFIED_MACHINES = (
    "x86_64",
    "aarch64",
)  # whose column was read from that architecture's own headers
AUDIT_ARCH = {  # linux/audit.h
    "x86_64": 0xC000003E,
    "aarch64": 0xC00000B7,
    "riscv64": 0xC00000F3,  # this and the next share the generic numbers, and were never tried
    "loongarch64": 0xC0000102,
}
NUMBERS_BY_MACHINE: dict[str, dict[str, int]] = {
    arch: {} for arch in VERIFIED_MACHINES
}  # by architecture and name
NEWEST_NUMBER = 469  # file_setattr of Linux 6.17: what has a higher number was unknown to this list


def _names(table: str) -> list[str]:
    """Return the names in `table`, and enter their numbers into NUMBERS_BY_MACHINE."""
    names = []
    for entry in table.split(","):
        name, *numbers = entry.split()
        names.append(name)
        for known, number in zip(NUMBERS_BY_MACHINE.values(), numbers, strict=True):
            if number != "-":
                known[name] = int(number)
    return names


MEMORY_CALLS = _names("""
    mmap 9 222, munmap 11 215, mprotect 10 226, mremap 25 216, madvise 28 233, brk 12 214,
    msync 26 227
""")

FILE_CALLS = _names("""
    read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, lseek 8 62,
    close 3 57, close_range 436 436, open 2 -, openat 257 56, fstat 5 80, newfstatat 262 79,
    statx 332 291, stat 4 -, lstat 6 -, dup 32 23, dup2 33 -, dup3 292 24, getdents64 217 61,
    access 21 -, faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78,
    getcwd 79 17, chdir 80 49, fchdir 81 50, flock 73 32, fsync 74 82, fdatasync 75 83,
    truncate 76 45, ftruncate 77 46, fallocate 285 47, fadvise64 221 223, sendfile 40 71,
    copy_file_range 326 285, statfs 137 43, fstatfs 138 44, umask 95 166, mkdir 83 -,
    mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38,
    renameat2 316 276, link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36
""")

THREAD_CALLS = _names("""
    futex 202 98, set_robust_list 273 99, rseq 334 293, sched_yield 24 124,
    sched_getaffinity 204 123
""")

SIGNAL_CALLS = _names("""
    rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136,
    rt_sigtimedwait 128 137, sigaltstack 131 132, pause 34 -, alarm 37 -, getitimer 36 102,
    setitimer 38 103, restart_syscall 219 128
""")

TIME_CALLS = _names("""
    clock_gettime 228 113, gettimeofday 96 169, time 201 -, clock_nanosleep 230 115,
    clock_getres 229 114, nanosleep 35 101, times 100 153
""")

EVENT_CALLS = _names("""
    pipe 22 -, pipe2 293 59, eventfd2 290 19, epoll_create1 291 20, epoll_ctl 233 21,
    epoll_wait 232 -, epoll_pwait 281 22, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72,
    sendto 44 206, recvfrom 45 207, shutdown 48 210, getsockname 51 204, getpeername 52 205,
    getsockopt 55 209
""")

IDENTITY_CALLS = _names("""
    getpid 39 172, getppid 110 173, gettid 186 178, getpgrp 111 -, getuid 102 174, geteuid 107 175,
    getgid 104 176, getegid 108 177, getresuid 118 148, getresgid 120 150, getgroups 115 158,
    uname 63 160, sysinfo 99 179, getrusage 98 165, getrlimit 97 163, getcpu 309 168,
    getrandom 318 278, wait4 61 260, waitid 247 95, exit 60 93, exit_group 231 94
""")

METADATA_CALLS = _names("""
    chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, utimensat 280 88, utime 132 -,
    utimes 235 -, futimesat 261 -, chown 92 -, lchown 94 -, fchown 93 55, fchownat 260 54
""")

XATTR_CALLS = _names("""
    setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, getxattr 191 8, lgetxattr 192 9,
    fgetxattr 193 10, listxattr 194 11, llistxattr 195 12, flistxattr 196 13, removexattr 197 14,
    lremovexattr 198 15, fremovexattr 199 16
""")

FORK_CALLS = _names("""
    fork 57 -, vfork 58 -, sendmsg 46 211, recvmsg 47 212
""")

CONDITIONAL_CALLS = _names("""
    kill 62 129, tgkill 234 131, prlimit64 302 261, sched_setaffinity 203 122, clone 56 220,
    clone3 435 435, socketpair 53 199, ioctl 16 29, prctl 157 167, fcntl 72 25
""")

NUMBERS_BY_MACHINE |= {
    arch: NUMBERS_BY_MACHINE["aarch64"] for arch in AUDIT_ARCH if arch not in VERIFIED_MACHINES
}

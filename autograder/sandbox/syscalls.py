"""Which system calls a worker may make (runs inside), by purpose, and their numbers on x86_64 and aarch64.

Each is written `name x86_64 aarch64`, with `-` where an architecture lacks the call.
Numbers: Linux `asm/unistd_64.h` and `asm-generic/unistd.h`.
"""

from __future__ import annotations

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
NUMBERS: dict[str, dict[str, int]] = {arch: {} for arch in AUDIT_ARCH}  # by architecture and name


def _names(table: str) -> list[str]:
    """The names in `table`, whose numbers are entered into NUMBERS."""
    names = []
    for entry in table.split(","):
        name, *numbers = entry.split()
        names.append(name)
        for known, number in zip(NUMBERS.values(), numbers, strict=True):
            if number != "-":
                known[name] = int(number)
    return names


MEMORY = _names("""
    mmap 9 222, munmap 11 215, mprotect 10 226, mremap 25 216, madvise 28 233, brk 12 214, msync 26 227,
    mincore 27 232, mbind 237 235, get_mempolicy 239 236, set_mempolicy 238 237, membarrier 324 283
""")

FILES = _names("""
    read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, lseek 8 62, close 3 57,
    close_range 436 436, open 2 -, openat 257 56, fstat 5 80, newfstatat 262 79, statx 332 291, stat 4 -,
    lstat 6 -, fcntl 72 25, dup 32 23, dup2 33 -, dup3 292 24, getdents64 217 61, access 21 -, faccessat 269 48,
    faccessat2 439 439, readlink 89 -, readlinkat 267 78, getcwd 79 17, chdir 80 49, fchdir 81 50, flock 73 32,
    fsync 74 82, fdatasync 75 83, truncate 76 45, ftruncate 77 46, fallocate 285 47, fadvise64 221 223,
    sendfile 40 71, copy_file_range 326 285, statfs 137 43, fstatfs 138 44, umask 95 166, mkdir 83 -,
    mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276,
    link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36
""")

THREADS = _names("""
    futex 202 98, set_robust_list 273 99, get_robust_list 274 100, set_tid_address 218 96, rseq 334 293,
    arch_prctl 158 -, sched_yield 24 124, sched_getaffinity 204 123, sched_getparam 143 121,
    sched_getscheduler 145 120, getpriority 140 141
""")

SIGNALS = _names("""
    rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136,
    rt_sigsuspend 130 133, rt_sigtimedwait 128 137, sigaltstack 131 132, pause 34 -, alarm 37 -,
    getitimer 36 102, setitimer 38 103, restart_syscall 219 128
""")

TIME = _names("""
    clock_gettime 228 113, gettimeofday 96 169, time 201 -, clock_nanosleep 230 115, clock_getres 229 114,
    nanosleep 35 101, times 100 153, timer_create 222 107, timer_settime 223 110, timer_delete 226 111
""")

EVENTS = _names("""
    pipe 22 -, pipe2 293 59, eventfd2 290 19, epoll_create1 291 20, epoll_ctl 233 21, epoll_wait 232 -,
    epoll_pwait 281 22, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, socketpair 53 199, sendto 44 206,
    recvfrom 45 207, sendmsg 46 211, recvmsg 47 212, shutdown 48 210, getsockname 51 204, getpeername 52 205,
    getsockopt 55 209, setsockopt 54 208
""")

IDENTITY = _names("""
    getpid 39 172, getppid 110 173, gettid 186 178, getpgrp 111 -, getpgid 121 155, getsid 124 156,
    getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getresuid 118 148, getresgid 120 150,
    getgroups 115 158, uname 63 160, sysinfo 99 179, getrusage 98 165, getrlimit 97 163, getcpu 309 168,
    getrandom 318 278, wait4 61 260, waitid 247 95, exit 60 93, exit_group 231 94
""")

METADATA = _names("""
    chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, utimensat 280 88, utime 132 -, utimes 235 -,
    futimesat 261 -, chown 92 -, lchown 94 -, fchown 93 55, fchownat 260 54, setxattr 188 5, lsetxattr 189 6,
    fsetxattr 190 7
""")

CONDITIONAL = _names("""
    kill 62 129, tgkill 234 131, prlimit64 302 261, sched_setaffinity 203 122, fork 57 -, vfork 58 -,
    clone 56 220, clone3 435 435, socket 41 198, ioctl 16 29, prctl 157 167
""")

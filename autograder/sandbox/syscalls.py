"""Which system calls a worker may make, by purpose, and their numbers on x86_64 and aarch64.

Numbers: Linux `asm/unistd_64.h` and `asm-generic/unistd.h`. A call that an architecture lacks is not listed there.
"""

from __future__ import annotations

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h

MEMORY = (
    "mmap munmap mprotect mremap madvise brk msync mincore mbind get_mempolicy set_mempolicy "
    "membarrier "
).split()

FILES = (
    "read write readv writev pread64 pwrite64 lseek close close_range open openat fstat newfstatat "
    "statx stat lstat fcntl dup dup2 dup3 getdents64 access faccessat faccessat2 readlink readlinkat "
    "getcwd chdir fchdir flock fsync fdatasync truncate ftruncate fallocate fadvise64 sendfile "
    "copy_file_range statfs fstatfs umask mkdir mkdirat rmdir unlink unlinkat rename renameat "
    "renameat2 link linkat symlink symlinkat "
).split()

THREADS = (
    "futex set_robust_list get_robust_list set_tid_address rseq arch_prctl sched_yield "
    "sched_getaffinity sched_getparam sched_getscheduler getpriority "
).split()

SIGNALS = (
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack "
    "pause alarm getitimer setitimer restart_syscall "
).split()

TIME = (
    "clock_gettime gettimeofday time clock_nanosleep clock_getres nanosleep times timer_create "
    "timer_settime timer_delete "
).split()

EVENTS = (
    "pipe pipe2 eventfd2 epoll_create1 epoll_ctl epoll_wait epoll_pwait poll ppoll select pselect6 "
    "socketpair sendto recvfrom sendmsg recvmsg shutdown getsockname getpeername getsockopt "
    "setsockopt "
).split()

IDENTITY = (
    "getpid getppid gettid getpgrp getpgid getsid getuid geteuid getgid getegid getresuid getresgid "
    "getgroups uname sysinfo getrusage getrlimit getcpu getrandom wait4 waitid exit exit_group "
).split()

METADATA = (
    "chmod fchmod fchmodat fchmodat2 utimensat utime utimes futimesat chown lchown fchown fchownat "
    "setxattr lsetxattr fsetxattr "
).split()

CONDITIONAL = (
    "kill tgkill prlimit64 sched_setaffinity fork vfork clone clone3 socket ioctl prctl "
).split()

X86_64 = {
    "mmap": 9, "munmap": 11, "mprotect": 10, "mremap": 25, "madvise": 28, "brk": 12, "msync": 26,
    "mincore": 27, "mbind": 237, "get_mempolicy": 239, "set_mempolicy": 238, "membarrier": 324, "read":
    0, "write": 1, "readv": 19, "writev": 20, "pread64": 17, "pwrite64": 18, "lseek": 8, "close": 3,
    "close_range": 436, "open": 2, "openat": 257, "fstat": 5, "newfstatat": 262, "statx": 332, "stat":
    4, "lstat": 6, "fcntl": 72, "dup": 32, "dup2": 33, "dup3": 292, "getdents64": 217, "access": 21,
    "faccessat": 269, "faccessat2": 439, "readlink": 89, "readlinkat": 267, "getcwd": 79, "chdir": 80,
    "fchdir": 81, "flock": 73, "fsync": 74, "fdatasync": 75, "truncate": 76, "ftruncate": 77,
    "fallocate": 285, "fadvise64": 221, "sendfile": 40, "copy_file_range": 326, "statfs": 137,
    "fstatfs": 138, "umask": 95, "mkdir": 83, "mkdirat": 258, "rmdir": 84, "unlink": 87, "unlinkat":
    263, "rename": 82, "renameat": 264, "renameat2": 316, "link": 86, "linkat": 265, "symlink": 88,
    "symlinkat": 266, "futex": 202, "set_robust_list": 273, "get_robust_list": 274, "set_tid_address":
    218, "rseq": 334, "arch_prctl": 158, "sched_yield": 24, "sched_getaffinity": 204, "sched_getparam":
    143, "sched_getscheduler": 145, "getpriority": 140, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "rt_sigpending": 127, "rt_sigsuspend": 130, "rt_sigtimedwait": 128,
    "sigaltstack": 131, "pause": 34, "alarm": 37, "getitimer": 36, "setitimer": 38, "restart_syscall":
    219, "clock_gettime": 228, "gettimeofday": 96, "time": 201, "clock_nanosleep": 230, "clock_getres":
    229, "nanosleep": 35, "times": 100, "timer_create": 222, "timer_settime": 223, "timer_delete": 226,
    "pipe": 22, "pipe2": 293, "eventfd2": 290, "epoll_create1": 291, "epoll_ctl": 233, "epoll_wait":
    232, "epoll_pwait": 281, "poll": 7, "ppoll": 271, "select": 23, "pselect6": 270, "socketpair": 53,
    "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47, "shutdown": 48, "getsockname": 51,
    "getpeername": 52, "getsockopt": 55, "setsockopt": 54, "getpid": 39, "getppid": 110, "gettid": 186,
    "getpgrp": 111, "getpgid": 121, "getsid": 124, "getuid": 102, "geteuid": 107, "getgid": 104,
    "getegid": 108, "getresuid": 118, "getresgid": 120, "getgroups": 115, "uname": 63, "sysinfo": 99,
    "getrusage": 98, "getrlimit": 97, "getcpu": 309, "getrandom": 318, "wait4": 61, "waitid": 247,
    "exit": 60, "exit_group": 231, "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452,
    "utimensat": 280, "utime": 132, "utimes": 235, "futimesat": 261, "chown": 92, "lchown": 94,
    "fchown": 93, "fchownat": 260, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "kill": 62,
    "tgkill": 234, "prlimit64": 302, "sched_setaffinity": 203, "fork": 57, "vfork": 58, "clone": 56,
    "clone3": 435, "socket": 41, "ioctl": 16, "prctl": 157
}

AARCH64 = {
    "mmap": 222, "munmap": 215, "mprotect": 226, "mremap": 216, "madvise": 233, "brk": 214, "msync":
    227, "mincore": 232, "mbind": 235, "get_mempolicy": 236, "set_mempolicy": 237, "membarrier": 283,
    "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67, "pwrite64": 68, "lseek": 62,
    "close": 57, "close_range": 436, "openat": 56, "fstat": 80, "newfstatat": 79, "statx": 291, "fcntl":
    25, "dup": 23, "dup3": 24, "getdents64": 61, "faccessat": 48, "faccessat2": 439, "readlinkat": 78,
    "getcwd": 17, "chdir": 49, "fchdir": 50, "flock": 32, "fsync": 82, "fdatasync": 83, "truncate": 45,
    "ftruncate": 46, "fallocate": 47, "fadvise64": 223, "sendfile": 71, "copy_file_range": 285,
    "statfs": 43, "fstatfs": 44, "umask": 166, "mkdirat": 34, "unlinkat": 35, "renameat": 38,
    "renameat2": 276, "linkat": 37, "symlinkat": 36, "futex": 98, "set_robust_list": 99,
    "get_robust_list": 100, "set_tid_address": 96, "rseq": 293, "sched_yield": 124, "sched_getaffinity":
    123, "sched_getparam": 121, "sched_getscheduler": 120, "getpriority": 141, "rt_sigaction": 134,
    "rt_sigprocmask": 135, "rt_sigreturn": 139, "rt_sigpending": 136, "rt_sigsuspend": 133,
    "rt_sigtimedwait": 137, "sigaltstack": 132, "getitimer": 102, "setitimer": 103, "restart_syscall":
    128, "clock_gettime": 113, "gettimeofday": 169, "clock_nanosleep": 115, "clock_getres": 114,
    "nanosleep": 101, "times": 153, "timer_create": 107, "timer_settime": 110, "timer_delete": 111,
    "pipe2": 59, "eventfd2": 19, "epoll_create1": 20, "epoll_ctl": 21, "epoll_pwait": 22, "ppoll": 73,
    "pselect6": 72, "socketpair": 199, "sendto": 206, "recvfrom": 207, "sendmsg": 211, "recvmsg": 212,
    "shutdown": 210, "getsockname": 204, "getpeername": 205, "getsockopt": 209, "setsockopt": 208,
    "getpid": 172, "getppid": 173, "gettid": 178, "getpgid": 155, "getsid": 156, "getuid": 174,
    "geteuid": 175, "getgid": 176, "getegid": 177, "getresuid": 148, "getresgid": 150, "getgroups": 158,
    "uname": 160, "sysinfo": 179, "getrusage": 165, "getrlimit": 163, "getcpu": 168, "getrandom": 278,
    "wait4": 260, "waitid": 95, "exit": 93, "exit_group": 94, "fchmod": 52, "fchmodat": 53, "fchmodat2":
    452, "utimensat": 88, "fchown": 55, "fchownat": 54, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7,
    "kill": 129, "tgkill": 131, "prlimit64": 261, "sched_setaffinity": 122, "clone": 220, "clone3": 435,
    "socket": 198, "ioctl": 29, "prctl": 167
}

NUMBERS = {"x86_64": X86_64, "aarch64": AARCH64}

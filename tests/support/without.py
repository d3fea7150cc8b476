"""Run a command on a kernel that lacks system calls.

The command is `python -m tests.support.without NAME=ERROR... -- COMMAND...`.

A seccomp filter answers them so for the command and all that it starts:
`landlock_create_ruleset=ENOSYS` is a kernel without Landlock, `unshare=EPERM` a container's own
filter, `mount=EACCES` AppArmor. None of our code is replaced.
"""

from __future__ import annotations

import errno
import os
import platform
import sys

from autograder.sandbox import seccomp

NUMBERS = {  # on x86_64, and in the generic table
    "landlock_create_ruleset": (444, 444),
    "unshare": (272, 97),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "seccomp": (317, 277),
    "prctl": (157, 167),
}
PR_SET_SECCOMP = 22


def lines_for(answers: list[str]) -> list[seccomp.Instruction]:
    """Return the filter that gives these answers; for prctl, only where it installs a filter."""
    lines: list[seccomp.Instruction] = []
    for name, _, error in (answer.partition("=") for answer in answers):
        reply = (seccomp.RETURN, 0, 0, seccomp.ERRNO | getattr(errno, error))
        number = NUMBERS[name][platform.machine() != "x86_64"]
        guard = [(seccomp.LOAD, 0, 0, seccomp.ARGUMENT[0]), (seccomp.EQUAL, 0, 1, PR_SET_SECCOMP)]
        body = [*(guard if name == "prctl" else []), reply]
        load = (seccomp.LOAD, 0, 0, seccomp.NUMBER)
        lines += [load, (seccomp.EQUAL, 0, len(body), number), *body]
    return [*lines, (seccomp.RETURN, 0, 0, seccomp.ALLOW)]


def main(words: list[str]) -> None:
    """Install the filter and go on as the command."""
    end = words.index("--")
    seccomp.loadable(lines_for(words[:end])).install()
    command = words[end + 1 :]
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])

# expect: {'read': True, 'setrlimit': 'ValueError', 'prlimit': 'PermissionError', 'processor time': True}
"""Reads its limits, which is allowed, and lowers them to choose how the kernel ends it, which is not."""

import resource


def attack(host):
    soft, hard = before = resource.getrlimit(resource.RLIMIT_CPU)
    found = {"read": soft == hard and resource.getrusage(resource.RUSAGE_SELF).ru_utime < hard}
    for name, change in (
        ("setrlimit", lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 1))),
        ("prlimit", lambda: resource.prlimit(0, resource.RLIMIT_CPU, (1, 1))),
    ):
        try:
            change()
        except (OSError, ValueError) as error:
            found[name] = type(error).__name__
    return {**found, "processor time": resource.getrlimit(resource.RLIMIT_CPU) == before}

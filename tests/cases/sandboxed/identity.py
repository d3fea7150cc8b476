# expect: [1, 1000, 1000, [], 'sandbox']
# at level B: not held
"""Who it is, as it sees itself."""

import os


def attack(host):
    return [os.getpid(), os.getuid(), os.getgid(), os.getgroups(), os.uname().nodename]

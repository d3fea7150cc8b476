# expect: ["/tmp"]
# at level B: []
"""Files outside its own disk, of which /tmp is a part."""

import os
import sys


def attack(host):
    folders = ["/", "/tmp", "/usr/lib", "/etc", "/proc", "/dev", "/mnt", sys.prefix, os.path.dirname(host["mine"])]
    return [folder for folder in folders if writes(folder + "/written_by_a_student")]


def writes(path):
    try:
        with open(path, "w") as file:
            file.write("x")
    except OSError:
        return False
    return True

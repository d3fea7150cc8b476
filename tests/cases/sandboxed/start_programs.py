# expect: []
"""Programs, by every way that Python has to start one."""

import os
import pty
import subprocess
import sys


def attack(host):
    ways = {
        "run": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
        "shell": lambda: subprocess.run("true", shell=True, check=True),
        "posix_spawn": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], {}),
        "system": lambda: 1 / (os.system("true") == 0),
        "popen": lambda: os.popen("true").read(),
        "exec": lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]),
        "pty": lambda: pty.fork(),
    }
    return [name for name, way in ways.items() if works(way)]


def works(way):
    try:
        way()
    except (OSError, ZeroDivisionError):
        return False
    return True

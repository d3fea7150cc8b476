# ends: test_mean passed
# earns: 10
# walls: both
"""The hidden graders, the solution, other hand-ins, the results so far, and files that every machine has."""

import os

HOST = {}


def mean(x):
    found = []
    shared = [
        "/etc/shadow",
        "/etc/hostname",
        "/etc/resolv.conf",
        "/root/.ssh",
        "/home",
        "/var",
        "/run",
        "/tmp",
        "/work",
    ]
    for start in (HOST["course"], HOST["submitted"], HOST["out"], HOST["mine"], "/", *shared):
        for folder, _, files in os.walk(start):
            if folder.split("/")[1] in ("usr", "lib", "lib64", "box", "dev", "opt") or "python" in folder:
                continue
            found += [
                f"{folder}/{file}" for file in files if "passwd" not in file and readable(f"{folder}/{file}")
            ]
    files = ["assignments/tensors/graders/test_tensors.py", "solutions/tensors/tensors.py", "grading.yml"]
    found += [file for file in files if readable(f"{HOST['course']}/{file}")]
    found += [
        path
        for path in (f"{HOST['submitted']}/- neighbour/tensors/tensors.py", HOST["mine"] + "/file")
        if readable(path)
    ]
    assert not [path for path in found if "/site-packages/" not in path], found
    return x.mean().item()


def readable(path):
    try:
        return bool(open(path, "rb").read(1))
    except OSError:
        return False

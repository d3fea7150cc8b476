# expect: 'done'
"""What ordinary code does with files: copies with their metadata, locks, links, archives, a database."""

import fcntl
import os
import pathlib
import shutil
import sqlite3
import tarfile
import tempfile


def attack(host):
    folder = pathlib.Path("a/b")
    folder.mkdir(parents=True)
    (folder / "file").write_text("x" * 1000)
    (folder / "file").chmod(0o600)
    shutil.copy2(folder / "file", "copied")
    shutil.copytree("a", "tree")
    shutil.move("copied", "moved")
    os.utime("moved")
    os.symlink("moved", "link")
    os.link("moved", "second")
    with open("moved", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fcntl.lockf(file, fcntl.LOCK_EX)
        os.posix_fallocate(file.fileno(), 0, 2000)
        file.truncate(10)
        os.fsync(file.fileno())
    with tarfile.open("t.tar", "w") as tar:
        tar.add("a")
    with tarfile.open("t.tar") as tar:
        tar.extractall("out")
    with sqlite3.connect("x.db") as database:
        database.execute("create table t(a)")
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryFile() as file:
        pathlib.Path(made, "y").touch()
        file.write(b"z")
    shutil.disk_usage(".")
    shutil.rmtree("tree")
    return "done"

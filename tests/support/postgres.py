"""A PostgreSQL server of one's own: started in a temporary folder, reached by a socket in it, gone
afterwards.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = "-c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
USER = "postgres"  # PostgreSQL refuses to run as root; Debian's package makes this user


def binaries() -> Path | None:
    """Return the folder of the server's programs, which Debian keeps off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@contextmanager
def server(programs: Path) -> Iterator[Callable[[], str]]:
    """Yield a function that makes an empty database on a running server and returns its URL."""
    names = itertools.count(1)
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, USER)
    try:
        _run(
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        options = SETTINGS.format(folder=folder)
        _run(
            programs / "pg_ctl",
            "start",
            "-w",
            "-D",
            folder / "data",
            "-l",
            folder / "log",
            "-o",
            options,
        )
        try:
            yield lambda: _database(programs, folder, f"database_{next(names)}")
        finally:
            _run(programs / "pg_ctl", "stop", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder)


def _database(programs: Path, folder: Path, name: str) -> str:
    _run(programs / "createdb", "-h", folder, "-U", USER, name)
    return f"postgresql://{USER}@/{name}?host={folder}"


def _run(*words: str | Path) -> None:
    """Run a program of the server as somebody whom it accepts."""
    become = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    subprocess.run([*become, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/")

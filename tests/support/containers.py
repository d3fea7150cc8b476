"""Containers without an image: Podman over a root file system made of this machine's own folders.

`/usr`, Python and this repository are mounted read-only, at the paths that they have here. So
nothing is downloaded, and what is tested is this working copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.command_line import SECONDS, Ended
from tests.support.levels import skip_below_a
from tests.support.places import REPOSITORY

# As this harness needs them on any engine: no network, and limits below those of the host.
RUN = "podman --runtime runc run --network none --ulimit nofile=1024:2048 --ulimit nproc=4096:4096"
MERGED = ("bin", "sbin", "lib", "lib32", "lib64")  # links into /usr, where the host has them
EMPTY = ("usr", "proc", "sys", "dev", "tmp", "run", "mnt", "root", "home", "etc", "course")
PASSWD = "root:x:0:0::/root:/bin/sh\ngrader:x:1000:1000::/home:/bin/sh\n"


def make_root(folder: Path) -> Path:
    """Make the root file system; skip where this machine cannot run containers."""
    if os.getuid() != 0:
        pytest.skip("needs root: Podman without root wants an image's own files")
    for program in ("podman", "runc"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    skip_below_a()
    for name in EMPTY:
        (folder / name).mkdir(parents=True)
    (folder / "tmp").chmod(0o1777)
    for name in MERGED:
        if Path("/", name).is_symlink():
            (folder / name).symlink_to(f"usr/{name}")
    (folder / "etc" / "passwd").write_text(PASSWD, encoding="utf-8")
    ended = in_container(folder, (), ["true"])
    if ended.returncode != 0:
        pytest.skip(f"this machine cannot run containers: {ended.stderr.strip()}")
    return folder


def in_container(root: Path, options: Sequence[str], command: Sequence[object]) -> Ended:
    """Run a command in a fresh container with this interpreter's commands on its PATH."""
    shown = {Path("/usr"), *(Path(p).resolve() for p in (sys.base_prefix, sys.prefix)), REPOSITORY}
    mounts = [word for path in sorted(shown) for word in ("--volume", f"{path}:{path}:ro")]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    words = [*RUN.split(), "--rm", *mounts, "--env", f"PATH={path}", *options, "--rootfs", root]
    return subprocess.run(
        [str(word) for word in (*words, *command)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

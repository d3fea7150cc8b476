"""Run a command as a user who owns nothing: `python ordinary_user.py COMMAND...`.

Root becomes `nobody`. The interpreter may live below a folder that is closed to others (/root): in
a private mount namespace such a folder is covered by a small file system that holds the way to what
is needed, and nothing else. Whoever is no root just runs the command.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from autograder.sandbox import kernel
from tests.support.places import REPOSITORY

NOBODY = 65534
REFUSED = 77  # the exit status where this machine does not let root make such a user
OPEN = 0o001  # others may pass
STAYS_ROOT = "--stays-root"


def run(
    *command: str, seconds: float = 120, as_root: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command as an ordinary user in the repository; it ends with REFUSED where it cannot.

    With `as_root` root stays root, as in a container whose interpreter everybody may read.
    """
    stays = [STAYS_ROOT] if as_root else []
    return subprocess.run(
        [sys.executable, "-m", "tests.support.ordinary_user", *stays, *command],
        cwd=REPOSITORY,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def become_ordinary() -> None:
    """Give up root for good, with the interpreter and the repository still in reach; OSError where
    refused.
    """
    if os.getuid() != 0:
        return
    keep_in_reach()
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def keep_in_reach() -> None:
    """Open the way to the interpreter and the repository for everybody, in a view of our own."""
    kernel.unshare(kernel.NEWNS)
    kernel.mount("none", "/", flags=kernel.REC | kernel.PRIVATE)
    needed = [Path(p).resolve() for p in (sys.base_prefix, sys.prefix, REPOSITORY)]
    while closed := _outermost_closed(needed):
        _cover(closed, [path for path in needed if closed in path.parents])


def _outermost_closed(needed: list[Path]) -> Path | None:
    """Return the first folder on the way to a needed path that others may not enter."""
    for path in needed:
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & OPEN:
                return folder
    return None


def _cover(closed: Path, needed: list[Path]) -> None:
    """Hide `closed` behind an open folder in which only the needed paths are, as they were."""
    descriptors = {path: os.open(path, os.O_PATH) for path in needed}
    kernel.mount("tmpfs", str(closed), "tmpfs", kernel.NOSUID | kernel.NODEV, "size=1m,mode=755")
    for path, descriptor in descriptors.items():
        path.mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{descriptor}", str(path), flags=kernel.BIND | kernel.REC)
        os.close(descriptor)


def main(command: list[str]) -> None:
    """Become an ordinary user and go on as `command`."""
    stays_root = command[:1] == [STAYS_ROOT]
    command = command[1:] if stays_root else command
    try:
        keep_in_reach() if stays_root and os.getuid() == 0 else become_ordinary()
    except OSError as error:
        print(f"root cannot become an ordinary user here: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])

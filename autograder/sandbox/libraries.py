"""What a worker may read (both sides): libraries of the interpreter and the system, and nothing
beside them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

SYSTEM_LIBRARIES = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
)
OURS = "autograder"  # this package: nothing of it is read after the fork, and graders use it
OUR_DISTRIBUTION = "dl_course_autograder"  # its name for pip, as pyproject.toml states it


def visible_paths() -> tuple[str, ...]:
    """The interpreter's libraries, the system's, and the installed packages.

    Of a prefix only its libraries: beside them may lie anything, pip's configuration or a whole
    course.
    """
    libraries = {f"{p}/{lib}" for p in (sys.base_prefix, sys.prefix) for lib in ("lib", "lib64")}
    return tuple(sorted(p for p in {*libraries, *_sites(), *SYSTEM_LIBRARIES} if os.path.exists(p)))


def readable_paths(hidden: tuple[str, ...]) -> tuple[str, ...]:
    """What is visible, less the hidden packages and this one."""
    return tuple(entry for p in visible_paths() for entry in _without(p, _sites(), (OURS, *hidden)))


def hidden_paths(hidden: tuple[str, ...]) -> tuple[str, ...]:
    """Where the hidden packages, and this one, are installed."""
    return tuple(
        f"{s}/{name}"
        for s in sorted(_sites())
        for name in (OURS, *hidden)
        if os.path.isdir(f"{s}/{name}")
    )


def _sites() -> set[str]:
    return {p for p in sys.path if p.endswith(("site-packages", "dist-packages"))}


def exposed(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Those of `paths` that every worker could read, each with the folder of libraries that it lies
    in.
    """
    libraries = [os.path.realpath(path) for path in visible_paths()]
    return [
        (path, library)
        for path in paths
        for library in libraries
        if os.path.commonpath((os.path.realpath(path), library)) == library
    ]


def _without(path: str, sites: set[str], hidden: tuple[str, ...]) -> list[str]:
    """`path`, or, where hidden packages lie below it, everything below it but these."""
    concealed = [os.path.realpath(f"{site}/{name}") for site in sites for name in hidden]

    def leads_to_one(folder: str) -> bool:
        return any(c.startswith(os.path.realpath(folder) + "/") for c in concealed)

    if not leads_to_one(path):
        return [path]
    below = [f"{path}/{name}" for name in os.listdir(path)]
    kept = [
        child
        for child in below
        if os.path.realpath(child) not in concealed
        and not (
            os.path.islink(child) and leads_to_one(child)
        )  # lib64 -> lib would open what lib hides
    ]
    return [entry for child in kept for entry in _without(child, sites, hidden)]

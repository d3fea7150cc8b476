"""Paths that a worker may read (both sides): libraries of the interpreter and the system."""

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
OUR_PACKAGE = "autograder"  # hidden: nothing of it is read after the fork, and graders use it
OUR_DISTRIBUTION = "dl_course_autograder"  # its name for pip, as pyproject.toml states it


def visible_paths() -> tuple[str, ...]:
    """Return the folders of the interpreter's libraries, the system's, and installed packages.

    Of a prefix only the libraries count: beside them may lie anything, pip's configuration or a
    whole course.
    """
    prefixes = (sys.base_prefix, sys.prefix)
    libraries = {f"{prefix}/{name}" for prefix in prefixes for name in ("lib", "lib64")}
    candidates = {*libraries, *_site_packages(), *SYSTEM_LIBRARIES}
    return tuple(sorted(filter(os.path.exists, candidates)))


def readable_paths(hidden: tuple[str, ...]) -> tuple[str, ...]:
    """Return the visible paths without the hidden packages and this one."""
    concealed = _real_paths_of((OUR_PACKAGE, *hidden))
    paths: list[str] = []
    for path in visible_paths():
        paths += _without(path, concealed)
    return tuple(paths)


def hidden_paths(hidden: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders in which the hidden packages and this one are installed."""
    folders: list[str] = []
    for site in sorted(_site_packages()):
        folders += [f"{site}/{name}" for name in (OUR_PACKAGE, *hidden)]
    return tuple(filter(os.path.isdir, folders))


def _site_packages() -> set[str]:
    return {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}


def _real_paths_of(packages: Iterable[str]) -> set[str]:
    """Return where packages may be installed, with links resolved."""
    sites = _site_packages()
    return {os.path.realpath(f"{site}/{name}") for name in packages for site in sites}


def exposed(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return those of `paths` that every worker could read, with the library folder of each."""
    libraries = [os.path.realpath(path) for path in visible_paths()]
    found: list[tuple[str, str]] = []
    for path in paths:
        for library in libraries:
            if os.path.commonpath((os.path.realpath(path), library)) == library:
                found.append((path, library))
    return found


def _without(path: str, concealed: set[str]) -> list[str]:
    """Return `path`, or everything below it but the concealed paths where it holds one of them."""
    if not _holds_any(path, concealed):
        return [path]
    paths: list[str] = []
    for name in os.listdir(path):
        child = f"{path}/{name}"
        if os.path.realpath(child) in concealed:
            continue
        if os.path.islink(child) and _holds_any(child, concealed):
            continue  # lib64 -> lib would open what lib hides
        paths += _without(child, concealed)
    return paths


def _holds_any(folder: str, paths: set[str]) -> bool:
    start = os.path.realpath(folder) + "/"
    return any(path.startswith(start) for path in paths)

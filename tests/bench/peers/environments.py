"""An environment for each peer that is not installed here, made once under the user's cache.

torch is not installed again: the site-packages of the harness stand behind those of the
environment, where its own packages are found first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

CONSTRAINTS = Path(__file__).parent / "constraints.txt"
FINISHED = "finished.txt"  # written last; it says what the environment was made of
OF_HARNESS = "behind.pth"  # a line of it is a folder that Python searches after the others


class CannotInstall(Exception):
    """pip cannot install a peer here; the text says why."""


def python_of(package: str) -> Path:
    """Return the interpreter of a peer's environment, which is made where there is none.

    CannotInstall where pip fails.
    """
    folder = cache_folder() / package
    made_of = _made_of(package)
    python = folder / "bin" / "python"
    finished = folder / FINISHED
    if finished.is_file() and finished.read_text(encoding="utf-8") == made_of:
        return python
    print(f"installing {package} in {folder} ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "--quiet", "-c", str(CONSTRAINTS), package])
    packages = folder / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (packages / OF_HARNESS).write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    finished.write_text(made_of, encoding="utf-8")
    return python


def cache_folder() -> Path:
    """Return where environments are kept."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "dl-course-autograder" / "bench-peers"


def version_of(package: str) -> str:
    """Return the version at which a package is pinned."""
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if name == package:
            return version.partition("#")[0].strip()
    raise KeyError(package)


def _made_of(package: str) -> str:
    """Return what an environment depends on; with anything else, it is made again."""
    pins = hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()
    return f"{package}\n{sys.version}\n{sysconfig.get_path('purelib')}\n{pins}\n"


def _run(command: list[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        lines = ended.stderr.strip().splitlines()
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        raise CannotInstall((errors + lines[-1:] + [f"exit code {ended.returncode}"])[0])

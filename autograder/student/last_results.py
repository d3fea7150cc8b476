"""Results of the last `check` of a file, kept in the user's cache folder, not beside the file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograder.model import CheckResult
from autograder.results import write_bytes
from autograder.student.changes import Passed, passed_in

CACHE_FOLDERS = ("XDG_CACHE_HOME", "LOCALAPPDATA")  # environment variables, the second of Windows
NAME_DIGITS = 16  # of the digest of the file's path


def last_results(file: Path) -> Passed:
    """Return which checks of a file passed the last time, by id; empty where it is not known."""
    try:
        kept = json.loads(_place_of(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def keep_results(file: Path, results: Sequence[CheckResult]) -> None:
    """Keep which checks of a file passed; where that cannot be written, nothing is kept."""
    with suppress(OSError, RuntimeError):  # RuntimeError: there is no home folder
        write_bytes(_place_of(file), json.dumps(passed_in(results)).encode())


def _place_of(file: Path) -> Path:
    named = next((os.environ[name] for name in CACHE_FOLDERS if os.environ.get(name)), "~/.cache")
    digest = hashlib.sha256(str(file.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return Path(named).expanduser() / "autograder" / f"{digest[:NAME_DIGITS]}.json"

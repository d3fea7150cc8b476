"""OUT: the folder that a run writes, locked while it does, without links and unfinished files."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import HostError
from autograder.model import draw_seed, format_seed, parse_seed
from autograder.results import UNFINISHED

SEED_FILE = "seed"  # below OUT
RESULT_FOLDERS = ("results", "final_grades", "reports", "staff", "attempts", "published")
STORE_FOLDER = ".computed"  # below OUT: what judges share; it may be deleted between two runs
# Below OUT while reports are behind the results: what a killed run leaves is not published.
BEHIND_FILE = ".behind"
# Below OUT: what `watch` graded and has not put into OUT yet. It writes there without the lock.
WATCH_FOLDER = ".watch"


class OutputBusy(HostError):
    """Raised where another command writes into OUT."""


@contextmanager
def locked_output(out: Path) -> Iterator[None]:
    """Make OUT and hold its lock; raise HostError where it cannot be written or is in use.

    An OSError of the block, such as a full disk, becomes a HostError that names the file.
    """
    with _lock(out):
        _refuse_links(out)
        try:
            _remove_unfinished(out)
            yield
            _remove_unfinished(out)  # of judges that were killed meanwhile
        except OSError as error:
            if error.filename is None and error.strerror is None:
                raise
            # Of a file that could not be moved, the second name is where it should have gone.
            place = error.filename2 or error.filename or out
            raise HostError(f"{place}: {error.strerror}; what was finished is kept") from error


@contextmanager
def reports_behind(out: Path) -> Iterator[None]:
    """Note in OUT that its files do not fit one another until the block ends without an error.

    A process that is killed meanwhile leaves the note, and the next whole run removes it.
    """
    mark_behind(out)
    yield
    (out / BEHIND_FILE).unlink(missing_ok=True)


def mark_behind(out: Path) -> None:
    """Note in OUT that its files do not fit one another."""
    (out / BEHIND_FILE).touch()


@contextmanager
def watching(out: Path) -> Iterator[Path]:
    """Make the folder of a watch below OUT, and hold it; HostError where another watch has it.

    OUT itself is not locked.
    """
    try:
        with _lock(out / WATCH_FOLDER):
            yield out / WATCH_FOLDER
    except OutputBusy:
        raise HostError(f"{out}: another watch writes here; end it, or choose another") from None


def is_behind(out: Path) -> bool:
    """Return whether a run into OUT has not finished, or was killed, so that files do not fit."""
    return (out / BEHIND_FILE).exists()


def kept_seed(out: Path) -> int:
    """Return the seed of OUT; the first run that asks for it draws it. Its owner alone reads it.

    A seed that was given to replay a run is not kept: it may be known to students by then.
    """
    file = out / SEED_FILE
    try:
        return parse_seed(file.read_text("ascii").strip())
    except (FileNotFoundError, ValueError):  # ValueError: its writer was killed
        seed = draw_seed()
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(file, flags, 0o600), "w") as kept:
        kept.write(f"{format_seed(seed)}\n")
    return seed


@contextmanager
def _lock(out: Path) -> Iterator[None]:
    flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(os.open(out / ".lock", flags, 0o666), "w")
    except OSError as error:
        raise HostError(
            f"{out}: cannot write here: {error.strerror}; choose another --out"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OutputBusy(
                f"{out}: another run is writing here; wait for it, or choose another --out"
            ) from None
        yield


def _refuse_links(out: Path) -> None:
    """Raise HostError where a folder of OUT is a link: its files would lie elsewhere."""
    folders = [out / name for name in (*RESULT_FOLDERS, STORE_FOLDER)]
    for folder in (*folders, *(out / "results").glob("*")):
        if folder.is_symlink():
            raise HostError(
                f"{folder}: a link, and results are written below {out} only; remove it"
            )


def _remove_unfinished(out: Path) -> None:
    """Remove the files that were being written when their writer was killed."""
    for path in out.rglob(f".*{UNFINISHED}"):
        if path.is_file() and path.relative_to(out).parts[0] != WATCH_FOLDER:
            path.unlink()

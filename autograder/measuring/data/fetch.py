"""Fetching of a file from the web: resumed where it stopped, verified, then put in its place."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from autograder.errors import HostError

MAX_ATTEMPTS = 3  # at one file, each going on where the one before stopped
SERVER_TIMEOUT_S = 30.0  # of silence, after which the connection is given up
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadSource:
    """A file on the web, its place below the data folder, and its checksum."""

    url: str
    file: Path
    algorithm: Literal["md5", "sha256"]
    checksum: str  # hexadecimal, or its beginning: the names of weights carry eight digits

    def is_sound(self, file: Path) -> bool:
        """Return whether `file` exists and has the checksum."""
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            digest = hashlib.file_digest(
                stream, lambda: hashlib.new(self.algorithm, usedforsecurity=False)
            )
        return digest.hexdigest().startswith(self.checksum)


# Called with the bytes that are here, and the bytes in all (0: the server does not say).
ProgressReport: TypeAlias = Callable[[DownloadSource, int, int], None]


class Interrupted(Exception):
    """Raised when a transfer ended early; another attempt may go on from there."""


def no_report(source: DownloadSource, received: int, total: int) -> None:
    """Ignore the progress of a transfer."""


def fetch(source: DownloadSource, data: Path, report: ProgressReport = no_report) -> bool:
    """Make the file of `source` exist below `data`; return False where the right one did already.

    What arrives is kept beside it as .part until it is whole and verified; another call goes on
    from there.
    """
    target = data / source.file
    if source.is_sound(target):
        return False
    part = part_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as stream:
            _lock(stream, part)
            _complete(source, stream, part, report)
            part.replace(target)
    except OSError as error:
        raise HostError(
            f"{part}: {error.strerror or error}; free some space or name another folder"
        ) from error
    finally:
        if part.is_file() and not part.stat().st_size:
            part.unlink()
    return True


def part_of(target: Path) -> Path:
    """Return where a file is kept until it is whole."""
    return target.with_name(target.name + ".part")


def _lock(stream: BinaryIO, part: Path) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise HostError(f"{part}: another command is fetching this file; let it finish") from error


def _complete(source: DownloadSource, stream: BinaryIO, part: Path, report: ProgressReport) -> None:
    """Fill `part` from where it ends, and verify it; if it is wrong, fetch all of it once more."""
    was_begun = stream.tell() > 0
    _transfer(source, stream, part, report)
    if was_begun and not source.is_sound(part):  # the file on the server may have changed since
        stream.truncate(0)
        _transfer(source, stream, part, report)
    if not source.is_sound(part):
        part.unlink()
        expected = source.checksum + ("…" if source.algorithm == "sha256" else "")
        raise HostError(
            f"{source.url}: what came is not the file that torchvision names "
            f"({source.algorithm} is not {expected}); it was thrown away; try again, "
            "and if it stays so, something between here and there changes files"
        )


def _transfer(source: DownloadSource, stream: BinaryIO, part: Path, report: ProgressReport) -> None:
    """Append what is missing, in a few attempts; HostError where it does not arrive."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            _append(source, stream, report)
            return
        except Interrupted as error:
            if attempt == MAX_ATTEMPTS:
                size = part.stat().st_size
                kept = f"; {size:,} bytes are kept in {part}" if size else ""
                raise HostError(
                    f"{source.url}: cannot be fetched: {error}{kept}. Check the network "
                    "(a proxy is named by https_proxy), and run the same command again"
                ) from error


def _append(source: DownloadSource, stream: BinaryIO, report: ProgressReport) -> None:
    """Request all that is missing, once; Interrupted where the network or the server fails."""
    received = stream.seek(0, 2)
    request = urllib.request.Request(
        source.url, headers={"User-Agent": "autograder", "Range": f"bytes={received}-"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SERVER_TIMEOUT_S) as response:
            if response.status != http.client.PARTIAL_CONTENT:  # the server sends all of it
                received = stream.truncate(0)
            missing = int(response.headers.get("Content-Length", 0))
            total = received + missing if missing else 0
            while chunk := response.read(CHUNK_BYTES):
                _write(stream, chunk)
                received += len(chunk)
                report(source, received, total)
    except urllib.error.HTTPError as error:
        is_complete = error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and received > 0
        if is_complete:  # it seems so: the checksum decides
            return
        raise Interrupted(f"the server answers {error.code} {error.reason}") from error
    except _DiskError as error:
        raise error.reason from error
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(str(getattr(error, "reason", error)) or type(error).__name__) from error
    if received < total:
        raise Interrupted(f"the transfer ended after {received:,} of {total:,} bytes")


class _DiskError(Exception):
    """Carries an error of the disk past the handling of those of the network: both are OSErrors."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _write(stream: BinaryIO, chunk: bytes) -> None:
    try:
        stream.write(chunk)
        stream.flush()
    except OSError as error:
        raise _DiskError(error) from error

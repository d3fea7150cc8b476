"""Fetching a file from the web: resumed where it stopped, verified, and only then put in its place."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from autograder.errors import HostError

ATTEMPTS = 3  # at one file, each going on where the one before stopped
SILENCE = 30.0  # seconds after which a server that says nothing is given up
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file on the web, its place below the data folder, and how it is recognised."""

    url: str
    file: Path
    algorithm: Literal["md5", "sha256"]
    checksum: str  # hexadecimal, or its beginning: the names of weights carry eight digits

    def is_sound(self, file: Path) -> bool:
        """Whether `file` is there and is the right one."""
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            digest = hashlib.file_digest(
                stream, lambda: hashlib.new(self.algorithm, usedforsecurity=False)
            )
        return digest.hexdigest().startswith(self.checksum)


Report = Callable[
    [Source, int, int], None
]  # bytes that are here, bytes in all (0: the server does not say)


class Interrupted(Exception):
    """Raised when a transfer ended early; another attempt may go on from there."""


def fetch(source: Source, data: Path, report: Report = lambda source, here, total: None) -> bool:
    """Have the file of `source` below `data`; False where it was there already, and is the right
    one.

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
            _claim(stream, part)
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
    """Where a file is kept until it is whole."""
    return target.with_name(target.name + ".part")


def _claim(stream: BinaryIO, part: Path) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise HostError(f"{part}: another command is fetching this file; let it finish") from error


def _complete(source: Source, stream: BinaryIO, part: Path, report: Report) -> None:
    """Fill `part` from where it ends, and verify it; what was pieced together wrongly is fetched
    once more.
    """
    was_begun = stream.tell() > 0
    _transfer(source, stream, part, report)
    if was_begun and not source.is_sound(part):  # the file on the server may have changed since
        stream.truncate(0)
        _transfer(source, stream, part, report)
    if not source.is_sound(part):
        part.unlink()
        raise HostError(
            f"{source.url}: what came is not the file that torchvision names "
            f"({source.algorithm} is not {source.checksum}{'…' if source.algorithm == 'sha256' else ''}); "
            "it was thrown away; try again, and if it stays so, something between here and there changes files"
        )


def _transfer(source: Source, stream: BinaryIO, part: Path, report: Report) -> None:
    """Append what is missing, in a few attempts; HostError where it does not arrive."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _append(source, stream, report)
            return
        except Interrupted as error:
            if attempt == ATTEMPTS:
                size = part.stat().st_size
                kept = f"; {size:,} bytes are kept in {part}" if size else ""
                raise HostError(
                    f"{source.url}: cannot be fetched: {error}{kept}. "
                    "Check the network (a proxy is named by https_proxy), and run the same command again"
                ) from error


def _append(source: Source, stream: BinaryIO, report: Report) -> None:
    """One request for all that is missing; Interrupted where the network or the server fails."""
    here = stream.seek(0, 2)
    request = urllib.request.Request(
        source.url, headers={"User-Agent": "autograder", "Range": f"bytes={here}-"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SILENCE) as response:
            if response.status != http.client.PARTIAL_CONTENT:  # the server sends all of it
                here = stream.truncate(0)
            missing = int(response.headers.get("Content-Length", 0))
            total = here + missing if missing else 0
            while chunk := response.read(CHUNK):
                _write(stream, chunk)
                here += len(chunk)
                report(source, here, total)
    except urllib.error.HTTPError as error:
        if (
            error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and here
        ):  # nothing is missing, it seems
            return
        raise Interrupted(f"the server answers {error.code} {error.reason}") from error
    except _NoSpace as error:
        raise error.reason from error
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(str(getattr(error, "reason", error)) or type(error).__name__) from error
    if here < total:
        raise Interrupted(f"the transfer ended after {here:,} of {total:,} bytes")


class _NoSpace(Exception):
    """Carries an error of the disk past the handling of those of the network: both are OSErrors."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _write(stream: BinaryIO, chunk: bytes) -> None:
    try:
        stream.write(chunk)
        stream.flush()
    except OSError as error:
        raise _NoSpace(error) from error

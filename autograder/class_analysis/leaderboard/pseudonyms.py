"""Pseudonyms: stable names that nobody can lead back to a student without a kept secret."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

from autograder.errors import CourseError, HostError

KEY_BYTES = 32
# Letters that are not taken for one another, in the place of those of base32.
FROM_LETTERS, TO_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
HALF_LENGTH = 4  # characters: a pseudonym is two halves, 40 bits


def pseudonym_of(student: str, key: bytes) -> str:
    """Return the pseudonym of a student, such as `K7QM-2XRD`: the same for the same key."""
    digest = hmac.digest(key, student.encode("utf-8", "surrogateescape"), "sha256")
    letters = base64.b32encode(digest).decode()[: 2 * HALF_LENGTH]
    shown = letters.translate(str.maketrans(FROM_LETTERS, TO_LETTERS))
    return f"{shown[:HALF_LENGTH]}-{shown[HALF_LENGTH:]}"


def kept_key(file: Path) -> bytes:
    """Return the key in a file, which is made where it is missing; its owner alone reads it."""
    try:
        return _key_in(file)
    except FileNotFoundError:
        pass
    key = secrets.token_bytes(KEY_BYTES)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
        with os.fdopen(os.open(file, flags, 0o600), "w") as kept:
            kept.write(f"{key.hex()}\n")
    except FileExistsError:
        return _key_in(file)  # another run made it meanwhile
    except OSError as error:
        raise HostError(f"{file}: {error.strerror}; name another file with --key") from error
    return key


def _key_in(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except FileNotFoundError:
        raise
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise CourseError(
            f"{file}: expected a key of {2 * KEY_BYTES} hexadecimal digits; put it back, or remove "
            "the file for new pseudonyms"
        )
    return key

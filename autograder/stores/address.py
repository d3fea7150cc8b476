"""Addresses of object stores, and the errors that say in plain words what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.errors import AutograderError, CourseError, HostError

ADDRESS = re.compile(r"(?P<protocol>[a-z][a-z0-9+.-]+)://(?P<path>[^/].*)?")
S3_PROTOCOLS = ("s3", "s3a")


def is_address(text: str) -> bool:
    """Return whether a text is an address of a store, and no path."""
    return "://" in text


def protocol_of(address: str) -> str:
    """Return the protocol of an address; CourseError where it is none."""
    match = ADDRESS.fullmatch(address)
    if match is None or not match["path"]:
        raise CourseError(f"{address}: expected an address such as s3://bucket/folder")
    return match["protocol"]


def open_store(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path there, without a slash at its end."""
    protocol = protocol_of(address)
    from fsspec.core import url_to_fs

    try:
        store, path = url_to_fs(address.rstrip("/"))
    except ImportError:
        remedy = f"install the package of fsspec for {protocol}://"
        if protocol in S3_PROTOCOLS:
            remedy = "pip install 'dl-course-autograder[s3]'"
        raise HostError(f"{address}: a package is missing; {remedy}") from None
    except ValueError as error:
        raise CourseError(f"{address}: {error}") from None
    return store, path


@contextmanager
def plain_errors(address: str) -> Iterator[None]:
    """Turn whatever a store raises into a HostError that names the address and the remedy."""
    try:
        yield
    except (AutograderError, KeyboardInterrupt):
        raise
    except FileNotFoundError as error:
        raise HostError(f"{address}: no such bucket: {_words(error)}") from None
    except PermissionError as error:
        raise HostError(
            f"{address}: access is denied: {_words(error)}; check the credentials and their rights"
        ) from None
    except Exception as error:
        if type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError"):
            raise HostError(
                f"{address}: no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                "AWS_PROFILE"
            ) from None
        kind = type(error).__name__
        raise HostError(f"{address}: cannot be reached: {kind}: {_words(error)}") from None


def _words(error: BaseException) -> str:
    """Return the message of an error as one line."""
    return " ".join(str(error).split()) or type(error).__name__

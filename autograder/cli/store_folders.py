"""Folders of commands that may be addresses of object stores."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from autograder.cli.options import say_line
from autograder.errors import CourseError, HostError
from autograder.stores.address import is_address

T = TypeVar("T")


class FolderOrAddress(click.Path):
    """A path, or an address such as s3://bucket/folder, which stays a text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return an address as it is, and anything else as a path."""
        if isinstance(value, str) and is_address(value):
            return value
        return super().convert(value, param, ctx)


def store_folders(
    *, read: str = "", written: str = ""
) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Give a command folders where its parameters are addresses: mirrors, made before it.

    What the command writes into the folder of the parameter `written` is written back after it.
    """

    def decorate(command: Callable[..., T]) -> Callable[..., T]:
        @wraps(command)
        def wrapped(*args: Any, **values: Any) -> T:
            addresses = {
                name: value
                for name, value in values.items()
                if name in (read, written) and isinstance(value, str)
            }
            if not addresses:
                return command(*args, **values)
            # It locks files, which needs Unix; `--help` does not.
            from autograder.stores.local_mirror import mirrored

            with ExitStack() as stack:
                folders: dict[Path, str] = {}
                for name, address in addresses.items():
                    context = mirrored(address, say_line, is_written=name == written)
                    values[name] = stack.enter_context(context)
                    folders[values[name]] = address
                return _with_addresses(folders, lambda: command(*args, **values))

        return wrapped

    return decorate


def _with_addresses(folders: dict[Path, str], function: Callable[[], T]) -> T:
    """Call a function; an error that names a file of a mirror names the address instead."""

    def named(text: str) -> str:
        for folder, address in folders.items():
            text = text.replace(str(folder), address.rstrip("/"))
        return text

    try:
        return function()
    except CourseError as error:
        raise CourseError(*map(named, error.complaints)) from None
    except HostError as error:
        raise HostError(named(str(error))) from None

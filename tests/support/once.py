"""What is expensive and made once: its result is remembered, and so is its failure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def once(make: Callable[P, T]) -> Callable[P, T]:
    """Return `make`, called once for the same arguments, also where it fails.

    functools.cache forgets an exception: each of a hundred tests would grade a class again that
    could not be graded, and fail for a reason of its own. Where a fixture of a module serves, use
    that.
    """
    results: dict[Any, T] = {}
    failures: dict[Any, BaseException] = {}

    @functools.wraps(make)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, tuple(sorted(kwargs.items())))
        if key in failures:
            raise failures[key]
        if key not in results:
            try:
                results[key] = make(*args, **kwargs)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # pytest's skip and fail are no Exceptions
                failures[key] = error
                raise
        return results[key]

    return remembering

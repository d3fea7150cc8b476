"""The type that a probe declares for its answer, and whether what a worker answered has it."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict


@functools.lru_cache(maxsize=256)
def declared_type(probe: Callable[..., Any]) -> Any:
    """Return the type in the probe's return annotation.

    It is Any where there is none, or one that cannot be resolved.
    """
    try:
        return get_type_hints(probe).get("return", Any)
    except (NameError, TypeError, AttributeError):
        return Any


def fits(value: object, declared: Any) -> bool:
    """Return whether plain data has the declared type, to its innermost values.

    A type that is unknown here fits every value.
    """
    origin, parts = get_origin(declared), get_args(declared)
    if declared in (Any, None):
        return declared is Any or value is None
    if is_typeddict(declared):
        return _fits_keys(value, declared)
    if origin in (Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if origin in (list, Sequence):
        return isinstance(value, list) and all(fits(item, parts[0]) for item in value)
    if origin is tuple:
        return isinstance(value, tuple) and _fits_places(value, parts)
    if origin in (dict, Mapping):
        return isinstance(value, dict) and all(
            fits(key, parts[0]) and fits(item, parts[1]) for key, item in value.items()
        )
    if declared is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, declared) if isinstance(declared, type) else True


def _fits_keys(value: object, declared: Any) -> bool:
    """Return whether a dict has the required keys of a TypedDict and no others than it names."""
    hints = get_type_hints(declared)
    if (
        not isinstance(value, dict)
        or not declared.__required_keys__ <= value.keys() <= hints.keys()
    ):
        return False
    return all(fits(item, hints[key]) for key, item in value.items())


def _fits_places(value: tuple[object, ...], parts: tuple[object, ...]) -> bool:
    """Return whether each value of a tuple has its type.

    All have the same one where an ellipsis follows it.
    """
    if len(parts) == 2 and parts[1] is Ellipsis:
        return all(fits(item, parts[0]) for item in value)
    return len(value) == len(parts) and all(
        fits(item, part) for item, part in zip(value, parts, strict=True)
    )

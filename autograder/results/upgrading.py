"""Upgrades of result files of earlier schemas: what they lack is filled in, in the present form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.model import format_seed
from autograder.results.encoding import SCHEMA

UPGRADABLE_SCHEMAS = (2,)
# What the first files of schema 3 lack, too.
SHOWN_WORK: Mapping[str, Any] = {"texts": [], "curves": [], "answers": []}


def upgraded(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a file's content in the present schema."""
    if content["schema"] == SCHEMA:
        return {**SHOWN_WORK, **content}
    return {
        "networks": [],
        "pictures": [],
        "likeness": {"forms": [], "mistakes": []},
        **SHOWN_WORK,
        **content,
        "schema": SCHEMA,
        "seed": _seed_text(content["seed"]),
        "criteria": [
            {**score, "checks": _with_trust(score["checks"])} for score in content["criteria"]
        ],
        "findings": _with_trust(content["findings"]),
    }


def _seed_text(seed: object) -> object:
    """Return a seed as text; schema 2 held a number."""
    return format_seed(seed) if type(seed) is int else seed


def _with_trust(checks: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add to each check what schema 2 did not record: whether it rests on trust."""
    return [{"on_trust": False, **check} for check in checks]

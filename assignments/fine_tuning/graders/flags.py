"""What the parameters that want a gradient, and those that do not, tell of the mistake behind them."""

from __future__ import annotations

from collections.abc import Set

STEP = "step"  # the method of GradualUnfreezer, whose groups are named by its caller


def name_excess(function: str, extra: Set[str], frozen: Set[str]) -> str:
    """The finding for parameters that should be among the frozen, `extra` of them, and want a gradient."""
    if extra == frozen:
        return "starts_unfrozen" if function == STEP else "froze_nothing"
    if len(extra) == len(frozen) - 1 > 1:
        return "froze_one"
    if all(name.endswith("bias") for name in extra):
        return "froze_only_weights"
    return {STEP: "thaws_others", "freeze_until": "leaves_earlier"}.get(function, "wants_gradient")


def name_lack(function: str, lacking: Set[str], trained: Set[str], before: Set[str]) -> str:
    """The finding for parameters that should be among the trained and want no gradient.

    `before` are those that wanted one before the call.
    """
    if function == STEP and lacking <= before:
        return "freezes_again"
    if function == "freeze_group" and lacking <= before:
        return "freezes_others"
    if len(lacking - before) == len(trained - before) - 1 > 1:
        return "thawed_one"
    if all(name.endswith("bias") for name in lacking):
        return "thawed_only_weights"
    return {STEP: "thaws_too_little", "freeze_until": "freezes_too_much"}.get(function, "wants_no_gradient")

"""The mistakes that `requires_grad` flags reveal: which finding explains the wrong ones."""

from __future__ import annotations

from collections.abc import Set

from reference import STEM_CHILDREN, group_of

STEP_METHOD = "step"  # the method of GradualUnfreezer, whose groups are named by its caller


def name_excess(function: str, extra: Set[str], frozen: Set[str], trained: Set[str]) -> str:
    """Return the finding for parameters, `extra`, that should be frozen and are trainable.

    `frozen` are those that should be frozen, `trained` those that should be trained.
    """
    if extra == frozen:
        return "starts_unfrozen" if function == STEP_METHOD else "froze_nothing"
    if len(extra) == len(frozen) - 1 > 1:
        return "froze_one"
    if all(name.endswith("bias") for name in extra):
        return "froze_only_weights"
    if function == STEP_METHOD and all(shares_a_name(name, trained) for name in extra):
        return "thaws_others"
    return {STEP_METHOD: "left_unfrozen", "freeze_until": "leaves_earlier"}.get(
        function, "wants_gradient"
    )


def shares_a_name(name: str, trained: Set[str]) -> bool:
    """Return whether a parameter's own name contains that of a trained group or child."""
    groups = {group_of(other) for other in trained}
    words = (
        groups
        | {"fc" for group in groups if group == "head"}
        | {w for w in STEM_CHILDREN if "stem" in groups}
    )
    inner = name.partition(".")[2]
    return any(word in inner for word in words) or any(word in name.split(".")[0] for word in words)


def name_lack(function: str, lacking: Set[str], trained: Set[str], before: Set[str]) -> str:
    """Return the finding for parameters, `lacking`, that should be trained and are frozen.

    `trained` are those that should be trained, `before` those that were trainable before the call.
    """
    if function == STEP_METHOD and lacking <= before:
        return "freezes_again"
    if function == "freeze_group" and lacking <= before:
        return "freezes_others"
    if len(lacking - before) == len(trained - before) - 1 > 1:
        return "thawed_one"
    if all(name.endswith("bias") for name in lacking):
        return "thawed_only_weights"
    return {STEP_METHOD: "thaws_too_little", "freeze_until": "freezes_too_much"}.get(
        function, "wants_no_gradient"
    )

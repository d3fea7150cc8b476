"""Bonuses and penalties applied to a total: every one is a line, and the lines add up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from autograder.model import (
    Adjustment,
    AdjustmentLine,
    Bonus,
    Decisions,
    Lang,
    Penalty,
    Rubric,
    ScoreSheet,
    Text,
    Waiver,
)
from autograder.text.sentences import say, say_in_each


def gather(
    sheets: Sequence[ScoreSheet], decisions: Decisions, late: Sequence[Adjustment] = ()
) -> tuple[Adjustment, ...]:
    """What applies: what people set, then what the harness found and nobody took back; each once."""
    settled = {a.id for a in decisions.adjustments} | {w.id for w in decisions.waivers}
    found: dict[str, Adjustment] = {}
    for adjustment in (*(a for sheet in sheets for a in sheet.adjustments), *late):
        if adjustment.id not in settled:
            found.setdefault(adjustment.id, adjustment)
    return (*decisions.adjustments, *found.values())


def settle(
    rubric: Rubric,
    earned: Fraction,
    adjustments: Sequence[Adjustment],
    lang: Lang = "es",
    waivers: Sequence[Waiver] = (),
) -> tuple[AdjustmentLine, ...]:
    """One line per bonus and penalty of the rubric, in its order, whether it applied or not.

    `earned` plus the points of all lines is the total, which stays within 0 and the rubric's total:
    bonuses share their cap in the rubric's order, and a share of the total is taken last. More days
    than a daily penalty allows take the whole total. `adjustments` must have passed
    `soundness.check_adjustments`.
    """
    entries: tuple[Bonus | Penalty, ...] = (*rubric.bonuses, *rubric.penalties)
    declared = {a.id: a for a in adjustments}
    waived = {w.id: w for w in waivers}
    applied = [p for p in rubric.penalties if p.id in declared]
    fixed = {
        p.id: p.points * max(1, declared[p.id].days)
        for p in applied
        if not _share(p, declared[p.id])
    }
    room = min(rubric.bonus_cap, rubric.total - earned - sum(fixed.values()))
    changes: dict[str, Fraction] = {}
    for bonus in rubric.bonuses:
        if bonus.id in declared:
            changes[bonus.id] = min(bonus.points, room)
            room -= changes[bonus.id]
    left = earned + sum(changes.values())
    for penalty in sorted(applied, key=lambda p: p.id not in fixed):
        wanted = fixed.get(penalty.id, left * _share(penalty, declared[penalty.id]))
        changes[penalty.id] = max(wanted, -left)
        left += changes[penalty.id]
    return tuple(
        AdjustmentLine(
            id=entry.id,
            title=entry.title,
            applied=entry.id in declared,
            points=changes.get(entry.id, Fraction(0)),
            reason=_reason(entry, declared.get(entry.id), changes, lang),
            author=declared[entry.id].author if entry.id in declared else "",
            waiver=waived.get(entry.id),
        )
        for entry in entries
    )


def too_late(penalty: Penalty, days: int) -> Text | None:
    """Why nothing is left of the total, where more days passed than the penalty allows."""
    if not penalty.days or days <= penalty.days:
        return None
    return say_in_each("adjustments", "too_late", days=days, most=penalty.days)


def _share(penalty: Penalty, adjustment: Adjustment) -> Fraction:
    return Fraction(-1) if too_late(penalty, adjustment.days) else penalty.share


def _reason(
    entry: Bonus | Penalty, adjustment: Adjustment | None, changes: dict[str, Fraction], lang: Lang
) -> str:
    """What was declared, and what the rules made of it."""
    if adjustment is None:
        return ""
    if isinstance(entry, Bonus):
        rule = say("adjustments", "capped", lang) if changes[entry.id] < entry.points else ""
    else:
        late = too_late(entry, adjustment.days)
        rule = late.in_(lang) if late else _days(adjustment.days, lang)
    return " ".join(part for part in (adjustment.reason, rule) if part)


def _days(days: int, lang: Lang) -> str:
    return say("adjustments", "days_late", lang, count=days) if days else ""

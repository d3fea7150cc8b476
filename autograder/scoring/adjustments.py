"""Bonuses and penalties applied to a total: every one is a line, and the lines add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def applicable_adjustments(
    sheets: Sequence[ScoreSheet], decisions: Decisions, late: Sequence[Adjustment] = ()
) -> tuple[Adjustment, ...]:
    """Return the adjustments that apply, each once.

    First those that people set, then those of the sheets and of lateness that no person waived.
    """
    settled = {adjustment.id for adjustment in decisions.adjustments}
    settled |= {waiver.id for waiver in decisions.waivers}
    found: dict[str, Adjustment] = {}
    of_sheets = [adjustment for sheet in sheets for adjustment in sheet.adjustments]
    for adjustment in (*of_sheets, *late):
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
    """Return one line per bonus and penalty of the rubric, in its order, applied or not.

    `earned` plus the points of all lines is the total, which stays within 0 and the rubric's total:
    bonuses share their cap in the rubric's order, and a share of the total is taken last. More days
    than a daily penalty allows take the whole total. `adjustments` must have passed
    `validation.check_adjustments`.
    """
    declared = {adjustment.id: adjustment for adjustment in adjustments}
    waived = {waiver.id: waiver for waiver in waivers}
    changes = _changes(rubric, earned, declared)
    entries: tuple[Bonus | Penalty, ...] = (*rubric.bonuses, *rubric.penalties)
    lines = []
    for entry in entries:
        adjustment = declared.get(entry.id)
        line = AdjustmentLine(
            id=entry.id,
            title=entry.title,
            applied=adjustment is not None,
            points=changes.get(entry.id, Fraction(0)),
            reason=_reason(entry, adjustment, changes, lang),
            author=adjustment.author if adjustment is not None else "",
            waiver=waived.get(entry.id),
        )
        lines.append(line)
    return tuple(lines)


def _changes(
    rubric: Rubric, earned: Fraction, declared: Mapping[str, Adjustment]
) -> dict[str, Fraction]:
    """Return what each declared bonus and penalty changes of the total, by its id."""
    penalties = [penalty for penalty in rubric.penalties if penalty.id in declared]
    fixed = {}
    for penalty in penalties:
        if not _share(penalty, declared[penalty.id]):
            fixed[penalty.id] = penalty.points * max(1, declared[penalty.id].days)
    changes: dict[str, Fraction] = {}
    remaining_bonus = min(rubric.bonus_cap, rubric.total - earned - sum(fixed.values()))
    for bonus in rubric.bonuses:
        if bonus.id in declared:
            changes[bonus.id] = min(bonus.points, remaining_bonus)
            remaining_bonus -= changes[bonus.id]
    total = earned + sum(changes.values())
    for penalty in sorted(penalties, key=lambda penalty: penalty.id not in fixed):
        share = _share(penalty, declared[penalty.id])
        points = fixed.get(penalty.id, total * share)
        changes[penalty.id] = max(points, -total)
        total += changes[penalty.id]
    return changes


def too_late(penalty: Penalty, days: int) -> Text | None:
    """Return why nothing is left of the total, where more days passed than the penalty allows."""
    if not penalty.days or days <= penalty.days:
        return None
    return say_in_each("adjustments", "too_late", days=days, most=penalty.days)


def _share(penalty: Penalty, adjustment: Adjustment) -> Fraction:
    """Return the share of the total that a penalty takes: negative, or zero where it is fixed."""
    return Fraction(-1) if too_late(penalty, adjustment.days) else penalty.share


def _reason(
    entry: Bonus | Penalty,
    adjustment: Adjustment | None,
    changes: Mapping[str, Fraction],
    lang: Lang,
) -> str:
    """Return what was declared, and what the rules made of it."""
    if adjustment is None:
        return ""
    rule = ""
    if isinstance(entry, Bonus):
        if changes[entry.id] < entry.points:
            rule = say("adjustments", "capped", lang)
    else:
        refusal = too_late(entry, adjustment.days)
        rule = refusal.in_(lang) if refusal else _days_late(adjustment.days, lang)
    return " ".join(part for part in (adjustment.reason, rule) if part)


def _days_late(days: int, lang: Lang) -> str:
    return say("adjustments", "days_late", lang, count=days) if days else ""

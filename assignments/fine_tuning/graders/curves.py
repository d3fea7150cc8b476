"""The rates of one parameter group, and the properties that every right warm-up and cosine has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.checks import fail

MAX_SHARE = 1 + 1e-6  # times the base rate: rounding, and no more
# Of the base rate: right schedules peak an epoch earlier or later, some a little below.
MIN_PEAK_SHARE = 0.95
# of the base rate: at most this in the first epoch of a warm-up that is long enough to show
MAX_FIRST_SHARE = 0.5
MAX_LAST_SHARE = 0.05  # of the base rate: at most this at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The rate of one group in each epoch, and after the last."""

    base: float
    warmup: int
    total: int
    rates: tuple[float, ...]
    # Groups of small rates pass theirs, and the one of the largest does not.
    only_small_exceed: bool = False

    @property
    def exceeds(self) -> bool:
        """Return whether a rate is above the base."""
        return any(rate > self.base * MAX_SHARE for rate in self.rates)

    @property
    def shares(self) -> tuple[float, ...]:
        """The rates as shares of the base."""
        return tuple(rate / self.base for rate in self.rates)

    def fail(self, key: str, epoch: int, **values: str) -> None:
        """Fail the check with that finding, for an epoch counted from 0."""
        setting = f"{self.warmup}, {self.total}"
        got = self.rates[epoch] + 0.0  # no rate is shown as -0
        fail(key, setting=setting, base=f"{self.base:g}", epoch=epoch, got=f"{got:.3g}", **values)


def judge_curve(curve: Curve, part: Literal["rise", "fall"]) -> None:
    """Check the properties of one part of a curve.

    That no rate is above the base belongs to both parts.
    """
    expect_within(curve)
    if part == "rise":
        judge_rise(curve)
    else:
        judge_fall(curve)


def expect_within(curve: Curve) -> None:
    """Check that every rate is a number, and none is above the base."""
    if any(rate != rate for rate in curve.rates):
        curve.fail("rate_is_nan", next(e for e, rate in enumerate(curve.rates) if rate != rate))
    for epoch, rate in enumerate(curve.rates):
        if not rate <= curve.base * MAX_SHARE:
            curve.fail(name_excess(curve, epoch), epoch)


def name_excess(curve: Curve, epoch: int) -> str:
    """Return the finding for the first rate above its base.

    Either a floor is too high for this group, or the rate goes on rising.
    """
    if curve.only_small_exceed:
        return "floor_above_base"
    if epoch and all(curve.rates[e] > curve.rates[e - 1] for e in range(1, epoch + 1)):
        return "rises_beyond"
    return "rises_again" if epoch > curve.warmup + 1 else "rate_above_base"


def judge_rise(curve: Curve) -> None:
    """Check the warm-up.

    The first rate is low but above zero, the rates rise, and one within an epoch of the warm-up's
    end is full.
    """
    rates, warmup = curve.rates, curve.warmup
    if not rates[0] > 0:
        curve.fail("starts_at_zero", 0)
    if warmup > 2 and not rates[0] <= MAX_FIRST_SHARE * curve.base:
        curve.fail(
            "set_an_epoch_late" if rates[1] <= MAX_FIRST_SHARE * curve.base else "starts_high", 0
        )
    around = range(max(0, warmup - 1), min(curve.total, warmup + 1) + 1)
    top = max(around, key=lambda epoch: rates[epoch])
    if not rates[top] >= MIN_PEAK_SHARE * curve.base:
        curve.fail("peak_missed" if warmup else "starts_low_without_warmup", top)
    for epoch in range(1, min(top, warmup - 1) + 1):
        if not rates[epoch] > rates[epoch - 1]:
            curve.fail("does_not_rise", epoch)


def judge_fall(curve: Curve) -> None:
    """Check the decay.

    After the peak no rate rises; the rate is about half in the middle and almost zero at the end.
    """
    rates, first, last = curve.rates, curve.warmup + 1, curve.total - 1
    for epoch in range(first + 1, last + 1):
        if not rates[epoch] <= rates[epoch - 1] * MAX_SHARE:
            is_rise = all(rates[e] > rates[e - 1] for e in range(1, epoch + 1))
            curve.fail("rises_on" if is_rise else "rises_again", epoch)
    if not min(rates[last:]) <= MAX_LAST_SHARE * curve.base * MAX_SHARE:
        curve.fail("ends_high", last)
    middle = (curve.warmup + curve.total) // 2
    if not 0.25 * curve.base <= rates[middle] <= 0.75 * curve.base:
        curve.fail("falls_abruptly", middle)

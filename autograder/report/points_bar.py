"""A bar of points as numbers: where its pieces begin and end, in percent of its width."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsBar:
    """Points as a bar: earned from the left, then waiting, then lost; a marker at the minimum."""

    earned: Fraction  # points
    waiting: Fraction  # points
    possible: Fraction  # points
    minimum: Fraction  # points

    @property
    def lost(self) -> Fraction:
        """Return the points that can no longer be earned."""
        return max(Fraction(0), self.possible - self.earned - self.waiting)

    @property
    def earned_width(self) -> str:
        """Return the width of the earned piece."""
        return percent(self.earned, self.possible)

    @property
    def waiting_width(self) -> str:
        """Return the width of the waiting piece, which begins where the earned one ends."""
        return percent(min(self.waiting, self.possible - self.earned), self.possible)

    @property
    def minimum_at(self) -> str:
        """Return the place of the marker."""
        return percent(self.minimum, self.possible)


def percent(part: Fraction, whole: Fraction) -> str:
    """Return `part` of `whole` for an SVG attribute, within 0 and 100: "12.5%"."""
    if not whole:
        return "0%"
    share = min(max(part / whole, Fraction(0)), Fraction(1))
    return f"{round(float(share * 100), 2):g}%"

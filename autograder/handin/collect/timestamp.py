"""A point in time that says its zone: read strictly, and shown to people to the minute."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

EXPECTED = "a time with its zone, such as 2026-12-01T23:59+01:00, 2026-12-01T22:59Z or '2026-12-01 23:59 Europe/Madrid'"


def parse_moment(text: str, *, zone: tzinfo | None = None) -> datetime:
    """The moment that `text` names; `zone` is that of a text which says none.

    ValueError or KeyError where it names none.
    """
    words = text.strip()
    time, _, name = words.rpartition(" ")
    if time and name[:1].isalpha():
        words, zone = time, ZoneInfo(name)
    moment = datetime.fromisoformat(words)
    if moment.tzinfo is None:
        if zone is None or ":" not in words:
            raise ValueError(f"{text}: no zone, or no time of day")
        moment = moment.replace(tzinfo=zone)
    return datetime.fromisoformat(moment.isoformat())  # a fixed offset, as it will be read again


def as_utc(moment: datetime) -> datetime:
    """A moment in UTC, without saying so: how nbgrader keeps it, and what sorts beside one that is
    not known.
    """
    return moment.astimezone(UTC).replace(tzinfo=None)


def shown_moment(moment: datetime, like: datetime | None = None) -> str:
    """A moment as people read it, in the zone of `like` where one is given."""
    local = moment.astimezone((like or moment).tzinfo)
    zone = local.strftime("%z")
    seconds = ":%S" if local.second else ""
    return local.strftime(f"%Y-%m-%d %H:%M{seconds} ") + (
        "UTC" if zone == "+0000" else f"{zone[:3]}:{zone[3:5]}"
    )

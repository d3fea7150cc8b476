"""Timestamps with a time zone: parsed strictly, shown to the minute."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

EXPECTED_TIMESTAMP = (
    "a time with its zone, such as 2026-12-01T23:59+01:00, 2026-12-01T22:59Z "
    "or '2026-12-01 23:59 Europe/Madrid'"
)


def parse_timestamp(text: str, *, zone: tzinfo | None = None) -> datetime:
    """Return the time that `text` gives; `zone` applies if the text has none.

    Raises ValueError or KeyError if the text is no time with a zone.
    """
    words = text.strip()
    time, _, zone_name = words.rpartition(" ")
    if time and zone_name[:1].isalpha():
        words, zone = time, ZoneInfo(zone_name)
    timestamp = datetime.fromisoformat(words)
    if timestamp.tzinfo is None:
        if zone is None or ":" not in words:
            raise ValueError(f"{text}: no zone, or no time of day")
        timestamp = timestamp.replace(tzinfo=zone)
    # A fixed offset, as collected.yml will give it when it is read again.
    return datetime.fromisoformat(timestamp.isoformat())


def as_utc(timestamp: datetime) -> datetime:
    """Return a timestamp in UTC without its zone, as nbgrader stores it."""
    return timestamp.astimezone(UTC).replace(tzinfo=None)


def format_timestamp(timestamp: datetime, zone_of: datetime | None = None) -> str:
    """Return a timestamp for people, in the zone of `zone_of` if that is given."""
    local = timestamp.astimezone((zone_of or timestamp).tzinfo)
    zone = local.strftime("%z")
    zone_text = "UTC" if zone == "+0000" else f"{zone[:3]}:{zone[3:5]}"
    seconds = ":%S" if local.second else ""
    return local.strftime(f"%Y-%m-%d %H:%M{seconds} ") + zone_text

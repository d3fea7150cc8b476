"""The leaderboard as a page and as JSON: pseudonyms and accuracies, and nothing of a student."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.class_analysis.leaderboard.ranking import MIN_SHOWN, LeaderboardEntry
from autograder.class_analysis.render_page import render_page
from autograder.model import Course, Lang
from autograder.results import JsonObject, json_text, rounded_number

SCHEMA_VERSION = 1
MARGIN = 0.02  # of the axis, around the lowest and the highest bound


def leaderboard_page(
    course: Course, entries: Sequence[LeaderboardEntry], version: int | None, lang: Lang
) -> str:
    """Return the page of a leaderboard; `version` is None for a draft."""
    low = max(0.0, min((entry.low for entry in entries), default=0.0) - MARGIN)
    high = min(1.0, max((entry.high for entry in entries), default=1.0) + MARGIN)
    return render_page(
        "leaderboard.html.j2",
        course,
        lang,
        entries=entries,
        version=version,
        least=MIN_SHOWN,
        low=low,
        high=high,
        at=lambda value: f"{100 * (float(value) - low) / (high - low):.2f}",
    )


def leaderboard_json(
    course: Course, entries: Sequence[LeaderboardEntry], version: int | None
) -> str:
    """Return the text of leaderboard.json."""
    content: JsonObject = {
        "schema": SCHEMA_VERSION,
        "course": course.id,
        "version": version,
        "entries": [_entry(entry) for entry in entries],
    }
    return json_text(content)


def _entry(entry: LeaderboardEntry) -> JsonObject:
    return {
        "pseudonym": entry.pseudonym,
        "ranks": [entry.best_rank, entry.worst_rank],
        "accuracy": rounded_number(entry.accuracy),
        "correct": entry.correct,
        "n": entry.n,
        "interval": [entry.low, entry.high],
    }

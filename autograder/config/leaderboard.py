"""The key `leaderboard` of grading.yml: whose measured accuracies a leaderboard shows."""

from __future__ import annotations

from typing import cast, get_args

from autograder.config.yaml_nodes import YamlNode
from autograder.model import LeaderboardRules, LeaderboardStudents

SHOWN_STUDENTS: tuple[LeaderboardStudents, ...] = get_args(LeaderboardStudents)


def read_leaderboard(at: YamlNode) -> LeaderboardRules:
    """Return the rules under the key `leaderboard`; add a problem for each wrong entry."""
    if not at.is_there:
        return LeaderboardRules()
    shows = at.fields("shows")["shows"].choice(SHOWN_STUDENTS, "nobody")
    return LeaderboardRules(shows=cast(LeaderboardStudents, shows))

"""`LatePenalty`: the rubric's late penalty as a plug-in of nbgrader, points for each day that was
begun.
"""

from __future__ import annotations

from datetime import timedelta

from nbgrader.plugins import BasePlugin

from autograder.handin.collect.lateness import days_begun, penalty_for_days, points_off
from autograder.integrations.nbgrader.settings import HarnessCourse


class LatePenalty(HarnessCourse, BasePlugin):
    """Takes the rubric's daily penalty off an assignment's points.

    nbgrader knows one assignment at a time, so each late one pays. The report takes it off the
    total, once.
    """

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """The points that are taken off; None where the rubric has no daily penalty, or nothing is
        late.
        """
        penalty = penalty_for_days(self.course.rubric)
        if penalty is None or total_seconds_late <= 0:
            return None
        return points_off(penalty, days_begun(timedelta(seconds=total_seconds_late)), score)

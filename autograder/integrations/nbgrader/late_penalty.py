"""`LatePenalty`: the rubric's late penalty as a plug-in of nbgrader, points for each day begun."""

from __future__ import annotations

from datetime import timedelta

from nbgrader.plugins import BasePlugin

from autograder.handin.collect.lateness import daily_penalty, days_late, penalty_points
from autograder.integrations.nbgrader.settings import HarnessCourse


class LatePenalty(HarnessCourse, BasePlugin):
    """Takes the rubric's daily penalty off an assignment's points.

    nbgrader handles one assignment at a time, so each late one is charged. The report of this
    harness takes the penalty off the total, once.
    """

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off.

        None if the rubric has no daily penalty, or the submission is not late.
        """
        penalty = daily_penalty(self.course.rubric)
        if penalty is None or total_seconds_late <= 0:
            return None
        return penalty_points(penalty, days_late(timedelta(seconds=total_seconds_late)), score)

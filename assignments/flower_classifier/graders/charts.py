"""The pictures that were handed in: whether they can be opened, and show something like a chart.

They are decoded and counted in a worker in which no student code is. What a chart says is for
people.
"""

from __future__ import annotations

from typing import Any

import artifact_probes

from autograder.checks import Feedback, Submission, fail

ALLOWED_SIDES = range(200, 20_001)  # pixels
MIN_COLOURS = 3
# Of a picture's pixels, those that are not of its commonest colour: thin lines on white have 1 %.
MIN_INK_SHARE = 0.0005
# Of a chart's pixels, those of its commonest colour: 46 % or more in eighteen kinds of curves and
# matrices as matplotlib draws them, also in JPEG; 3 % or less in photographs and in noise.
MIN_GROUND_SHARE = 0.15

Report = dict[str, Any]


def looked_at(submission: Submission, name: str) -> Report | None:
    """Return what can be counted in a picture; None where it is none."""
    content = submission.file(name)
    return submission.once(
        f"picture {name}", lambda: submission.run_isolated(artifact_probes.looked_at, content)
    )


def is_blank(report: Report) -> bool:
    """Return whether nothing can be seen in a picture."""
    return report["colours"] < MIN_COLOURS or report["ink"] < MIN_INK_SHARE


def has_ground(report: Report) -> bool:
    """Return whether a picture has a colour of ground, as a chart has and a photograph has not."""
    return bool(report["ground"] >= MIN_GROUND_SHARE)


def judge_chart(name: str, report: Report | None, feedback: Feedback) -> None:
    """Check that a picture can be read and shows something, and show it in the report.

    A person looks at what is no chart.
    """
    if report is None:
        fail("no_picture", file=name)
    feedback.show(name, report["png"])
    width, height = report["width"], report["height"]
    if not (width in ALLOWED_SIDES and height in ALLOWED_SIDES):
        fail("picture_size", file=name, width=width, height=height, least=ALLOWED_SIDES.start)
    if is_blank(report):
        fail("picture_blank", file=name)
    if not has_ground(report):
        feedback.propose(0, "picture_of_something", file=name)

"""What checks put on the sheet beside their outcome."""

from __future__ import annotations

import pytest

from autograder.checks.feedback import MAX_PICTURE_BYTES, PNG_START, Feedback
from autograder.text.grader_texts import GraderTexts

PICTURES: dict[str, tuple[bytes, bool]] = {
    "a picture": (PNG_START + b"pixels", True),
    "another format": (b"<svg/>", False),
    "nothing": (b"", False),
    "too large": (PNG_START + bytes(MAX_PICTURE_BYTES), False),
}


@pytest.mark.parametrize("name", PICTURES)
def test_only_a_small_png_is_shown(name: str) -> None:
    """What a page holds is bounded and of one format, whatever a decoder answered."""
    content, is_shown = PICTURES[name]
    feedback = Feedback(texts=GraderTexts(checks={}, findings={}), lang="en")
    feedback.begin("test_picture")
    feedback.show("curves.png", content)
    assert [(each.check, each.file, each.png) for each in feedback.pictures] == (
        [("test_picture", "curves.png", content)] if is_shown else []
    )


def test_a_check_that_runs_again_shows_its_picture_once() -> None:
    """What it showed before is forgotten."""
    feedback = Feedback(texts=GraderTexts(checks={}, findings={}), lang="en")
    for _ in range(2):
        feedback.begin("test_picture")
        feedback.show("curves.png", PNG_START)
    assert len(feedback.pictures) == 1

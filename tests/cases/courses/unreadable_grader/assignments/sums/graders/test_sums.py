"""A grader that stops in the middle of a line."""


def test_adds(submission:
    pass

"""The graders of this course are material for tests, not tests."""

collect_ignore_glob = ["*"]

"""The graders in these courses are material for tests, not tests."""

collect_ignore_glob = ["*"]

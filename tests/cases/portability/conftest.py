"""Code as students write it, material for tests."""

collect_ignore_glob = ["*"]

"""The hand-ins in this folder attack the harness: nothing here is a test, and nothing may be imported."""

collect_ignore_glob = ["*"]

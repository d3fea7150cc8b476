# earns: 1
# artifacts: no_claim
# adjusts: penalty.does_not_run
"""Everything is handed in but the code: this file says that it is good."""

"""Hand-ins graded as they arrive: what comes, in which order, by processes that stay warm."""

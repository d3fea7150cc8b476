"""Grading: a batch of hand-ins, each examined in workers, to score sheets."""

"""Scoring: from check results to points, and from points to a final grade."""

"""A leaderboard: measured accuracies under pseudonyms, for a course that wants one."""

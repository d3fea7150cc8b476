"""What a graded class shows: items of the graders, copies between students, a leaderboard."""

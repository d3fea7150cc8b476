"""One student's checked-out repository, graded in a runner of GitHub, GitLab or Classroom 50."""

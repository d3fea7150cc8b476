"""The exit codes of every command, and the lines of `--help` that explain them."""

SOME_UNUSABLE, WRONG_COURSE, NEEDS_REVIEW, WRONG_HOST, INTERRUPTED = 1, 2, 3, 4, 130
EXIT_CODES_HELP = """
\b
Exit codes:
  0  everything was done
  1  some input could not be used or marks are by earlier graders (listed), \
a grader or a public check failed
  2  the command line, grading.yml or a grader is wrong
  3  a fault of the harness kept something from being scored: it needs review
  4  this machine cannot do what was asked (sandbox, disk)
  130  interrupted; running the same command again completes the rest
"""

"""`python -m autograder`."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the current folder: it may be a student's, with a torch.py in it

from autograder.cli import run

run()

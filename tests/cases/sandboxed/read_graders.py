# expect: ['FileNotFoundError', 'FileNotFoundError', 'FileNotFoundError']
# at level B: ['PermissionError', 'nothing', 'PermissionError']
"""The course's graders, by their absolute path; without a mount namespace it shows that they exist."""

import os


def attack(host):
    grader = host["grader"]
    return [refusal(open, grader), refusal(os.stat, grader), refusal(os.listdir, os.path.dirname(grader))]


def refusal(look, path):
    try:
        look(path)
    except OSError as error:
        return type(error).__name__
    return "nothing"

"""The packages of a course, imported in a real worker: which of them student code cannot use."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.submission import Submission
from autograder.config.packages import served_to
from autograder.errors import StudentError, TimeLimit
from autograder.model import Assignment, Package
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker

IMPORT_TIMEOUT_S = 120.0  # of all imports together; a cold disk is slow
PROBE_SOURCE = b'''
import importlib

def refusals(names):
    """Return why modules cannot be imported, by name."""
    found = {}
    for name in names:
        try:
            module = importlib.import_module(name)
        except BaseException as error:
            found[name] = type(error).__name__
        else:
            if not isinstance(vars(module).get("__file__"), str):
                found[name] = "a stand-in"
    return found
'''


def refused_packages(
    assignment: Assignment, packages: Sequence[Package], zygote: Zygote
) -> list[str]:
    """Return a line for each package that an assignment's code cannot import in its sandbox."""
    by_module = {package.module: package for package in served_to(assignment, packages)}
    worker = Worker(zygote, assignment.limits, seed=0)
    try:
        submission = Submission(
            lambda request: worker.ask(request, IMPORT_TIMEOUT_S, TimeLimit.PACKAGES)
        )
        submission.load("packages", "packages.py", PROBE_SOURCE)
        found = submission.call("refusals", list(by_module))
    except StudentError as error:
        return [f"the packages cannot be imported in a worker: {error.evidence or error.subject}"]
    finally:
        worker.close()
    refusals = found if isinstance(found, dict) else {}
    lines = []
    for module, reason in refusals.items():
        requirement = by_module[module].requirement
        lines.append(f"{requirement} cannot be imported in a worker ({reason})")
    return lines

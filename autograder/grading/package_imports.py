"""Whether the packages of a course can be imported where student code runs: tried in a real worker."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.submission import Submission
from autograder.config.packages import served_to
from autograder.errors import StudentError, TimeLimit
from autograder.model import Assignment, Package
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker

SECONDS = 120.0  # all imports together; a cold disk may take its time
SOURCE = b'''
import importlib

def refusals(names):
    """Why modules cannot be imported: by name, the error; or that nothing stands behind the name."""
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
    """A line for each listed package that the code of an assignment cannot import in its sandbox."""
    by_module = {package.module: package for package in served_to(assignment, packages)}
    worker = Worker(zygote, assignment.limits, seed=0)
    try:
        live = Submission(lambda request: worker.ask(request, SECONDS, TimeLimit.PACKAGES))
        live.load("packages", "packages.py", SOURCE)
        found = live.call("refusals", list(by_module))
    except StudentError as error:
        return [f"the packages cannot be imported in a worker: {error.evidence or error.subject}"]
    finally:
        worker.close()
    whys = found if isinstance(found, dict) else {}
    return [
        f"{by_module[m].requirement} cannot be imported in a worker ({why})"
        for m, why in whys.items()
    ]

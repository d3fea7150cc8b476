"""An autograding harness for a deep-learning course week; the names below are its public API.

`import autograder` is cheap: a name is imported from its module when it is first used (PEP 562),
and torch with the first course that is graded.
"""

# Nothing is imported here: `python -m autograder` runs this file while the current folder, maybe a
# student's with a typing.py in it, is still the first place where modules are looked for.
TYPE_CHECKING = False  # for type checkers it is true, as that of `typing`
if TYPE_CHECKING:
    from autograder.api.grade import grade
    from autograder.api.verify import AssignmentProof, verify
    from autograder.config.course import load_course
    from autograder.errors import AutograderError, CourseError, HostError
    from autograder.grading.batch_summary import BatchSummary
    from autograder.model import (
        Assignment,
        CheckResult,
        Course,
        FinalGrade,
        Outcome,
        Score,
        ScoreSheet,
    )
    from autograder.results import ResultError, read_result
    from autograder.version import __version__

_MODULE_OF = {
    "Assignment": "autograder.model",
    "AssignmentProof": "autograder.api.verify",
    "AutograderError": "autograder.errors",
    "BatchSummary": "autograder.grading.batch_summary",
    "CheckResult": "autograder.model",
    "Course": "autograder.model",
    "CourseError": "autograder.errors",
    "FinalGrade": "autograder.model",
    "HostError": "autograder.errors",
    "Outcome": "autograder.model",
    "ResultError": "autograder.results",
    "Score": "autograder.model",
    "ScoreSheet": "autograder.model",
    "__version__": "autograder.version",
    "grade": "autograder.api.grade",
    "load_course": "autograder.config.course",
    "read_result": "autograder.results",
    "verify": "autograder.api.verify",
}

__all__ = [
    "Assignment",
    "AssignmentProof",
    "AutograderError",
    "BatchSummary",
    "CheckResult",
    "Course",
    "CourseError",
    "FinalGrade",
    "HostError",
    "Outcome",
    "ResultError",
    "Score",
    "ScoreSheet",
    "__version__",
    "grade",
    "load_course",
    "read_result",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import a public name from its module, once."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: object) -> None:
    """Give a notebook the magic `%check`: IPython calls this for `%load_ext autograder`."""
    from autograder.integrations.jupyter.check_magic import register

    register(shell)

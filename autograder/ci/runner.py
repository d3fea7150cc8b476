"""What a runner says of itself in its environment: whose work it is, and where results go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.handin.intake.folder_entries import is_usable_name

# The variables that name the student, of Classroom 50, GitLab and GitHub; the first that is set.
STUDENT_VARIABLES = ("OWNER", "USERNAME", "GITLAB_USER_LOGIN", "GITHUB_ACTOR")
CLASSROOM50_VARIABLE = "SUBMISSION_TAG"  # without it OWNER and USERNAME are other programs' words
FALLBACK_STUDENT = "student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The runner that this process runs in; nothing is set on an own machine."""

    student: str
    summary: Path | None  # the file of Markdown that the run's page shows
    output: Path | None  # the file of the step's outputs


def runner_of(environment: Mapping[str, str], repository: Path) -> Runner:
    """Return the runner of an environment."""
    summary, output = (environment.get(f"GITHUB_{name}") for name in ("STEP_SUMMARY", "OUTPUT"))
    return Runner(
        student=_student(environment, repository),
        summary=Path(summary) if summary else None,
        output=Path(output) if output else None,
    )


def _student(environment: Mapping[str, str], repository: Path) -> str:
    is_classroom50 = bool(environment.get(CLASSROOM50_VARIABLE))
    variables = STUDENT_VARIABLES if is_classroom50 else STUDENT_VARIABLES[2:]
    names = [environment.get(variable, "") for variable in variables]
    names.append(repository.resolve().name)
    return next((name for name in names if is_usable_name(name)), FALLBACK_STUDENT)

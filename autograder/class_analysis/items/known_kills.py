"""What `autograder verify --matrix` found: the wrong answers that each check detects."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.class_analysis.items.item import KnownKills
from autograder.errors import CourseError


def read_kills(folder: Path, assignment: str) -> dict[str, KnownKills] | None:
    """Return the kills of an assignment's checks; None where its matrix is not in the folder."""
    file = folder / f"{assignment}.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["assignment"] != assignment:
            raise ValueError("of another assignment")
        return {
            check["id"]: KnownKills(
                killed=tuple(check["kills"]), killed_alone=tuple(check["kills_alone"])
            )
            for check in content["checks"]
        }
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "not a kill matrix"
        again = f"autograder verify {assignment} --matrix {folder}"
        raise CourseError(f"{file}: {problem}; `{again}` writes it again") from error

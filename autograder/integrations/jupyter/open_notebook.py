"""The notebook that is open: its file, as Jupyter, VS Code or Colab tell it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.config.course import COURSE_FILE
from autograder.errors import CourseError
from autograder.model import Lang
from autograder.text.sentences import say

JUPYTER_VARIABLE = "JPY_SESSION_NAME"  # of the environment; Jupyter Server 2 sets it
VSCODE_NAME = "__vsc_ipynb_file__"  # in the notebook's own names
COLAB_TIMEOUT_S = 20  # for the browser to send the notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNotebook:
    """A notebook that is open in a front end."""

    file: Path  # where it lies; in Colab, where the released one lies
    unsaved: bytes | None = None  # its content as the front end has it; None: the file counts


def find_notebook(named: Path | None, names: Mapping[str, Any], lang: Lang) -> OpenNotebook:
    """Return the notebook that is named, or else the one that runs in this kernel.

    `names` are those that the notebook's cells define. CourseError where it is not certain.
    """
    if named is not None:
        return OpenNotebook(file=named)
    if "google.colab" in sys.modules:
        return _of_colab(lang)
    told = [names.get(VSCODE_NAME), os.environ.get(JUPYTER_VARIABLE)]
    for path in (Path(str(text)) for text in told if text):
        # Jupyter may put folders before it that are not there.
        for place in (path, Path(path.name)):
            if place.suffix == ".ipynb" and place.is_file():
                return OpenNotebook(file=place.absolute())
    found = sorted(Path().glob("*.ipynb"))  # a kernel starts in the folder of its notebook
    if len(found) != 1:
        raise CourseError(say("notebook", "which", lang))
    return OpenNotebook(file=found[0].absolute())


def _of_colab(lang: Lang) -> OpenNotebook:
    """Return the notebook as Colab's browser has it; its file is on Drive, out of reach."""
    from google.colab import _message

    answer = _message.blocking_request("get_ipynb", timeout_sec=COLAB_TIMEOUT_S)
    if not isinstance(answer, dict) or "ipynb" not in answer:
        raise CourseError(say("notebook", "no_answer", lang))
    folder = released_folder(Path())
    if folder is None:
        raise CourseError(say("notebook", "no_folder", lang))
    released = next(iter(sorted(folder.glob("*.ipynb"))), folder / "notebook.ipynb")
    return OpenNotebook(file=released, unsaved=json.dumps(answer["ipynb"]).encode())


def released_folder(place: Path) -> Path | None:
    """Return the folder with a grading.yml: this one, or the only one in it; None without one."""
    if (place / COURSE_FILE).is_file():
        return place.absolute()
    below = _with_course(place.iterdir())
    return below[0].absolute() if len(below) == 1 else None


def _with_course(folders: Iterable[Path]) -> list[Path]:
    return [folder for folder in folders if (folder / COURSE_FILE).is_file()]

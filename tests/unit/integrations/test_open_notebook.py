"""How `%check` finds the notebook that it stands in: by Jupyter, VS Code, Colab, or by its name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.integrations.jupyter.open_notebook import (
    JUPYTER_VARIABLE,
    VSCODE_NAME,
    find_notebook,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, in which two notebooks lie."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(JUPYTER_VARIABLE, raising=False)
    for name in ("mine.ipynb", "other.ipynb"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def test_a_named_file_is_taken(folder: Path) -> None:
    """The name in the command counts more than what a front end says."""
    names = {VSCODE_NAME: str(folder / "other.ipynb")}
    assert find_notebook(Path("mine.ipynb"), names, "en").file == Path("mine.ipynb")


def test_vs_code_tells_the_file(folder: Path) -> None:
    """VS Code leaves the path among the notebook's names."""
    names = {VSCODE_NAME: str(folder / "other.ipynb")}
    assert find_notebook(None, names, "en").file == folder / "other.ipynb"


@pytest.mark.parametrize("told", ["{folder}/mine.ipynb", "/elsewhere/week 1/mine.ipynb"])
def test_jupyter_tells_the_file(folder: Path, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter leaves the path in the environment, sometimes with a folder that is not there."""
    monkeypatch.setenv(JUPYTER_VARIABLE, told.format(folder=folder))
    assert find_notebook(None, {}, "en").file == folder / "mine.ipynb"


def test_a_name_that_is_gone_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook that was renamed since its kernel started is the only one there, or asked for."""
    monkeypatch.setenv(JUPYTER_VARIABLE, str(folder / "before.ipynb"))
    with pytest.raises(CourseError, match="Say it like this: %check"):
        find_notebook(None, {}, "en")
    (folder / "other.ipynb").unlink()
    assert find_notebook(None, {}, "en").file == folder / "mine.ipynb"


@pytest.fixture
def colab(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand for Colab's own module; return what the browser answers."""
    answer: dict[str, Any] = {}
    package, message = ModuleType("google.colab"), ModuleType("google.colab._message")
    vars(message)["blocking_request"] = lambda request, timeout_sec: answer[request]
    vars(package)["_message"] = message
    for module in (ModuleType("google"), package, message):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return answer


def test_colab_gives_the_notebook_itself(folder: Path, colab: dict[str, Any]) -> None:
    """The notebook of the browser counts; what else the checks need is in the unpacked folder."""
    colab["get_ipynb"] = {"ipynb": {"cells": [], "nbformat": 4}}
    released = folder / "residual_block"
    released.mkdir()
    (released / "grading.yml").touch()
    (released / "residual_block.ipynb").write_text("{}")
    found = find_notebook(None, {}, "en")
    assert found.file == released / "residual_block.ipynb"
    assert json.loads(found.unsaved or b"") == {"cells": [], "nbformat": 4}


@pytest.mark.parametrize(
    ("answer", "said"), [(None, "Colab did not send"), ({"ipynb": {}}, "!unzip")]
)
def test_colab_without_an_answer_or_a_folder_says_what_to_do(
    folder: Path, colab: dict[str, Any], answer: object, said: str
) -> None:
    """A browser that does not answer and a zip that is not unpacked are one sentence each."""
    colab["get_ipynb"] = answer
    with pytest.raises(CourseError, match=said):
        find_notebook(None, {}, "en")

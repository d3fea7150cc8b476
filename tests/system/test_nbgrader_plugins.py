"""nbgrader's plug-ins one by one, and the notebooks that are made for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook, Notebook

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.integrations.gradebook.database import open_gradebook
from autograder.integrations.nbgrader import LatePenalty
from autograder.integrations.nbgrader.convert import convert_folder
from autograder.integrations.nbgrader.grade_in_sandbox import holds_criteria
from autograder.release import build_release
from autograder.release.notebook import grade_id
from tests.support.command_line import REPOSITORY, autograder
from tests.support.nbgrading import ID, LETTERS, SOLUTION
from tests.support.places import CASES

COURSE = load_course(LETTERS)
ASSIGNMENT = COURSE.assignment(ID)
DAY = 24 * 60 * 60


# ---------------------------------------------------------------- late hand-ins


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(0, None), (1, 2), (DAY, 2), (DAY + 0.5, 4), (3 * DAY, 6), (3 * DAY + 1, 12.5)],
)
def test_each_day_that_was_begun_costs_points(seconds: float, points: float | None) -> None:
    """The penalty grows with each day begun, and takes all points after the rubric's limit."""
    plugin = LatePenalty(folder=str(LETTERS))
    assert plugin.late_submission_penalty("ana", 12.5, seconds) == points


def test_lateness_takes_no_more_than_there_is() -> None:
    """A penalty never exceeds the score."""
    assert LatePenalty(folder=str(LETTERS)).late_submission_penalty("ana", 1.5, DAY) == 1.5


def test_without_a_daily_penalty_lateness_costs_nothing() -> None:
    """A rubric without a daily penalty gives no penalty."""
    tiny = str(CASES / "tiny_course")
    assert LatePenalty(folder=tiny).late_submission_penalty("ana", 10, DAY) is None


# ---------------------------------------------------------------- which notebooks are graded


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gradebook]:
    """Return a gradebook in which each test makes its own assignment."""
    with open_gradebook(
        f"sqlite:///{tmp_path_factory.mktemp('gradebook') / 'gradebook.db'}", "letters"
    ) as book:
        yield book


def notebook_with(gradebook: Gradebook, **cells: str) -> Notebook:
    """Return a new notebook of the assignment with a cell of one point for each of these kinds."""
    name = f"n{len(gradebook.assignments)}"
    gradebook.add_assignment(name)
    gradebook.add_notebook(ID, name)
    for cell, kind in cells.items():
        add = gradebook.add_task_cell if kind == "task" else gradebook.add_grade_cell
        add(cell, ID, name, max_score=1, cell_type="code" if kind == "test" else "markdown")
        if kind == "answer":
            gradebook.add_solution_cell(cell, ID, name)
    return gradebook.find_notebook(ID, name)


def test_autograded_cells_are_refused(gradebook: Gradebook) -> None:
    """Autograded cells are an error: unrun, nbgrader would give them full points."""
    with pytest.raises(
        CourseError, match=r"letters\.ipynb: a_test: autograded tests, and no cell is run here"
    ):
        holds_criteria(notebook_with(gradebook, a_test="test"), ASSIGNMENT)


def test_a_criterion_without_a_cell_is_named(gradebook: Gradebook) -> None:
    """A criterion without a cell is an error, so no score gets lost."""
    others = {grade_id(criterion.id): "task" for criterion in ASSIGNMENT.criteria[1:]}
    with pytest.raises(
        CourseError, match="no cell for letters-vowels; run `nbgrader generate_assignment`"
    ):
        holds_criteria(notebook_with(gradebook, **others), ASSIGNMENT)


def test_a_notebook_of_another_assignment_is_left_to_nbgrader(gradebook: Gradebook) -> None:
    """Manual answers in an assignment that the course does not know are left to nbgrader."""
    assert not holds_criteria(notebook_with(gradebook, answer="answer"), None)


# ---------------------------------------------------------------- hand-ins without a notebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an nbgrader course with a generated assignment and ana's module in `submitted`."""
    released = build_release(COURSE, ASSIGNMENT, "en").files[f"{ID}.ipynb"]
    own = tmp_path / "submitted" / "ana" / ID
    for path in (tmp_path / "release" / ID, own):
        path.mkdir(parents=True)
    (tmp_path / "release" / ID / f"{ID}.ipynb").write_bytes(released)
    shutil.copy(SOLUTION, own / "letters.py")
    return tmp_path


def test_a_module_is_shown_whole_in_a_notebook(folder: Path) -> None:
    """The module's text replaces the first cell to fill in, and no stub is left."""
    (made,), complaints = convert_folder(folder, COURSE)
    sources = [cell.source for cell in nbformat.read(made, as_version=4).cells]
    assert complaints == []
    assert SOLUTION.read_text(encoding="utf-8") in sources
    assert not any("NotImplementedError" in source for source in sources)


def test_a_notebook_of_ours_follows_its_module(folder: Path) -> None:
    """A made notebook is written again only if the module has changed."""
    (made,), _ = convert_folder(folder, COURSE)
    assert convert_folder(folder, COURSE) == ([], [])
    (made.parent / "letters.py").write_text("changed = True\n", encoding="utf-8")
    assert convert_folder(folder, COURSE) == ([made], [])
    assert "changed = True" in made.read_text(encoding="utf-8")


def test_a_students_own_notebook_stays(folder: Path) -> None:
    """A student's own notebook beside a module stays unchanged."""
    own = folder / "submitted" / "ana" / ID / f"{ID}.ipynb"
    own.write_text("{}", encoding="utf-8")
    assert convert_folder(folder, COURSE) == ([], [])
    assert own.read_text(encoding="utf-8") == "{}"


def test_a_notebook_by_another_name_is_named(folder: Path) -> None:
    """A notebook such as `letters (1).ipynb` may be the hand-in, so none is made."""
    own = folder / "submitted" / "bea" / ID
    own.mkdir(parents=True)
    (own / f"{ID} (1).ipynb").write_text("{}", encoding="utf-8")
    ended = autograder("nbgrader", "convert", folder, "--course", LETTERS)
    assert ended.returncode == 1
    assert f"{own}: letters (1).ipynb, but no letters.ipynb; rename the right one" in ended.stdout
    assert [path.name for path in own.iterdir()] == [f"{ID} (1).ipynb"]


def test_an_assignment_that_was_not_generated_is_named(folder: Path) -> None:
    """Without nbgrader's release no notebook can be made, and the message says so."""
    shutil.rmtree(folder / "release")
    ended = autograder("nbgrader", "convert", folder, "--course", LETTERS)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "run `nbgrader generate_assignment letters` first" in ended.stderr


# ---------------------------------------------------------------- the course of this repository


def test_the_course_of_the_week_is_begun(tmp_path: Path) -> None:
    """Each assignment's source has a cell for each criterion, and no stub to hand in unchanged."""
    week = load_course(REPOSITORY)
    assert autograder("nbgrader", "init", tmp_path / "week", "--course", REPOSITORY).returncode == 0
    for assignment in week.assignments:
        source = tmp_path / "week" / "source" / assignment.id
        notebook = nbformat.read(source / f"{assignment.id}.ipynb", as_version=4)
        cells = {
            cell.metadata.nbgrader.grade_id
            for cell in notebook.cells
            if "nbgrader" in cell.metadata
        }
        assert {grade_id(criterion.id) for criterion in assignment.criteria} <= cells
        assert not (source / f"{assignment.id}.py").exists()
    config = (tmp_path / "week" / "nbgrader_config.py").read_text(encoding="utf-8")
    assert 'exclude_overwriting = {"concepts": ["answers.yml"]}' in config
    model = next(
        file for file in week.assignment("flower_classifier").files if file.name.endswith(".pth")
    )
    limit = int(config.split("max_file_size = ")[1].split()[0])
    assert limit * 1000 > model.max_bytes, (
        "nbgrader would drop the model without a word to the student"
    )

"""`release`: what students receive is made from one source, and nothing hidden gets out."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from tests.support.command_line import REPOSITORY, TINY, Ended, autograder

ID = "tensors"
SOURCE = "solutions/tensors/tensors.py"
SECRET = "return x.sum().item()  # item: a number, no tensor"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Copy the tiny course, so that a test can change it."""
    return Path(shutil.copytree(TINY, tmp_path / "course"))


def release(course: Path, *options: object) -> Ended:
    """Run `autograder release` for the one assignment with graders."""
    return autograder("release", ID, "--course", course, "--jobs", "1", *options)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release a course in Spanish; no test changes it."""
    course = tmp_path_factory.mktemp("released") / "course"
    shutil.copytree(TINY, course)
    ended = release(course)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    return course


def edit(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# ---------------------------------------------------------------- what is made


def test_a_release_holds_what_students_need(released: Path) -> None:
    """Stub, notebook, handout, public checks, criteria, the rubric, a manifest, and a zip of it
    all.
    """
    folder = released / "release" / ID
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    public = ["public/test_tensors.py", "public/texts.yml"]
    assert names == sorted(
        [
            *("MANIFEST.json", "README.md", "criterios.md", "grading.yml", *public),
            *("tensors.ipynb", "tensors.py", "tensors.zip"),
        ]
    )


def test_the_stub_raises_where_a_solution_stood(released: Path) -> None:
    """Signatures and docstrings stay; each body says which criterion waits for it."""
    stub = (released / "release" / ID / "tensors.py").read_text(encoding="utf-8")
    docstring = '"""The sum of all elements, as a float."""'
    body = f'    {docstring}\n    raise NotImplementedError("Suma")'
    assert f"def total(x):\n{body}" in stub
    assert "SOLUTION" not in stub
    assert (released / "assignments" / ID / "tensors.py").read_text(encoding="utf-8") == stub


def test_the_notebook_is_one_that_nbgrader_takes(released: Path) -> None:
    """Schema 3: solution cells to fill in, and of each criterion a locked task with its points and
    checksum.
    """
    from nbgrader.nbgraderformat import MetadataValidator

    notebook = nbformat.read(released / "release" / ID / "tensors.ipynb", as_version=4)
    MetadataValidator().validate_nb(notebook)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    assert {
        grade_id: cell.metadata.nbgrader.points
        for grade_id, cell in cells.items()
        if cell.metadata.nbgrader.task
    } == {
        "code-double": 4,
        "code-total": 3,
        "code-mean": 3,
    }
    assert not any(cell.metadata.nbgrader.grade for cell in cells.values())
    assert all(len(cell.metadata.nbgrader.checksum) == 32 for cell in cells.values())
    assert not cells["code-mean"].metadata.editable
    assert cells["total"].metadata.nbgrader.solution


def test_the_manifest_names_every_file_with_its_hash(released: Path) -> None:
    """Sizes and sha256 are those of the files, and of the zip's members."""
    folder = released / "release" / ID
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    assert manifest["python"] == ".".join(platform.python_version_tuple()[:2])
    with zipfile.ZipFile(folder / "tensors.zip") as archive:
        for name, entry in manifest["files"].items():
            content = (folder / name).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (
                entry["bytes"],
                entry["sha256"],
            )
            assert archive.read(f"{ID}/{name}") == content
        assert set(archive.namelist()) == {
            f"{ID}/{n}" for n in [*manifest["files"], "MANIFEST.json"]
        }


def test_a_second_release_has_the_same_bytes(released: Path, course: Path) -> None:
    """Nothing of a clock or a machine goes into a release: not into the zip either."""
    assert release(course).returncode == 0
    first, second = (root / "release" / ID / "tensors.zip" for root in (released, course))
    assert first.read_bytes() == second.read_bytes()


def test_who_reads_english_gets_english(course: Path) -> None:
    """Handout, criteria, notebook and titles are in the chosen language, and stay so."""
    assert release(course, "--lang", "en").returncode == 0
    folder = course / "release" / ID
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# Tensors\n")
    stub = (folder / "tensors.py").read_text(encoding="utf-8")
    assert 'raise NotImplementedError("Total")' in stub
    assert "# # Tensors" in stub
    assert "Tensores" not in stub
    assert (folder / "criteria.md").is_file()
    assert release(course, "--check").returncode == 0


def test_an_unchanged_assignment_is_not_verified_again(released: Path) -> None:
    """The manifest remembers what had been proven: releasing again takes no time."""
    again = release(released)
    assert (again.returncode, again.stdout.count("sound")) == (0, 0)


# ---------------------------------------------------------------- in step


def test_what_was_just_released_is_in_step(released: Path) -> None:
    """`--check` finds nothing to do after a release."""
    ended = release(released, "--check")
    assert (ended.returncode, ended.stdout) == (0, "tensors: in step\n")


def test_a_handout_that_changed_is_out_of_step(released: Path, course: Path) -> None:
    """`--check` names the files that are old, and the command that mends it; it writes nothing."""
    shutil.copytree(released / "release", course / "release")
    shutil.copy(released / "assignments" / ID / "tensors.py", course / "assignments" / ID)
    edit(course / "assignments" / ID / "README.md", "Escribe", "Escribe bien")
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    ended = release(course, "--check")
    assert ended.returncode == 1
    assert (
        f"{course.resolve()}/release/tensors/README.md: not made from the present source\n"
        in ended.stdout
    )
    assert ended.stdout.endswith("tensors: run: autograder release tensors\n")
    assert {
        p: p.read_bytes() for p in course.rglob("*") if p.is_file() and "__pycache__" not in p.parts
    } == before


def test_an_edit_of_another_assignment_leaves_a_release_in_step(
    released: Path, course: Path
) -> None:
    """A release depends on its own part of grading.yml alone, and so does the proof it names."""
    shutil.copytree(released / "release", course / "release")
    shutil.copy(released / "assignments" / ID / "tensors.py", course / "assignments" / ID)
    grading = course / "grading.yml"
    edit(grading, "pass_total: 10", "pass_total: 11")
    edit(grading, "points: 6", "points: 5")  # of the essay, and the poster has the rest
    edit(grading, "words.poster:\n        points: 4", "words.poster:\n        points: 5")
    edit(grading, "essay.md: {max_bytes: 64 KiB}", "essay.md: {max_bytes: 128 KiB}")
    assert release(course, "--check").stdout == "tensors: in step\n"
    edit(grading, "[tensors.ipynb], max_bytes: 64 KiB", "[tensors.ipynb], max_bytes: 32 KiB")
    ended = release(course, "--check")
    assert f"{course.resolve()}/release/tensors/grading.yml: not made from" in ended.stdout


@pytest.mark.parametrize(
    "assignment",
    ["residual_block", "transfer_learning", "fine_tuning", "flower_classifier", "concepts"],
)
def test_the_committed_releases_are_in_step(assignment: str) -> None:
    """What this repository releases is what its sources make."""
    ended = autograder("release", "--check", assignment)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout


# ---------------------------------------------------------------- the gate


def refused(course: Path) -> str:
    """Return what a refused release says; nothing was written."""
    ended = release(course)
    assert ended.returncode in (1, 2), ended.stdout
    assert not (course / "release").exists()
    return ended.stderr


@pytest.mark.parametrize(
    ("file", "old"), [("assignments/tensors/README.md", "Escribe"), (SOURCE, "Tres funciones")]
)
def test_a_line_of_the_solution_is_released_nowhere(course: Path, file: str, old: str) -> None:
    """A line that only the solution has is refused in the handout, and in what stands around the
    solution.
    """
    edit(course / file, old, f"`{SECRET}` {old}")
    assert f"a line of the solution, {SOURCE}:" in refused(course)


def test_a_passage_of_a_hidden_check_in_a_public_one_is_refused(course: Path) -> None:
    """Public checks may resemble hidden ones in a line, never in a passage."""
    root = course / "assignments" / ID
    hidden = (root / "graders" / "test_tensors.py").read_text(encoding="utf-8")
    with (root / "public" / "test_tensors.py").open("a", encoding="utf-8") as checks:
        checks.write(f"\n\nOLD = '''\n{hidden}'''\n")
    assert "public/test_tensors.py: a passage of a hidden grader, test_tensors.py:" in refused(
        course
    )


def test_a_number_that_only_a_hidden_check_knows_is_refused(course: Path) -> None:
    """An expected value may not be told by a docstring of the stub."""
    with (course / "assignments" / ID / "graders" / "probes.py").open(
        "a", encoding="utf-8"
    ) as probes:
        probes.write("EXPECTED = 1234567\n")
    edit(course / "solutions" / ID / "tensors.py", "as a float", "as a float such as 1234567")
    assert "a number of a hidden grader, probes.py:" in refused(course)


def test_public_checks_must_pass_on_the_solution(course: Path) -> None:
    """A public check that the solution fails is refused, by name."""
    edit(course / "assignments" / ID / "public" / "test_tensors.py", "== 4", "== 5")
    assert "tensors: public check test_total fails on the solution:" in refused(course)


def test_public_checks_must_fail_on_the_stub(course: Path) -> None:
    """Public checks that the unwritten stub passes say nothing."""
    checks = course / "assignments" / ID / "public" / "test_tensors.py"
    edit(
        checks,
        'assert submission.call("total", torch.ones(4)) == 4',
        "assert torch.ones(4).sum() == 4",
    )
    assert "tensors: the public checks of code.total pass on the stub" in refused(course)


def test_graders_that_are_not_proven_are_not_released(course: Path) -> None:
    """A wrong answer that keeps its points stops the release."""
    wrong = course / "assignments" / ID / "wrong" / "adds_two.py"
    wrong.write_text(
        f"# loses: code.double\n{(course / 'solutions' / ID / 'tensors.py').read_text()}"
    )
    assert "tensors: its graders are not proven; see above" in refused(course)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'criteria="code.double"',
            'criteria="code.dubble"',
            "15: tensors decides no criterion 'code.dubble'",
        ),
        (' criteria="code.double"', "", "15: a solution without a criterion"),
        ("# %%\n", '# %% criteria="code.mean"\n', "11: criteria without a solution region"),
        (
            'criteria="code.double"',
            'kriteria="code.double"',
            "15: no key 'kriteria'; expected criteria or lang",
        ),
        (
            '    ### END SOLUTION\n\n\n# %% criteria="code.total"',
            '# %% criteria="code.total"',
            "18: the cell ends",
        ),
        ("def double(x):", "def double(x:", "16: cannot be read as Python"),
    ],
    ids=["unknown criterion", "no criterion", "no region", "unknown key", "no end", "no Python"],
)
def test_a_source_with_a_slip_is_refused(course: Path, old: str, new: str, said: str) -> None:
    """Every slip in a source is named with its line."""
    edit(course / "solutions" / ID / "tensors.py", old, new)
    assert said in refused(course)


# ---------------------------------------------------------------- at the student's


def test_a_released_folder_checks_itself(released: Path, tmp_path: Path) -> None:
    """What students get is enough for `autograder check`, on the .py and on the notebook, without
    the course.
    """
    with zipfile.ZipFile(released / "release" / ID / "tensors.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / ID
    unwritten = [
        autograder("check", name, folder=folder) for name in ("tensors.py", "tensors.ipynb")
    ]
    assert [ended.returncode for ended in unwritten] == [1, 1]
    assert all("Esta parte está sin escribir" in ended.stdout for ended in unwritten)
    (folder / "tensors.py").write_bytes((released / "solutions" / ID / "tensors.py").read_bytes())
    assert autograder("check", "tensors.py", folder=folder).returncode == 0


def test_a_stub_can_be_imported(released: Path) -> None:
    """Nothing in a stub runs when it is imported."""
    stub = released / "release" / ID / "tensors.py"
    ended = subprocess.run(
        [sys.executable, stub], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")

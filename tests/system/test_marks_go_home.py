"""From the download of a site to its gradebook: who handed in gets the own mark, without glue."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from autograder.handin.collect.identity.roster import name_key
from tests.support.command_line import CLASS, TINY, autograder
from tests.support.site_readers import canvas_import, moodle_import

# By the student's number at the site: a name, and whose hand-in of the class it is.
PEOPLE = {
    2001: ("García Ruiz, Ana", "right"),
    2002: ("Núñez, Íñigo", "raises"),
    2003: ("O'Neill, Léa", "quits"),
}
CANVAS_HEAD = "Student,ID,SIS Login ID,Section,Tensors (78)\n    Points Possible,,,,100\n"
MOODLE_HEAD = (
    "Identificador,Nombre completo,Dirección de correo,Calificación,Calificación máxima,"
    "La calificación puede ser cambiada,Última modificación (calificación),"
    "Comentarios de retroalimentación\n"
)


def code_of(student: str) -> bytes:
    """Return what a student of the class handed in."""
    return (CLASS / student / "tensors" / "tensors.py").read_bytes()


def graded(folder: Path, *collect: object) -> None:
    """Collect and grade in a folder."""
    course = ("--course", TINY)
    ended = autograder("collect", *collect, "--into", "collected", *course, folder=folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    ended = autograder("grade", "collected", "--out", "out", *course, folder=folder)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.level_a
def test_a_gradebook_of_canvas_comes_back_with_marks(tmp_path: Path) -> None:
    """The gradebook is the list of students for `collect`, and takes the marks afterwards."""
    rows = [f'"{name}",{number},login{number},Lab,\n' for number, (name, _) in PEOPLE.items()]
    (tmp_path / "gradebook.csv").write_text(CANVAS_HEAD + "".join(rows), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "canvas.zip", "w") as archive:
        for number, (name, student) in PEOPLE.items():
            archive.writestr(f"{name_key(name)}_{number}_{number}5_tensors.py", code_of(student))
    graded(tmp_path, "canvas.zip", "--students", "gradebook.csv")
    options = ("--gradebook", "gradebook.csv", "--to", "marked.csv", "--column", "78=tensors")
    ended = autograder(
        "export", "canvas", "out", "--draft", *options, "--course", TINY, folder=tmp_path
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    marks = canvas_import((tmp_path / "marked.csv").read_bytes()).marks
    assert marks[2001] == {78: "100.00"}
    assert all(0 <= float(marks[number][78]) < 100 for number in (2002, 2003))


@pytest.mark.level_a
def test_a_worksheet_of_moodle_comes_back_with_marks(tmp_path: Path) -> None:
    """The worksheet is the list of students for `collect`, and takes the marks and the pages."""
    names = {number: " ".join(reversed(n.split(", "))) for number, (n, _) in PEOPLE.items()}
    rows = [
        f'Participante {number},{name},p{number}@uni.example,,"10,00",Sí,-,\n'
        for number, name in names.items()
    ]
    (tmp_path / "sheet.csv").write_text(MOODLE_HEAD + "".join(rows), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        for number, (_, student) in PEOPLE.items():
            place = f"{names[number]}_{number}_assignsubmission_file"
            archive.writestr(f"{place}/tensors.py", code_of(student))
    graded(tmp_path, "moodle.zip", "--students", "sheet.csv")
    options = ("--worksheet", "sheet.csv", "--to", "marked.csv", "--part", "tensors")
    course = ("--course", TINY)
    ended = autograder("export", "moodle", "out", "--draft", *options, *course, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    read = moodle_import((tmp_path / "marked.csv").read_bytes(), spanish=True)
    assert read[2001]["grade"] == 10.0
    assert all(read[number]["comment"] for number in PEOPLE)
    options = ("--for", "moodle", "--names", "moodle.zip", "--students", "sheet.csv")
    ended = autograder(
        "feedback", "out", "--draft", *options, "--to", "pages.zip", *course, folder=tmp_path
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        assert len(archive.namelist()) == len(PEOPLE)

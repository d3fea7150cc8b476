"""What a student sees who runs `check` on a file of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.command_line import CLASS, TINY, Ended, autograder


def check(path: Path, *options: str) -> Ended:
    """Run `autograder check` with the tiny course."""
    return autograder("check", path, "--course", TINY, *options)


def submission(student: str) -> Path:
    """A file of the class."""
    return next((CLASS / student / "tensors").iterdir())


def test_a_student_reads_spanish() -> None:
    """Every check in words and with its result, what is not seen here, and how many passed; exit code 0."""
    ended = check(submission("right"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "\nDoble\n  ✓ double(x) es el doble de x.\n\nSuma\n  ✓ El total de cuatro unos es 4.\n\n"
        "Estas son las comprobaciones públicas. La corrección usa además comprobaciones ocultas en todos los "
        "criterios: pasar estas no garantiza los puntos.\n"
        "Criterios que aquí no se ven en absoluto: Media.\n2 de 2 comprobaciones públicas pasan.\n"
    )


def test_a_student_may_read_english() -> None:
    """--lang en says the same in English."""
    ended = check(submission("right"), "--lang", "en")
    assert ended.stdout == (
        "\nDouble\n  ✓ double(x) is twice x.\n\nTotal\n  ✓ The total of four ones is 4.\n\n"
        "These are the public checks. Grading also uses hidden checks in every criterion: passing these does not "
        "guarantee the points.\n"
        "Criteria that cannot be seen here at all: Mean.\n2 of 2 public checks pass.\n"
    )


def test_a_check_that_fails_says_what_and_hints() -> None:
    """A mistake is shown with what came out, and with the hint; exit code 1."""
    ended = check(submission("adds"))
    assert ended.returncode == 1
    assert "  ✗ double(x) es el doble de x.\n      El resultado no es el esperado.\n" in ended.stdout
    assert "      Multiplica por 2.\n" in ended.stdout
    assert ended.stdout.endswith("1 de 2 comprobaciones públicas pasan.\n")


def test_an_exception_is_shown_with_its_line_and_message(tmp_path: Path) -> None:
    """On one's own machine nothing is hidden: the type, the line and the message of what was raised."""
    file = tmp_path / "tensors.py"
    file.write_text("def double(x):\n    return x / {}['two']\n")
    ended = check(file, "--lang", "en")
    assert "      Your code raised KeyError (tensors.py:2).\n      KeyError: 'two'\n" in ended.stdout
    assert "      “total” is missing from your submission.\n" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_syntax_error_is_shown_with_its_line() -> None:
    """A file that is no Python says in which line, and what Python says about it."""
    ended = check(submission("mistypes"))
    assert ended.returncode == 1
    first, second, *_ = ended.stdout.splitlines()
    assert first.startswith("✗ Tu archivo no se puede importar: SyntaxError (tensors.py:13).")
    assert "expected ':'" in second
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_notebook_is_checked() -> None:
    """A notebook is checked cell by cell; a cell that fails is named, and the others count."""
    ended = check(submission("notebook"))
    assert "✗ Una celda de tu cuaderno lanzó NameError (tensors.ipynb, celda 2, línea 2)" in ended.stdout
    assert ended.stdout.endswith("2 de 2 comprobaciones públicas pasan.\n")


def test_a_file_may_have_any_name_when_its_assignment_is_named(tmp_path: Path) -> None:
    """--assignment says what a file of another name is for."""
    shutil.copy(submission("right"), tmp_path / "mi_intento.py")
    assert check(tmp_path / "mi_intento.py", "--assignment", "tensors").returncode == 0


def test_a_folder_stands_for_the_file_in_it() -> None:
    """A folder is searched for the assignment's file."""
    assert check(submission("right").parent, "--assignment", "tensors").returncode == 0


COMPLAINTS = {
    ("tensor.py",): "{}: which assignment is it? name it with --assignment ID; did you mean 'tensors'?",
    ("tensor.py", "--assignment", "tensor"): "--assignment tensor: no such assignment; did you mean 'tensors'?",
    ("tensor.py", "--assignment", "poster"): "poster: it has no public checks yet",
}


@pytest.mark.parametrize("arguments", COMPLAINTS)
def test_what_cannot_be_checked_is_one_clear_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A file of no assignment, an unknown assignment, and one without public checks say so; exit code 2."""
    name, *options = arguments
    shutil.copy(submission("right"), tmp_path / name)
    ended = check(tmp_path / name, *options)
    assert (ended.returncode, ended.stderr) == (2, COMPLAINTS[arguments].format(tmp_path / name) + "\n")


def test_hostile_text_of_a_file_is_harmless_on_the_terminal() -> None:
    """Even one's own file may come from somebody else: its exceptions bring no escape sequence to the terminal."""
    ended = check(submission("hostile"))
    printed_by_the_file_itself = "\x1b[2J\n"
    assert "\x1b" not in ended.stdout.replace(printed_by_the_file_itself, "", 1) + ended.stderr


def test_a_file_that_ends_the_process_is_said_to_do_so(tmp_path: Path) -> None:
    """exit() in a file is a finding like any other exception."""
    file = tmp_path / "tensors.py"
    file.write_text("import sys\n\nsys.exit(0)\n")
    ended = check(file, "--lang", "en")
    assert ended.returncode == 1
    assert ended.stdout.startswith("✗ Your file cannot be imported: SystemExit (tensors.py:3).")

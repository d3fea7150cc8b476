"""What a student sees who runs `check` on a file of their own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support import ordinary_user
from tests.support.command_line import CLASS, TINY, Ended, autograder, command


def check(path: Path, *options: str) -> Ended:
    """Run `autograder check` with the tiny course."""
    return autograder("check", path, "--course", TINY, *options)


def without_time(text: str) -> str:
    """Return a report without the time of day and the seconds of its last line."""
    return re.sub(r"\(\d\d:\d\d:\d\d, \d+[.,]\d s\)", "(TIME)", text)


def submission(student: str) -> Path:
    """Return the file that a student of the class handed in."""
    return next((CLASS / student / "tensors").iterdir())


def test_a_student_reads_spanish() -> None:
    """Every check in words and with its result, what is not seen here, and how many passed; exit
    code 0.
    """
    ended = check(submission("right"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert without_time(ended.stdout) == (
        "\nDoble\n  ✓ double(x) es el doble de x.\n\nSuma\n  ✓ El total de cuatro unos es 4.\n\n"
        "Media\n  · Aquí no se comprueba: solo lo miran las comprobaciones ocultas.\n\n"
        "Estas son las comprobaciones públicas. La corrección usa además "
        "comprobaciones ocultas en todos los "
        "criterios: pasar estas no garantiza los puntos.\n"
        "2 de 2 comprobaciones públicas pasan (TIME).\n"
    )


def test_a_student_may_read_english() -> None:
    """--lang en says the same in English."""
    ended = check(submission("right"), "--lang", "en")
    assert without_time(ended.stdout) == (
        "\nDouble\n  ✓ double(x) is twice x.\n\nTotal\n  ✓ The total of four ones is 4.\n\n"
        "Mean\n  · Not checked here: only the hidden checks look at it.\n\n"
        "These are the public checks. Grading also uses hidden checks in every "
        "criterion: passing these does not "
        "guarantee the points.\n"
        "2 of 2 public checks pass (TIME).\n"
    )


def test_a_check_that_fails_says_what_and_hints() -> None:
    """A mistake is shown with what came out, and with the hint; exit code 1."""
    ended = check(submission("adds"))
    assert ended.returncode == 1
    assert (
        "  ✗ double(x) es el doble de x.\n      Los valores no son los esperados.\n" in ended.stdout
    )
    assert "      Multiplica por 2.\n" in ended.stdout
    last = without_time(ended.stdout).splitlines()[-1]
    assert last == "1 de 2 comprobaciones públicas pasan (TIME)."


def test_an_exception_is_shown_with_its_line_and_message(tmp_path: Path) -> None:
    """On one's own machine nothing is hidden: the type, the line and the message of what was
    raised.
    """
    file = tmp_path / "tensors.py"
    file.write_text("def double(x):\n    return x / {}['two']\n")
    ended = check(file, "--lang", "en")
    raised = (
        "      Your code raised KeyError (tensors.py:2): `'two'`.\n"
        "       2 │ return x / {}['two']\n"
    )
    assert raised in ended.stdout
    assert "      “total” is missing from your submission.\n" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_syntax_error_is_shown_with_its_line() -> None:
    """A file that is no Python says in which line, and what Python says about it."""
    ended = check(submission("mistypes"))
    assert ended.returncode == 1
    first, line, caret, *_ = ended.stdout.splitlines()
    assert first.startswith(
        "✗ Tu archivo no se puede importar: SyntaxError (tensors.py:13): `expected ':'`."
    )
    assert (line, caret) == ("    13 │ def double(x)", "       │              ^")
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_notebook_is_checked() -> None:
    """A notebook is checked cell by cell; a cell that fails is named, and the others count."""
    ended = check(submission("notebook"))
    assert (
        "✗ Una celda de tu cuaderno lanzó NameError (tensors.ipynb, celda 2, línea 2)"
        in ended.stdout
    )
    assert "2 de 2 comprobaciones públicas pasan (" in ended.stdout


def test_a_file_may_have_any_name_when_its_assignment_is_named(tmp_path: Path) -> None:
    """--assignment says what a file of another name is for."""
    shutil.copy(submission("right"), tmp_path / "mi_intento.py")
    assert check(tmp_path / "mi_intento.py", "--assignment", "tensors").returncode == 0


def test_a_folder_stands_for_the_file_in_it() -> None:
    """A folder is searched for the assignment's file."""
    assert check(submission("right").parent, "--assignment", "tensors").returncode == 0


KNOWN = "tensors, essay, poster"
COMPLAINTS = {
    ("tensor.py",): f"{{}}: which assignment is it? Name it with --assignment: {KNOWN} (tensors?)",
    ("tensor.py", "--assignment", "tensor"): (
        f"--assignment tensor: no such assignment; there are {KNOWN} (tensors?)"
    ),
    (
        "tensors.txt",
    ): "{}: is no file that is handed in for tensors; expected tensors.py / tensors.ipynb.",
    ("poster.md",): "poster: this assignment has no public checks.",
    ("gone/tensors.py",): "{}: there is no such file or folder.",
}


@pytest.mark.parametrize("arguments", COMPLAINTS)
def test_what_cannot_be_checked_is_one_clear_line(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """A file of no assignment, an unknown one, one without public checks and no file say so; exit
    code 2.
    """
    name, *options = arguments
    if not name.startswith("gone/"):
        shutil.copy(submission("right"), tmp_path / name)
    ended = check(tmp_path / name, *options, "--lang", "en")
    assert (ended.returncode, ended.stderr) == (
        2,
        COMPLAINTS[arguments].format(tmp_path / name) + "\n",
    )


def test_two_files_for_the_same_thing_are_named(tmp_path: Path) -> None:
    """Which of a .py and a notebook is meant is not guessed: the command must name one."""
    for student in ("right", "notebook"):
        shutil.copy(submission(student), tmp_path)
    ended = check(tmp_path)
    assert ended.returncode == 2
    assert "tensors.py, tensors.ipynb. Nombra en la orden el tuyo" in ended.stderr


def test_without_a_course_the_student_is_told_where_to_go(tmp_path: Path) -> None:
    """Away from the released folder there is no grading.yml; the message says what to do."""
    shutil.copy(submission("right"), tmp_path / "tensors.py")
    ended = autograder("check", "tensors.py", folder=tmp_path)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "Entra en la carpeta de la tarea que descomprimiste" in ended.stderr


UNREADABLE = {
    "empty": (b"", "✗ The file tensors.py is empty."),
    "binary": (bytes(range(256)), "✗ tensors.py is not UTF-8 (byte 128)."),
    "null": (b"x = 1\x00\n", "✗ Your file cannot be imported: SyntaxError"),
    "large": (b"#" * (1 << 17), "✗ tensors.py has 131072 B; the most is 65536 B."),
    "old notebook": (b'{"nbformat": 2}', "✗ Your file cannot be imported: NotebookError"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_file_that_is_no_code_is_a_finding(tmp_path: Path, kind: str) -> None:
    """What is empty, binary, too large or no notebook is said in a sentence, and nothing else is
    checked.
    """
    content, said = UNREADABLE[kind]
    file = tmp_path / ("tensors.ipynb" if "notebook" in kind else "tensors.py")
    file.write_bytes(content)
    ended = check(file, "--lang", "en")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith(said)
    assert "✓" not in ended.stdout


def test_a_file_that_may_not_be_read_is_a_finding(tmp_path: Path) -> None:
    """A file that its owner closed is told by a sentence, as is a folder."""
    file = Path(shutil.copytree(submission("right").parent, tmp_path / "mine")) / "tensors.py"
    file.chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.name.startswith(
            ("pytest-", "popen-", "test_")
        ):  # pytest closes its own folders to others
            folder.chmod(0o755)
    options = ("--course", TINY, "--lang", "en")
    closed = ordinary_user.run(*command("check", file, *options))
    file.parent.chmod(0)
    out_of_reach = ordinary_user.run(*command("check", file, *options))
    if ordinary_user.REFUSED in (closed.returncode, out_of_reach.returncode):
        pytest.skip(closed.stderr.strip())
    assert (closed.returncode, closed.stderr) == (1, "")
    assert closed.stdout.startswith("✗ tensors.py cannot be read (permissions).")
    assert (out_of_reach.returncode, out_of_reach.stderr) == (
        2,
        f"{file}: cannot be opened (Permission denied).\n",
    )


MISBEHAVING = """\
import os, sys, threading, time

threading.Thread(target=lambda: time.sleep(1000)).start()
for number in range(100_000):
    print("line", number, file=sys.stderr)


def double(x):
    return x * float(input("by? "))


def total(x):
    os._exit(0)
"""


def test_code_that_asks_prints_ends_and_leaves_threads_is_looked_after(tmp_path: Path) -> None:
    """Nobody answers it, the end of what it prints is shown, an exit is no success, no thread is
    waited for.
    """
    (tmp_path / "tensors.py").write_text(MISBEHAVING)
    ended = check(tmp_path, "--lang", "en")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "  Your code printed:\n  │ …\n  │ line 99990\n" in ended.stdout
    assert "Your code raised EOFError (tensors.py:9): `EOF when reading a line`." in ended.stdout
    assert "Your code raised SystemExit (tensors.py:13)." in ended.stdout


def test_the_last_line_says_what_changed_since_the_file_was_saved(tmp_path: Path) -> None:
    """The next check of a file names the checks whose results differ from the last one's."""
    file = tmp_path / "tensors.py"
    shutil.copy(submission("adds"), file)
    check(file, "--lang", "en")
    shutil.copy(submission("right"), file)
    changed, same = (check(file, "--lang", "en").stdout.splitlines()[-2:] for _ in range(2))
    assert changed[0] == "Passes now: double(x) is twice x."
    assert changed[1].endswith("s); since the last save: +1, -0.")
    assert "since" not in same[1]


SHARED_LOOP = """\
def forward(x):
    while True:
        x = x + 1


def double(x):
    return forward(x)


def total(x):
    return forward(x)
"""


def test_an_endless_loop_is_told_once(tmp_path: Path) -> None:
    """Another check that calls the function that did not end fails at once, for the same cause."""
    (tmp_path / "tensors.py").write_text(SHARED_LOOP)
    ended = check(tmp_path, "--lang", "en")
    assert ended.stdout.count("Your code did not finish in time") == 1
    assert "The same cause as in “Double”, above." in ended.stdout


UNSTOPPABLE = """\
def forever():
    while True:
        pass


def double(x):
    while True:
        try:
            forever()
        except:
            pass
"""


def test_a_loop_that_catches_everything_ends_the_command(tmp_path: Path) -> None:
    """Code that does not let itself be interrupted is not waited for."""
    (tmp_path / "tensors.py").write_text(UNSTOPPABLE)
    ended = check(tmp_path, "--lang", "en")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Your code does not let itself be interrupted")


def test_hostile_text_of_a_file_is_harmless_on_the_terminal() -> None:
    """Even one's own file may come from somebody else: nothing of it brings an escape sequence to
    the terminal.
    """
    ended = check(submission("hostile"))
    assert "\x1b" not in ended.stdout + ended.stderr


def test_a_file_that_ends_the_process_is_said_to_do_so(tmp_path: Path) -> None:
    """exit() in a file is a finding like any other exception."""
    file = tmp_path / "tensors.py"
    file.write_text("import sys\n\nsys.exit(0)\n")
    ended = check(file, "--lang", "en")
    assert ended.returncode == 1
    assert ended.stdout.startswith("✗ Your file cannot be imported: SystemExit (tensors.py:3).")


FORKING = """\
import argparse
import multiprocessing
import os
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.1)
print(sys.argv, parser.parse_args())
os.fork()


def double(x):
    if os.fork() == 0:
        raise ValueError("in the child")
    return 2 * x


def total(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(float, x.flatten().tolist()))
"""


@pytest.mark.parametrize("command", ["check", "pack"])
def test_a_child_ends_with_the_code_that_forked_it(command: str, tmp_path: Path) -> None:
    """There is one report and one zip however often code forks, and the command line is the file's
    alone.
    """
    (tmp_path / "tensors.py").write_text(FORKING)
    ended = autograder(command, "tensors.py", "--course", TINY, "--lang", "en", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("2 of 2 public checks pass") == 1
    assert ended.stdout.count("Done: ") == (command == "pack")
    if command == "check":
        assert "['tensors.py'] Namespace(rate=0.1)" in ended.stdout
    assert (
        "You start another process with os.fork, which grading does not allow (tensors.py:9).\n"
        in ended.stdout
    )

"""Intake from folders: declared files are read by content, and findings explain the rest."""

from __future__ import annotations

import json
import os
import resource
import socket
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.handin.intake import HandIn, HandInListing, find_hand_ins, read_hand_in
from autograder.model import Course, Lang, Outcome, SubmittedFiles
from tests.support.ordinary_user import NOBODY

GRADING = """
id: tiny
title: {es: Un curso, en: A course}
total: 10
pass_total: 5
categories:
  performance:
    title: {es: Desempeño, en: Performance}
    points: 10
    minimum: 4
    criteria:
      performance.add: {points: 6, title: {es: Sumar, en: Add}, earns: {es: Suma., en: It adds.}}
      performance.halve:
        {points: 4, title: {es: Partir, en: Halve}, earns: {es: Parte., en: It halves.}}
assignments:
  sums:
    title: {es: Sumas, en: Sums}
    minutes: 10
    files:
      sums.py: {alternatives: [sums.ipynb], max_bytes: 1 MiB}
    criteria: [performance.add]
  halves:
    title: {es: Mitades, en: Halves}
    minutes: 10
    files:
      halves.py: {max_bytes: 1 KiB}
      notes.md: {max_bytes: 1 KiB, required: false}
    criteria: [performance.halve]
"""
SOURCE = b"def add(a, b):\n    return a + b\n"
BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return a course of two assignments."""
    file = tmp_path_factory.mktemp("course") / "grading.yml"
    file.write_text(GRADING, encoding="utf-8")
    return load_course(file)


def put(path: Path, content: bytes = SOURCE) -> Path:
    """Create a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def taken(
    folder: Path, course: Course, assignment: str = "sums", lang: Lang = "en"
) -> SubmittedFiles:
    """Return what is read of a hand-in."""
    hand_in = HandIn(student="ana", assignment=assignment, path=folder)
    return read_hand_in(hand_in, course.assignment(assignment), lang)


def found(submission: SubmittedFiles) -> list[tuple[Outcome, str]]:
    """Return the findings of a submission, as outcome and sentence."""
    return [(finding.outcome, finding.message) for finding in submission.findings]


@contextmanager
def acting_as_nobody() -> Iterator[None]:
    """Drop root's rights for a block; without them, change nothing."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Return a folder that other users may enter, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in folder.rglob("*"):
            path.chmod(0o755)


# ---------------------------------------------------------------- one hand-in is read


def test_a_declared_file_is_taken_by_its_content(course: Course, tmp_path: Path) -> None:
    """The bytes of a declared file are kept unchanged under its declared name."""
    put(tmp_path / "sums.py")
    submission = taken(tmp_path, course)
    assert (submission.files, submission.findings) == ({"sums.py": SOURCE}, ())
    assert (submission.student, submission.assignment) == ("ana", "sums")


def test_undeclared_files_are_not_read(course: Course, tmp_path: Path) -> None:
    """Files that an assignment does not declare are ignored, even with special names."""
    for name in (
        "sums.py",
        "conftest.py",
        "pytest.ini",
        "sitecustomize.py",
        "torch.py",
        "sums/__init__.py",
    ):
        put(tmp_path / name)
    assert set(taken(tmp_path, course).files) == {"sums.py"}


def test_an_optional_file_may_be_absent(course: Course, tmp_path: Path) -> None:
    """An optional file is read if present, and is no finding if absent."""
    put(tmp_path / "halves.py")
    assert found(taken(tmp_path, course, "halves")) == []
    put(tmp_path / "notes.md", b"\xff any bytes")
    assert set(taken(tmp_path, course, "halves").files) == {"halves.py", "notes.md"}


def test_an_alternative_is_as_good(course: Course, tmp_path: Path) -> None:
    """A notebook replaces the source, under its own name."""
    put(tmp_path / "sums.ipynb", b'{"cells": []}')
    assert taken(tmp_path, course).files == {"sums.ipynb": b'{"cells": []}'}


def test_of_two_alternatives_the_first_is_taken(course: Course, tmp_path: Path) -> None:
    """Of two alternatives the preferred one counts, with a remark to the student."""
    put(tmp_path / "sums.ipynb", b'{"cells": []}')
    put(tmp_path / "sums.py")
    submission = taken(tmp_path, course)
    (finding,) = submission.findings
    assert set(submission.files) == {"sums.py"}
    assert finding.outcome is Outcome.PASSED  # it costs nothing
    assert (finding.message, finding.hint) == (
        "There is more than one file for the same thing: sums.py, sums.ipynb.",
        "sums.py was taken; keep only one.",
    )


def test_an_untouched_stub_gives_way_to_what_was_written(course: Course, tmp_path: Path) -> None:
    """A notebook counts before an untouched stub, with any line ends."""
    stub = b"def add(a, b):\n    raise NotImplementedError\n"
    put(course.assignment("sums").root / "sums.py", stub)
    put(tmp_path / "sums.ipynb", b'{"cells": []}')
    put(tmp_path / "sums.py", stub.replace(b"\n", b"\r\n"))
    submission = taken(tmp_path, course)
    assert set(submission.files) == {"sums.ipynb"}
    assert submission.findings[0].hint == "sums.ipynb was taken; keep only one."


def test_a_byte_order_mark_is_kept_and_does_no_harm(course: Course, tmp_path: Path) -> None:
    """A file with a byte order mark is kept unchanged."""
    put(tmp_path / "sums.py", BOM + SOURCE)
    submission = taken(tmp_path, course)
    assert (submission.files["sums.py"], submission.findings) == (BOM + SOURCE, ())


WRONG = {
    "empty": (b"", Outcome.MISSING, "The file sums.py is empty."),
    "blank": (b" \n\t\r\n\n", Outcome.MISSING, "The file sums.py is empty."),
    "Latin-1": (b"name = 'Mu\xf1oz'\n", Outcome.DENIED, "sums.py is not UTF-8 (byte 10)."),
    "a surrogate": (b"x = '\xed\xa0\x80'", Outcome.DENIED, "sums.py is not UTF-8 (byte 5)."),
    "a byte too large": (
        b"#" * ((1 << 20) + 1),
        Outcome.DENIED,
        "sums.py has 1.1 MiB; the most is 1.0 MiB.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_content_is_reported(name: str, course: Course, tmp_path: Path) -> None:
    """Unusable content is one finding, and the file is left out."""
    content, outcome, message = WRONG[name]
    put(tmp_path / "sums.py", content)
    submission = taken(tmp_path, course)
    assert (submission.files, found(submission)) == ({}, [(outcome, message)])


def test_the_largest_allowed_file_is_taken(course: Course, tmp_path: Path) -> None:
    """A file of exactly the limit is read."""
    put(tmp_path / "sums.py", b"#" * (1 << 20))
    assert len(taken(tmp_path, course).files["sums.py"]) == 1 << 20


def test_a_gigabyte_is_not_read(course: Course, tmp_path: Path) -> None:
    """Of a sparse gigabyte no more than the limit is read."""
    with (tmp_path / "sums.py").open("wb") as file:
        file.truncate(1 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    submission = taken(tmp_path, course)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # KiB
    assert found(submission) == [(Outcome.DENIED, "sums.py has 1024.0 MiB; the most is 1.0 MiB.")]


def test_a_missing_file_is_named_with_what_is_accepted(course: Course, tmp_path: Path) -> None:
    """A missing file is named with the accepted names."""
    put(tmp_path / "sums.txt")
    (finding,) = taken(tmp_path, course, lang="es").findings
    assert (finding.outcome, finding.message) == (Outcome.MISSING, "Falta el archivo sums.py.")
    assert finding.hint == "Se acepta: sums.py, sums.ipynb. Comprueba el nombre exacto."


def make_directory(path: Path) -> None:
    """Create a folder in place of the file."""
    path.mkdir()


def make_link(path: Path) -> None:
    """Create a link to a good file."""
    path.symlink_to(put(path.parent / "elsewhere" / "good.py"))


def make_dangling_link(path: Path) -> None:
    """Create a link to nothing."""
    path.symlink_to("/no/such/file")


def make_fifo(path: Path) -> None:
    """Create a pipe without a writer: opening it would block."""
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    """Create a socket without a listener."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def link_to_device(path: Path) -> None:
    """Create a link to endless zeros."""
    path.symlink_to("/dev/zero")


NO_FILES = {
    make_directory: "sums.py is a folder; a file was expected.",
    make_link: "sums.py is a link; hand in the file itself.",
    make_dangling_link: "sums.py is a link; hand in the file itself.",
    link_to_device: "sums.py is a link; hand in the file itself.",
    make_fifo: "sums.py is not a regular file.",
    make_socket: "sums.py is not a regular file.",
}


@pytest.mark.parametrize("make", NO_FILES, ids=lambda make: make.__name__)
def test_what_is_no_regular_file_is_not_read(
    make: object, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links, pipes, folders and sockets are not followed and do not block."""
    assert callable(make)
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    make(Path("sums.py"))
    submission = taken(tmp_path, course)
    assert (submission.files, found(submission)) == ({}, [(Outcome.DENIED, NO_FILES[make])])


UNREADABLE = [(Outcome.GRADER_ERROR, "sums.py cannot be read (permissions).")]


def test_a_file_closed_to_us_is_no_mistake_of_the_student(
    course: Course, public_folder: Path
) -> None:
    """A file without read permission waits for a person and costs no points."""
    put(public_folder / "sums.py").chmod(0)
    with acting_as_nobody():
        submission = taken(public_folder, course)
    assert (submission.files, found(submission)) == ({}, UNREADABLE)


def test_a_folder_closed_to_us_is_no_mistake_of_the_student(
    course: Course, public_folder: Path
) -> None:
    """A file in a folder without permission is not reported as missing."""
    put(public_folder / "ana" / "sums" / "sums.py")
    (public_folder / "ana" / "sums").chmod(0)
    with acting_as_nobody():
        submission = taken(public_folder / "ana" / "sums", course)
    assert (submission.files, found(submission)) == ({}, UNREADABLE)


def test_the_digest_is_of_names_and_contents(course: Course, tmp_path: Path) -> None:
    """Equal files have an equal digest anywhere; another byte or name changes it."""
    one, two, three, four = (tmp_path / n for n in ("one", "two", "three", "four"))
    for folder, name, content in (
        (one, "sums.py", SOURCE),
        (two, "sums.py", SOURCE),
        (three, "sums.py", SOURCE + b"\n"),
        (four, "sums.ipynb", SOURCE),
    ):
        put(folder / name, content)
    digests = [taken(folder, course).digest for folder in (one, two, three, four)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


# ---------------------------------------------------------------- a class is collected


def collected(
    folder: Path, course: Course, *assignments: str, students: tuple[str, ...] = ()
) -> HandInListing:
    """Return what is found below a folder of submissions."""
    return find_hand_ins(folder, course, assignments, students)


def names(collection: HandInListing) -> list[tuple[str, str]]:
    """Return student and assignment of each hand-in."""
    return [(hand_in.student, hand_in.assignment) for hand_in in collection.hand_ins]


def test_every_student_and_assignment_is_found(course: Course, tmp_path: Path) -> None:
    """Each assignment's folder in each student's folder is a hand-in, in the order of names."""
    for path in ("bo/sums", "ana/sums", "ana/halves"):
        put(tmp_path / path / "x.py")
    everything = collected(tmp_path, course)
    assert names(everything) == [("ana", "halves"), ("ana", "sums"), ("bo", "sums")]
    assert everything.complaints == ()


def test_a_run_may_choose(course: Course, tmp_path: Path) -> None:
    """Only the selected assignments and students are found; an unknown name is an error."""
    for path in ("bo/sums", "ana/sums", "ana/halves"):
        put(tmp_path / path / "x.py")
    assert names(collected(tmp_path, course, "sums")) == [("ana", "sums"), ("bo", "sums")]
    some = collected(tmp_path, course, students=("ana",))
    assert names(some) == [("ana", "halves"), ("ana", "sums")]
    assert some.handed_in == {"ana": {"halves", "sums"}, "bo": {"sums"}}
    with pytest.raises(CourseError, match=r": no student 'anna'; did you mean 'ana'\?$"):
        collected(tmp_path, course, students=("ana", "anna"))


def test_an_empty_class_is_said_so(course: Course, tmp_path: Path) -> None:
    """A folder without submissions is a complaint with what was expected."""
    assert collected(tmp_path, course).complaints == (
        f"{tmp_path}: no submissions; expected <student>/<assignment>/<files>",
    )


def test_a_folder_that_is_not_there_is_said_so(course: Course, tmp_path: Path) -> None:
    """A wrong path is a complaint, not a traceback."""
    (complaint,) = collected(tmp_path / "nowhere", course).complaints
    assert complaint == f"{tmp_path / 'nowhere'}: cannot be read: No such file or directory"


def test_a_class_closed_to_us_is_said_so(course: Course, public_folder: Path) -> None:
    """A folder without permission is a complaint, at every depth."""
    put(public_folder / "class" / "ana" / "sums" / "sums.py")
    for folder in ("class/ana", "class"):
        (public_folder / folder).chmod(0o444)
    with acting_as_nobody():
        (listed,) = collected(public_folder / "class", course, "sums").complaints
    (public_folder / "class").chmod(0)
    with acting_as_nobody():
        (closed,) = collected(public_folder / "class", course, "sums").complaints
    assert listed == f"{public_folder}/class/ana: cannot be read: Permission denied"
    assert closed == f"{public_folder}/class: cannot be read: Permission denied"


def test_an_unknown_assignment_is_reported(course: Course, tmp_path: Path) -> None:
    """An unknown assignment's folder is a complaint; the others are graded."""
    put(tmp_path / "ana" / "sum" / "sums.py")
    put(tmp_path / "ana" / "sums" / "sums.py")
    collection = collected(tmp_path, course)
    assert names(collection) == [("ana", "sums")]
    assert collection.complaints == (
        f"{tmp_path}/ana/sum: no assignment 'sum' in the course; expected one of sums, halves",
    )


def test_hidden_folders_are_reported_in_one_line(course: Course, tmp_path: Path) -> None:
    """Hidden folders are reported once, because one may be a student's; tools' are not."""
    for student in ("bo", ".ana", ".García", ".git", ".attempts"):
        put(tmp_path / student / "sums" / "sums.py")
    (tmp_path / ".link").symlink_to(tmp_path / "bo")
    collection = collected(tmp_path, course)
    assert names(collection) == [("bo", "sums")]
    assert collection.complaints == (
        f"{tmp_path}: left out, for they begin with a dot: .García, .ana; rename those of students",
    )


@pytest.mark.parametrize("name", ["sums/sums.py", "sums.zip"])
def test_one_students_folder_is_no_class(name: str, course: Course, tmp_path: Path) -> None:
    """For one student's folder as SUBMITTED, the message says how to grade that student."""
    put(tmp_path / "class" / "Ana Gil" / name)
    put(tmp_path / "class" / "Ana Gil" / "notes.txt")
    collection = collected(tmp_path / "class" / "Ana Gil", course)
    assert collection.hand_ins == ()
    assert collection.complaints == (
        f"{tmp_path}/class/Ana Gil: one student's folder, with sums; "
        f"grade the class's folder, {tmp_path}/class, with --student 'Ana Gil'",
    )


def test_stray_files_are_reported_and_hidden_ones_are_not(course: Course, tmp_path: Path) -> None:
    """A file instead of a folder is a complaint; hidden entries belong to tools."""
    put(tmp_path / "ana" / "sums" / "sums.py")
    for path in ("grades.csv", "ana/notes.txt", ".DS_Store", ".git/config", "ana/.idea/x.xml"):
        put(tmp_path / path)
    assert collected(tmp_path, course).complaints == (
        f"{tmp_path}/grades.csv: a file; expected the folder of a student",
        f"{tmp_path}/ana/notes.txt: a file; expected the folder or archive of an assignment",
    )


def test_links_are_not_followed(course: Course, tmp_path: Path) -> None:
    """A link in place of a folder is a complaint, as it may lead to another student's work."""
    put(tmp_path / "class" / "ana" / "sums" / "sums.py")
    (tmp_path / "class" / "bo").symlink_to(tmp_path / "class" / "ana")
    (tmp_path / "class" / "ana" / "halves").symlink_to("/etc")
    collection = collected(tmp_path / "class", course)
    assert names(collection) == [("ana", "sums")]
    assert collection.complaints == (
        f"{tmp_path}/class/bo: a link; expected the folder of a student itself",
        f"{tmp_path}/class/ana/halves: a link; expected the folder or archive of an assignment "
        "itself",
    )


TWINS = {
    "by case": ("Ana", "ana"),
    "by German case": ("Strauß", "STRAUSS"),
    "by composition": (unicodedata.normalize("NFC", "José"), unicodedata.normalize("NFD", "José")),
    "by both": (
        "ga\N{LATIN SMALL LETTER LONG S}\N{COMBINING ACUTE ACCENT}",
        "ga\N{LATIN SMALL LETTER S WITH ACUTE}",
    ),
}


@pytest.mark.parametrize("how", TWINS)
def test_students_that_could_be_confused_are_not_graded(
    how: str, course: Course, tmp_path: Path
) -> None:
    """Two names that a file system may not distinguish are a complaint."""
    for student in (*TWINS[how], "bo"):
        put(tmp_path / student / "sums" / "sums.py")
    collection = collected(tmp_path, course)
    one, two = sorted(TWINS[how])
    assert names(collection) == [("bo", "sums")]
    assert collection.complaints == (
        f"{tmp_path}: duplicate student '{one}', '{two}': the same name twice; rename one",
    )


UNUSABLE = {
    "an escape": (b"ana\x1b[2J", r"ana\x1b[2J"),
    "a line feed": (b"ana\nbo", r"ana\nbo"),
    "reordered text": ("ana\u202eob".encode(), r"ana\u202eob"),
    "not UTF-8": (b"ana\xff", r"ana\udcff"),
    "255 bytes": (b"a" * 255, "a" * 255),
    "201 bytes of accents": ("á".encode() * 100 + b"a", "á" * 100 + "a"),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_unusable_names_are_reported_in_printable_words(
    what: str, course: Course, tmp_path: Path
) -> None:
    """An unprintable name is a complaint in printable characters."""
    name, shown = UNUSABLE[what]
    folder = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - bytes
    Path(os.fsdecode(folder)).mkdir()
    assert collected(tmp_path, course).complaints == (
        f"{tmp_path}/{shown}: not a usable name; at most 200 printable bytes",
    )


def test_unusual_names_are_usable(course: Course, tmp_path: Path) -> None:
    """Names as people and LMSs write them are usable."""
    students = [
        "García Márquez, José",
        "O'Brien",
        "Ω-αβγ",
        "a" * 200,
        "-rf",
        "李雷",
        "x@y.example",
        "$(reboot)",
    ]
    for student in students:
        put(tmp_path / student / "sums" / "sums.py")
    assert sorted(names(collected(tmp_path, course))) == sorted(
        (student, "sums") for student in students
    )


# ---------------------------------------------------------------- one file, one folder


def test_one_file_is_a_hand_in(course: Course, tmp_path: Path) -> None:
    """A single file is graded as the student's in its name, whatever its assignment's file name."""
    collection = collected(put(tmp_path / "my_answer.py"), course, "sums")
    (hand_in,) = collection.hand_ins
    assert (hand_in.student, collection.complaints) == ("my_answer", ())
    assert read_hand_in(hand_in, course.assignment("sums"), "en").files == {"sums.py": SOURCE}


def test_one_notebook_is_a_hand_in(course: Course, tmp_path: Path) -> None:
    """A single notebook is kept under the declared notebook's name."""
    content = json.dumps({"cells": []}).encode()
    (hand_in,) = collected(
        put(tmp_path / "my.ipynb", content), course, "sums", students=("ana",)
    ).hand_ins
    assert hand_in.student == "ana"
    assert read_hand_in(hand_in, course.assignment("sums"), "en").files == {"sums.ipynb": content}


def test_one_folder_is_a_hand_in(course: Course, tmp_path: Path) -> None:
    """A folder with the declared file is one student's."""
    put(tmp_path / "ana" / "sums.py")
    assert names(collected(tmp_path / "ana", course, "sums")) == [("ana", "sums")]


def test_one_file_needs_its_assignment(course: Course, tmp_path: Path) -> None:
    """A single file needs --assignment."""
    (complaint,) = collected(put(tmp_path / "sums.py"), course).complaints
    assert complaint == (
        f"{tmp_path}/sums.py: for one file or folder, name its assignment: --assignment ID (and "
        "one --student)"
    )


@pytest.mark.parametrize("name", ["sums.txt", "sums", "sums.pyc", "sums.py.rar"])
def test_one_file_of_another_kind_is_refused(name: str, course: Course, tmp_path: Path) -> None:
    """A file of another kind is a complaint with the expected names."""
    collection = collected(put(tmp_path / name), course, "sums")
    assert collection.hand_ins == ()
    assert collection.complaints == (
        f"{tmp_path}/{name}: cannot be handed in for sums; expected sums.py or sums.ipynb",
    )


def test_one_link_is_not_followed(course: Course, tmp_path: Path) -> None:
    """A link to a single file is not followed."""
    link = tmp_path / "sums.py"
    link.symlink_to(put(tmp_path / "elsewhere.py"))
    (hand_in,) = collected(link, course, "sums").hand_ins
    submission = read_hand_in(hand_in, course.assignment("sums"), "en")
    assert (submission.files, found(submission)) == (
        {},
        [(Outcome.DENIED, "sums.py is a link; hand in the file itself.")],
    )


def test_names_of_folders_and_archives_that_can_only_be_meant_are_taken(
    course: Course, tmp_path: Path
) -> None:
    """A numbered or misspelled folder or archive counts; of two neither does."""
    put(tmp_path / "ana" / "Sums (1)" / "sums.py")
    put(tmp_path / "bo" / "halves - copia.zip")
    put(tmp_path / "eva" / "sums" / "sums.py")
    put(tmp_path / "eva" / "sums (1).zip")
    everything = collected(tmp_path, course)
    assert names(everything) == [("ana", "sums"), ("bo", "halves")]
    assert everything.complaints == (
        f"{tmp_path}/eva: sums was handed in more than once: sums, sums (1).zip; keep one",
    )


def test_an_archive_that_is_not_read_is_named_with_the_mend(course: Course, tmp_path: Path) -> None:
    """A .rar or .7z is a complaint that names the supported formats."""
    put(tmp_path / "ana" / "sums.rar")
    assert collected(tmp_path, course).complaints == (
        f"{tmp_path}/ana/sums.rar: a file; expected the folder or archive of an assignment; "
        "pack it as .zip or .tar.gz",
    )

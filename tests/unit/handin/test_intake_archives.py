"""Intake from archives: declared files are read, and findings explain the rest."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.handin.archive import (
    DEFAULT_LIMITS,
    ArchiveError,
    content_of,
    members_of,
    select_members,
)
from autograder.handin.intake import HandIn, find_hand_ins, read_hand_in
from autograder.model import Course, Outcome, SubmittedFiles
from tests.support.packing import (
    SOURCE,
    gzipped,
    header_of_tar,
    overlapping_zip,
    renamed,
    streamed_zip,
    tarred,
    zipped,
    zipped_entry,
)
from tests.unit.handin.test_intake import course as course

MIB = 1 << 20
BROKEN = "sums.zip is damaged, or no archive that can be read."
LIES = BROKEN.replace("sums.zip", "sums.py")
OUT = "leads out of its folder"
ZEROS = b"\0" * 1024


def handed_in(
    folder: Path, content: bytes, course: Course, name: str = "sums.zip"
) -> SubmittedFiles:
    """Return what is read of an archive."""
    path = folder / name
    path.write_bytes(content)
    return read_hand_in(
        HandIn(student="ana", assignment="sums", path=path), course.assignment("sums"), "en"
    )


def told(submission: SubmittedFiles) -> list[tuple[Outcome, str]]:
    """Return the findings, as outcome and sentence."""
    return [(finding.outcome, finding.message) for finding in submission.findings]


# ---------------------------------------------------------------- what is taken

GOOD: dict[str, bytes] = {
    "a zip": zipped({"sums.py": SOURCE}),
    "a zip that is not compressed": zipped({"sums.py": SOURCE}, zipfile.ZIP_STORED),
    "a zip written to a pipe": streamed_zip({"sums.py": SOURCE}),
    "a zip with a folder": zipped({"sums/": b"", "sums/sums.py": SOURCE}),
    "a zip without its folder's entry": zipped({"sums/sums.py": SOURCE}),
    "a zip of Windows": renamed(zipped({"sums/sums.py": SOURCE}), "sums/sums.py", rb"sums\sums.py"),
    "a zip of Finder": zipped(
        {"s/sums.py": SOURCE, "__MACOSX/sums.py": b"?", "__MACOSX/s/._sums.py": b"?"}
    ),
    "a zip with other files": zipped(
        {"sums.py": SOURCE, "data/sums.py": b"?", "conftest.py": b"?", "señal": b"?"}
    ),
    "a tar": tarred({"sums.py": SOURCE}),
    "a tar of GNU": tarred({"x" * 150: b"?", "./sums.py": SOURCE}, format=tarfile.GNU_FORMAT),
    "a tar of old": tarred({"./sums/sums.py": SOURCE}, format=tarfile.USTAR_FORMAT),
    "a tar with pax headers": tarred(
        {"sums/sums.py": SOURCE}, pax_headers={"comment": "ñ", "mtime": "1.5"}
    ),
    "a tar with long names": tarred({"sums/sums.py": SOURCE, f"sums/{'ñ' * 120}": b"?"}),
    "a gzipped tar": gzipped(tarred({"sums/": b"", "sums/sums.py": SOURCE})),
}


@pytest.mark.parametrize("what", GOOD)
def test_a_declared_file_is_taken_out_of_an_archive(
    what: str, course: Course, tmp_path: Path
) -> None:
    """Archives of common programs are read, with or without one folder around the files."""
    submission = handed_in(tmp_path, GOOD[what], course)
    assert (submission.files, told(submission)) == ({"sums.py": SOURCE}, [])


LIKE: dict[str, tuple[bytes, str]] = {  # what is told, and costs nothing
    "another case": (zipped({"SUMS.PY": SOURCE}), "SUMS.PY was taken as sums.py."),
    "a copy in a folder": (
        zipped({"mine/sums (1).py": SOURCE}),
        "sums (1).py was taken as sums.py.",
    ),
    "an archive inside": (
        zipped({"work.zip": zipped({"sums.py": SOURCE}), "__MACOSX/._work.zip": b"?"}),
        "sums.zip holds another archive, work.zip; that one was opened.",
    ),
}


@pytest.mark.parametrize("what", LIKE)
def test_what_can_only_be_meant_is_taken_and_reported(
    what: str, course: Course, tmp_path: Path
) -> None:
    """A similar name, or the only archive in an archive, costs no points."""
    content, message = LIKE[what]
    submission = handed_in(tmp_path, content, course)
    assert (submission.files, told(submission)) == (
        {"sums.py": SOURCE},
        [(Outcome.PASSED, message)],
    )


def test_folders_with_files_of_like_names_are_listed(course: Course, tmp_path: Path) -> None:
    """If several folders have matching files, none is taken."""
    submission = handed_in(tmp_path, zipped({"a/Sums.py": SOURCE, "b/sums (1).py": SOURCE}), course)
    message = "sums.zip holds the files asked for in several folders: a, b. Keep them in one."
    assert (submission.files, told(submission)) == ({}, [(DENIED, message)])


def test_an_archive_is_recognized_by_its_content(course: Course, tmp_path: Path) -> None:
    """A gzipped tar named .zip is read as a tar."""
    content = gzipped(tarred({"sums.py": SOURCE}))
    assert handed_in(tmp_path, content, course, "sums.zip").files == {"sums.py": SOURCE}


def test_folder_and_archive_of_the_same_files_have_one_digest(
    course: Course, tmp_path: Path
) -> None:
    """The digest depends on the files, not on how they are packed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "sums.py").write_bytes(SOURCE)
    plain = read_hand_in(
        HandIn(student="a", assignment="sums", path=tmp_path / "folder"),
        course.assignment("sums"),
        "en",
    )
    packed = handed_in(tmp_path, zipped({"sums.py": SOURCE}), course)
    assert packed.digest == plain.digest


def test_several_declared_files_come_out_of_one_archive(course: Course, tmp_path: Path) -> None:
    """Required and optional files are read from the same folder of the archive."""
    path = tmp_path / "halves.tgz"
    path.write_bytes(
        gzipped(tarred({"h/halves.py": SOURCE, "h/notes.md": b"words", "h/other/halves.py": b"?"}))
    )
    submission = read_hand_in(
        HandIn(student="ana", assignment="halves", path=path), course.assignment("halves"), "en"
    )
    assert (set(submission.files), told(submission)) == ({"halves.py", "notes.md"}, [])


# ---------------------------------------------------------------- what is refused


def lying_about_size(size: int) -> bytes:
    """Return a zip whose directory gives a wrong size."""
    content = bytearray(zipped({"sums.py": SOURCE}))
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<L", size)
    return bytes(content)


def with_end(field: int, value: int, width: int = 2) -> bytes:
    """Return a zip with changed fields in its end record."""
    content = bytearray(zipped({"sums.py": SOURCE}))
    at = content.rindex(b"PK\x05\x06") + field
    content[at : at + width] = value.to_bytes(width, "little")
    return bytes(content)


def locked() -> bytes:
    """Return a zip that is marked as encrypted."""
    content = bytearray(zipped({"sums.py": SOURCE}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def with_two_ends() -> bytes:
    """Return a zip with another zip in its comment, which programs may read differently."""
    inner = zipped({"sums.py": b"inner"})
    outer = bytearray(zipped({"sums.py": SOURCE}))
    outer[-2:] = len(inner).to_bytes(2, "little")
    return bytes(outer) + inner


def with_another_name_inside() -> bytes:
    """Return a zip whose directory and member header give different names."""
    content = zipped({"sums.PY": SOURCE})
    at = content.rindex(b"sums.PY")
    return content[:at] + b"sums.py" + content[at + 7 :]


def truncated(content: bytes) -> bytes:
    """Return an archive without its end."""
    return content[: len(content) * 2 // 3]


def sparse_tar() -> bytes:
    """Return a GNU tar of a sparse file."""
    return header_of_tar(b"sums.py", 512, b"S") + b"\0" * 512 + ZEROS


def described(record: str, kind: bytes = b"x") -> bytes:
    """Return a tar whose first header describes the next one."""
    text = f"{len(record) + 4} {record}\n".encode()
    return (
        header_of_tar(b"pax", len(text), kind)
        + text.ljust(512, b"\0")
        + tarred({"sums.py": SOURCE})
    )


MANY = {f"file{n}.txt": b"" for n in range(10_000)}
DENIED = Outcome.DENIED
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    # names
    "a slip": (lambda: zipped({"../sums.py": SOURCE}), "leads out of its folder: ../sums.py."),
    "a slip in the middle": (lambda: zipped({"a/../../sums.py": b""}), OUT),
    "a slip of Windows": (lambda: zipped({r"..\sums.py": SOURCE}), OUT),
    "a slip beside the file": (
        lambda: zipped({"sums.py": SOURCE, "../x": b""}),
        OUT,
    ),
    "an absolute path": (
        lambda: tarred({"/etc/cron.d/x": b""}),
        "leads out of its folder: /etc/cron.d/x.",
    ),
    "a drive": (lambda: zipped({"C:sums.py": SOURCE}), "leads out of its folder: C:sums.py."),
    "a share": (lambda: zipped({r"\\host\x": SOURCE}), OUT),
    "a slip in a tar": (lambda: tarred({"../../sums.py": SOURCE}), OUT),
    "a slip in a pax header": (
        lambda: described("path=../../sums.py"),
        "leads out of its folder: ../../sums.py.",
    ),
    "a NUL": (
        lambda: renamed(zipped({"sums.py_.txt": SOURCE}), "sums.py_.txt", b"sums.py\0.txt"),
        r"leads out of its folder: sums.py\x00.txt.",
    ),
    "a path of 60,000 bytes": (
        lambda: zipped({"a/" * 30_000 + "sums.py": b""}),
        OUT,
    ),
    # the same twice
    "a file twice": (
        lambda: zipped([("sums.py", SOURCE), ("sums.py", b"x = 1\n")]),
        "holds the same thing twice: sums.py, sums.py.",
    ),
    "a file twice in a tar": (
        lambda: tarred([("sums.py", SOURCE), ("sums.py", b"x = 1\n")]),
        "holds the same thing twice",
    ),
    "a file and a link": (
        lambda: (
            tarred({"sums.py": SOURCE})[:1024]
            + tarred({"sums.py": b""}, tarfile.SYMTYPE, linkname="/etc/passwd")
        ),
        "holds the same thing twice",
    ),
    "twins by case": (
        lambda: zipped({"sums.py": SOURCE, "Sums.PY": b"x = 1\n"}),
        "holds the same thing twice: sums.py, Sums.PY.",
    ),
    "twins in two folders": (
        lambda: zipped({"a/sums.py": SOURCE, "A/sums.py": SOURCE}),
        "holds the files asked for in several folders: A, a.",
    ),
    # what is no file
    "a link": (
        lambda: zipped_entry("sums.py", b"/etc/passwd", stat.S_IFLNK | 0o777),
        "sums.py is a link",
    ),
    "a device": (
        lambda: zipped_entry("sums.py", b"", stat.S_IFBLK),
        "sums.py is not a regular file.",
    ),
    "a folder": (lambda: zipped({"sums.py/": b""}), "sums.py is a folder"),
    "a symbolic link in a tar": (
        lambda: tarred({"sums.py": b""}, tarfile.SYMTYPE, linkname="/etc/passwd"),
        "sums.py is a link",
    ),
    "a hard link in a tar": (
        lambda: tarred({"sums.py": b""}, tarfile.LNKTYPE, linkname="../other/sums.py"),
        "sums.py is a link",
    ),
    "a fifo in a tar": (
        lambda: tarred({"sums.py": b""}, tarfile.FIFOTYPE),
        "sums.py is not a regular file.",
    ),
    "a device in a tar": (
        lambda: tarred({"sums.py": b""}, tarfile.CHRTYPE),
        "sums.py is not a regular file.",
    ),
    "holes in a tar": (sparse_tar, "sums.py is not a regular file."),
    "holes told by pax": (
        lambda: described("GNU.sparse.size=9999"),
        "sums.py is not a regular file.",
    ),
    # too much
    "a bomb": (
        lambda: zipped({"sums.py": bytes(50 * MIB)}),
        "sums.py has 50.0 MiB; the most is 1.0 MiB.",
    ),
    "a bomb that says it is small": (
        lambda: zipped({"sums.py": bytes(50 * MIB)}).replace(
            struct.pack("<L", 50 * MIB), struct.pack("<L", 100)
        ),
        "sums.py has 1.1 MiB; the most is 1.0 MiB.",
    ),
    "a bomb of members that overlap": (
        lambda: overlapping_zip(["sums.py", "sums.p2", "sums.p3"], SOURCE),
        BROKEN,
    ),
    "a large file in a tar": (lambda: tarred({"sums.py": bytes(MIB + 1)}), "sums.py has 1.1 MiB"),
    "a gzip bomb": (
        lambda: gzipped(header_of_tar(b"x", 1 << 30) + bytes(8 * MIB)),
        "Unpacked, sums.zip has more than 768.0 MiB, which is the most.",
    ),
    "ten thousand entries": (lambda: zipped(MANY), "sums.zip has more than 5000 entries."),
    "ten thousand entries in a tar": (
        lambda: header_of_tar(b"x", 0) * 10_000,
        "sums.zip has more than 5000 entries.",
    ),
    "endless headers about nothing": (
        lambda: header_of_tar(b"x", 0, b"x") * 25_000,
        "sums.zip has more than 5000 entries.",
    ),
    "a pax header of a gigabyte": (
        lambda: header_of_tar(b"x", 1 << 30, b"x") + bytes(MIB),
        BROKEN,
    ),
    "a file that pax makes large": (
        lambda: described("size=99999999999999"),
        BROKEN,
    ),
    "one name for all members": (lambda: described("path=sums.py", b"g"), BROKEN),
    # lies and damage
    "a size too small": (lambda: lying_about_size(5), LIES),
    "a size too large": (lambda: lying_about_size(500), LIES),
    "a size of zip64": (lambda: lying_about_size(0xFFFFFFFF), "sums.py has 4096.0 MiB"),
    "another checksum": (
        lambda: zipped({"sums.py": SOURCE}, 0).replace(b"return a", b"return b"),
        LIES,
    ),
    "another name in its own header": (with_another_name_inside, BROKEN),
    "a count too small": (lambda: with_end(10, 0), BROKEN),
    "a directory elsewhere": (lambda: with_end(16, 1, 4), BROKEN),
    "a directory of zip64": (lambda: with_end(16, 0xFFFFFFFF, 4), BROKEN),
    "65,535 entries": (lambda: with_end(10, 0xFFFF), "sums.zip has more than 5000 entries."),
    "two ends": (with_two_ends, BROKEN),
    "a password": (locked, "sums.py is locked with a password."),
    "another method": (
        lambda: zipped({"sums.py": SOURCE}, zipfile.ZIP_BZIP2),
        "sums.py is compressed by a method that is not read here.",
    ),
    "a zip cut short": (lambda: truncated(zipped({"sums.py": SOURCE})), BROKEN),
    "a tar cut short": (lambda: tarred({"sums.py": SOURCE})[:700], BROKEN),
    "a gzip cut short": (lambda: truncated(gzipped(tarred({"sums.py": SOURCE}))), BROKEN),
    "a zip with more behind it": (
        lambda: zipped({"sums.py": SOURCE}) + b"x",
        BROKEN,
    ),
    "a tar with another behind it": (
        lambda: tarred({"sums.py": SOURCE}) * 2,
        BROKEN,
    ),
    "a gzip with another behind it": (lambda: gzipped(tarred({"sums.py": SOURCE})) * 2, BROKEN),
    "garbage": (lambda: bytes(range(256)) * 40, BROKEN),
    "nothing": (lambda: b"", BROKEN),
    "a pickle": (lambda: b"\x80\x04cos\nsystem\n.", BROKEN),
    "a file that is no text": (
        lambda: zipped({"sums.py": b"\xff"}),
        "sums.py is not UTF-8 (byte 0).",
    ),
}
ABSENT: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty archive": (lambda: tarred({}), "The file sums.py is missing."),
    "two archives inside": (
        lambda: zipped({name: zipped({"sums.py": SOURCE}) for name in ("a.zip", "b.zip")}),
        "The file sums.py is missing.",
    ),
    "archives all the way down": (
        lambda: zipped({"a.zip": zipped({"b.zip": zipped({"sums.py": SOURCE})})}),
        "The file sums.py is missing.",
    ),
    "two folders deep": (lambda: zipped({"a/b/sums.py": SOURCE}), "The file sums.py is missing."),
    "an empty file": (lambda: zipped({"sums.py": b" \n"}), "The file sums.py is empty."),
}


@pytest.mark.parametrize("what", [*BAD, *ABSENT])
def test_a_hostile_archive_is_one_clear_finding(what: str, course: Course, tmp_path: Path) -> None:
    """A hostile archive gives no file and one sentence for the student."""
    make, message = {**BAD, **ABSENT}[what]
    submission = handed_in(tmp_path, make(), course)
    ((outcome, said),) = told(submission)
    assert (submission.files, outcome) == ({}, Outcome.MISSING if what in ABSENT else DENIED)
    assert message in said
    assert said.isprintable()


ODD_NAMES = [
    "a\nb",
    "\u202egnp.exe",
    "-rf",
    "a" * 250,
    "ñ",
    "n\u0303",
    "$(reboot)",
    "con",
    "a|b",
    "\x1b[2J",
    " ",
]


def test_absurd_names_of_other_files_do_no_harm(course: Course, tmp_path: Path) -> None:
    """Undeclared members with odd names are ignored."""
    for pack in (zipped, tarred):
        submission = handed_in(
            tmp_path, pack({"sums.py": SOURCE, **dict.fromkeys(ODD_NAMES, b"?")}), course
        )
        assert (set(submission.files), told(submission)) == ({"sums.py"}, [])


def test_a_name_that_is_no_text_does_no_harm(course: Course, tmp_path: Path) -> None:
    """A member name that is no UTF-8 matches no declared name."""
    content = renamed(
        zipped({"sums.py": SOURCE, "surrogate": b"?"}), "surrogate", b"\xed\xa0\x80\xff\xfe...."[:9]
    )
    assert set(handed_in(tmp_path, content, course).files) == {"sums.py"}


def test_an_archive_that_is_a_link_is_not_followed(course: Course, tmp_path: Path) -> None:
    """An archive that is a link or a pipe is not read."""
    (tmp_path / "real.zip").write_bytes(zipped({"sums.py": SOURCE}))
    (tmp_path / "sums.zip").symlink_to("real.zip")
    os.mkfifo(tmp_path / "sums.tar")
    for name, said in (
        ("sums.zip", "sums.zip is a link"),
        ("sums.tar", "not a regular"),
    ):
        hand_in = HandIn(student="ana", assignment="sums", path=tmp_path / name)
        ((outcome, message),) = told(read_hand_in(hand_in, course.assignment("sums"), "en"))
        assert outcome is DENIED
        assert said in message


def test_an_archive_of_a_terabyte_is_not_read(course: Course, tmp_path: Path) -> None:
    """A sparse archive of a terabyte is refused by its size."""
    with (tmp_path / "sums.tar").open("wb") as file:
        file.write(tarred({"sums.py": SOURCE})[:1024])
        file.truncate(1 << 40)
    hand_in = HandIn(student="ana", assignment="sums", path=tmp_path / "sums.tar")
    assert told(read_hand_in(hand_in, course.assignment("sums"), "es")) == [
        (DENIED, "sums.tar ocupa más de 768.0 MiB, que es el máximo.")
    ]


def test_hostile_archives_take_no_more_memory_than_their_bounds(tmp_path: Path) -> None:
    """Archive bombs are listed and read within 100 MiB."""
    for name, content in {
        "bomb.zip": zipped({"sums.py": bytes(150 * MIB)}),
        "bomb.tgz": gzipped(header_of_tar(b"sums.py", 150 * MIB) + bytes(150 * MIB) + ZEROS),
        "pax.tgz": gzipped(header_of_tar(b"x", 150 * MIB, b"x") + bytes(150 * MIB)),
        "many.zip": zipped(MANY),
        "deep.zip": zipped({"a/" * 30_000: b""}),
    }.items():
        (tmp_path / name).write_bytes(content)
    script = """
import resource, sys
from autograder.handin.archive import ArchiveError, content_of, members_of, select_members
most = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + (100 << 20)
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        try:
            content_of(file, select_members(members_of(file), ["sums.py"])["sums.py"], 1 << 20)
        except ArchiveError as error:
            print(error.problem)
"""
    names = [
        str(tmp_path / name) for name in ("bomb.zip", "bomb.tgz", "pax.tgz", "many.zip", "deep.zip")
    ]
    ended = subprocess.run(
        [sys.executable, "-c", script, *names], capture_output=True, text=True, timeout=60
    )
    assert (ended.stdout.split(), ended.stderr) == (["broken", "many", "unsafe"], "")


# ---------------------------------------------------------------- where archives lie


def test_archives_are_hand_ins_of_a_class(course: Course, tmp_path: Path) -> None:
    """An archive named after an assignment counts like a folder of that name."""
    for path in ("ana/sums.zip", "bo/sums.TAR.GZ", "eva/halves.tgz", "eva/sums.tar"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(zipped({"sums.py": SOURCE, "halves.py": SOURCE}))
    collection = find_hand_ins(tmp_path, course, (), ())
    assert [(h.student, h.assignment) for h in collection.hand_ins] == [
        ("ana", "sums"),
        ("bo", "sums"),
        ("eva", "halves"),
        ("eva", "sums"),
    ]
    assert collection.complaints == ()


def test_of_two_hand_ins_for_one_assignment_neither_is_taken(
    course: Course, tmp_path: Path
) -> None:
    """A folder and an archive, or two archives, for one assignment are a complaint."""
    for path in ("ana/sums/sums.py", "ana/sums.zip", "bo/sums.zip", "bo/sums.tar", "bo/halves.zip"):
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(zipped({"sums.py": SOURCE}))
    collection = find_hand_ins(tmp_path, course, (), ())
    assert [(h.student, h.assignment) for h in collection.hand_ins] == [("bo", "halves")]
    assert collection.complaints == (
        f"{tmp_path}/ana: sums was handed in more than once: sums, sums.zip; keep one",
        f"{tmp_path}/bo: sums was handed in more than once: sums.tar, sums.zip; keep one",
    )


def test_an_archive_of_no_assignment_is_reported(course: Course, tmp_path: Path) -> None:
    """An archive of another name is a complaint with the known assignments."""
    (tmp_path / "ana").mkdir()
    (tmp_path / "ana" / "my work.zip").write_bytes(zipped({"sums.py": SOURCE}))
    assert find_hand_ins(tmp_path, course, (), ()).complaints == (
        f"{tmp_path}/ana/my work.zip: no assignment 'my work' in the course; expected one of sums, "
        "halves",
    )


def test_one_archive_is_a_hand_in(course: Course, tmp_path: Path) -> None:
    """A single archive of any name is graded for the given assignment and student."""
    (tmp_path / "hand-in.tar.gz").write_bytes(gzipped(tarred({"sums.py": SOURCE})))
    (hand_in,) = find_hand_ins(tmp_path / "hand-in.tar.gz", course, ("sums",), ("ana",)).hand_ins
    assert (hand_in.student, hand_in.assignment) == ("ana", "sums")
    (unnamed,) = find_hand_ins(tmp_path / "hand-in.tar.gz", course, ("sums",), ()).hand_ins
    assert unnamed.student == "hand-in"
    assert read_hand_in(hand_in, course.assignment("sums"), "en").files == {"sums.py": SOURCE}


# ---------------------------------------------------------------- for other readers


def test_members_are_listed_without_their_content() -> None:
    """The list of members has path, kind and size."""
    file = io.BytesIO(zipped({"a/": b"", "a/sums.py": SOURCE}))
    folder, member = members_of(file)
    assert (folder.path, folder.kind) == (("a",), "folder")
    assert (member.path, member.kind, member.size) == (("a", "sums.py"), "file", len(SOURCE))
    assert select_members((folder, member), ["sums.py"]) == {"sums.py": member}
    assert content_of(file, member, 1000) == SOURCE
    assert content_of(file, member, 4) == SOURCE[:5]


def test_bounds_can_be_narrower() -> None:
    """A caller may set lower limits."""
    file = io.BytesIO(tarred({"a": b"", "b": b""}))
    assert len(members_of(file, replace(DEFAULT_LIMITS, members=2))) == 2
    for bounds in (
        replace(DEFAULT_LIMITS, members=1),
        replace(DEFAULT_LIMITS, archive=100),
        replace(DEFAULT_LIMITS, headers=1),
    ):
        with pytest.raises(ArchiveError):
            members_of(file, bounds)

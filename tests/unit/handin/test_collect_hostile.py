"""Hostile sources for collect: links, huge files, false archives, names that lead elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.packing import zipped, zipped_entry
from tests.unit.handin.test_collect import collect, everything, hand_ins

LINK = 0o120777


def put(file: Path, content: bytes | str = "x = 1\n") -> None:
    """Create a file with its folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("kind", ["link to a file", "link to a folder", "pipe"])
def test_what_is_no_file_is_reported_and_not_read(kind: str, tmp_path: Path) -> None:
    """A link or a pipe instead of code is not read, and other hand-ins are collected."""
    put(tmp_path / "secret" / "two_sums.py", "the solution\n")
    put(tmp_path / "submitted" / "leo" / "two_sums" / "two_sums.py")
    place = tmp_path / "submitted" / "ana" / "two_sums"
    if kind == "link to a folder":
        place.parent.mkdir()
        place.symlink_to(tmp_path / "secret")
    else:
        place.mkdir(parents=True)
        code = place / "two_sums.py"
        code.symlink_to(
            tmp_path / "secret" / "two_sums.py"
        ) if kind == "link to a file" else os.mkfifo(code)
    ended = collect(tmp_path, "submitted")
    assert ended.returncode == 1
    assert ended.stderr.startswith("submitted/ana/two_sums: ")
    assert hand_ins(tmp_path) == ["leo/two_sums/two_sums.py"]


def test_a_file_above_its_limit_is_kept_cut_off(tmp_path: Path) -> None:
    """A sparse file of a terabyte is kept up to one byte above the limit; grading reports it."""
    put(tmp_path / "submitted" / "ana" / "two_sums" / "two_sums.py")
    os.truncate(tmp_path / "submitted" / "ana" / "two_sums" / "two_sums.py", 1 << 40)
    ended = collect(tmp_path, "submitted")
    assert (
        ended.stderr
        == "submitted/ana/two_sums: two_sums.py has more than 1024 B, and is kept cut off\n"
    )
    assert (tmp_path / "into" / "ana" / "two_sums" / "two_sums.py").stat().st_size == 1025


def test_an_archive_that_cannot_be_read_is_kept_as_it_is(tmp_path: Path) -> None:
    """A broken or hostile archive is kept; grading tells the student what is wrong."""
    bad = zipped_entry("../../escape.py", b"x = 1\n", 0o644)
    whole = zipped({"Ana García_1001_assignsubmission_file/two_sums.zip": bad})
    put(tmp_path / "moodle.zip", whole)
    ended = collect(tmp_path, "moodle.zip")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "into" / "Ana García" / "two_sums.zip").read_bytes() == bad
    assert not list(tmp_path.rglob("escape.py"))


def test_packed_zips_are_recognized_by_what_is_in_them(tmp_path: Path) -> None:
    """The assignment of a zip named after its student is found by the zip's files."""
    put(
        tmp_path / "zips" / "ana.zip",
        zipped({"two_sums/two_sums.py": b"x = 1\n", "two_sums/hand-in.json": b"{}"}),
    )
    put(tmp_path / "zips" / "leo.zip", zipped({"halves.py": b"y = 1\n"}))
    put(tmp_path / "two_sums.zip", zipped({"two_sums.py": b"x = 2\n"}))
    assert collect(tmp_path, "zips").returncode == 0
    assert hand_ins(tmp_path) == ["ana/two_sums/two_sums.py", "leo/halves/halves.py"]
    put(
        tmp_path / "all.zip",
        zipped({p.name: p.read_bytes() for p in sorted((tmp_path / "zips").iterdir())}),
    )
    assert ", 2 attempts were known" in collect(tmp_path, "all.zip").stdout
    alone = collect(tmp_path, "two_sums.zip")
    assert "its name does not tell whose it is; name the student with --student ID" in alone.stderr
    assert collect(tmp_path, "two_sums.zip", "--student", "eva").returncode == 0
    assert "eva/two_sums/two_sums.py" in hand_ins(tmp_path)


@pytest.mark.parametrize("name", ["..", ".attempts", ".hidden", "a\nb", "x" * 201])
def test_a_name_that_cannot_be_a_folder_waits_for_a_person(name: str, tmp_path: Path) -> None:
    """A student's name that is a path is refused, and can be mapped to an id."""
    put(tmp_path / "canvas.zip", zipped({f"{name}_2001_551_two_sums.py": b"x = 1\n"}))
    ended = collect(tmp_path, "canvas.zip")
    assert (ended.returncode, hand_ins(tmp_path)) == (1, [])
    assert "cannot be a student's id; decide with --map" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_member_that_is_a_link_is_not_taken(tmp_path: Path) -> None:
    """A link in a download is reported by its name."""
    put(tmp_path / "canvas.zip", zipped_entry("ana_2001_551_two_sums.py", b"/etc/passwd", LINK))
    ended = collect(tmp_path, "canvas.zip", "--from", "canvas")
    assert ended.returncode == 1
    assert "is a link, and not taken" in ended.stderr
    assert hand_ins(tmp_path) == []


def test_links_in_the_folder_of_hand_ins_are_not_followed(tmp_path: Path) -> None:
    """Nothing is written through a student's folder that is a link."""
    put(tmp_path / "submitted" / "ana" / "two_sums" / "two_sums.py")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "into").mkdir()
    (tmp_path / "into" / "ana").symlink_to(tmp_path / "elsewhere")
    ended = collect(tmp_path, "submitted")
    assert ended.returncode == 1
    assert "into/ana: a link" in ended.stderr
    assert everything(tmp_path / "elsewhere") == {}

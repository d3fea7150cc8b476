"""Archives that `grade` takes instead of folders."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import CLASS, autograder, grade, result
from tests.support.packing import tarred, zipped
from tests.unit.handin.test_intake import course as course
from tests.unit.handin.test_intake import put


def test_archives_are_graded_like_folders(tmp_path: Path) -> None:
    """A class of archives and a folder, one of them hostile: each is graded, and refused files are
    findings.
    """
    source = (CLASS / "right" / "tensors" / "tensors.py").read_bytes()
    put(tmp_path / "class" / "ana" / "tensors" / "tensors.py", source)
    put(tmp_path / "class" / "bo" / "tensors.zip", zipped({"tensors/tensors.py": source}))
    put(
        tmp_path / "class" / "eva" / "tensors.tar",
        tarred({"tensors.py": source, "../../escaped.py": source}),
    )
    put(tmp_path / "class" / "leo" / "tensors.zip", zipped({"tensors.py": source}))
    put(tmp_path / "class" / "leo" / "tensors" / "tensors.py", source)
    ended = grade(tmp_path / "class", tmp_path / "out", "--jobs", "1", "--lang", "en")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "tensors was handed in more than once: tensors, tensors.zip; keep one" in ended.stdout
    ana, bo, eva = (result(tmp_path / "out", student) for student in ("ana", "bo", "eva"))
    assert {**bo, "student": "ana"} == ana
    assert [f["message"] for f in eva["findings"]] == [
        "tensors.tar holds a path that leads out of its folder: ../../escaped.py."
    ]
    assert {check["outcome"] for c in eva["criteria"] for check in c["checks"]} == {"blocked"}
    assert not list(tmp_path.rglob("escaped.py"))


def test_one_archive_is_graded(tmp_path: Path) -> None:
    """`grade hand-in.zip --assignment ID --student S`."""
    put(tmp_path / "hand-in.zip", zipped({"essay.md": b"What a tensor is."}))
    one = ("--assignment", "essay", "--student", "ana", "--lang", "en")
    ended = grade(tmp_path / "hand-in.zip", tmp_path / "out", *one)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert result(tmp_path / "out", "ana", "essay")["findings"] == []
    assert autograder("grade", "--help").stdout.count(".zip") >= 2

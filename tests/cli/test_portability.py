"""What `check` and `pack` say of a hand-in that would not work where it is graded."""

from __future__ import annotations

from pathlib import Path

from autograder.config.course import load_course
from tests.support.command_line import REPOSITORY, TINY, autograder

LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n"


def test_check_and_pack_say_it_and_pack_all_the_same(tmp_path: Path) -> None:
    """Both show the remark with its line and the mend; it keeps nobody from handing in."""
    source = (TINY / "solutions" / "tensors" / "tensors.py").read_text(encoding="utf-8")
    (tmp_path / "tensors.py").write_text(
        source + "\nif False:\n    import utils\n", encoding="utf-8"
    )
    (tmp_path / "utils.py").touch()
    said = (
        "✗ Importas «utils», un archivo tuyo que no se entrega (tensors.py:{line}).\n"
        "{line:>6} │ import utils\n"
        "    Solo se entregan los archivos que pide el enunciado: copia en tensors.py "
        "lo que usas de él.\n"
    ).format(line=source.count("\n") + 3)
    for command in ("check", "pack"):
        ended = autograder(command, tmp_path / "tensors.py", "--course", TINY, folder=tmp_path)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.startswith(said)
    assert (tmp_path / "hand-in" / "tensors.zip").is_file()


def test_a_checkpoint_that_is_none_is_not_packed(tmp_path: Path) -> None:
    """A file with which nothing can be done is named with the mend, and there is no zip."""
    assignment = load_course(REPOSITORY).assignment("flower_classifier")
    for name in assignment.declared_names:
        if not name.endswith((".ipynb", ".safetensors")):
            (tmp_path / name).write_bytes(LFS_POINTER if name.endswith(".pth") else b"1\n")
    ended = autograder("pack", tmp_path, "--course", REPOSITORY, "--lang", "en", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout == (
        "✗ flowers_model.pth is not the file but a Git LFS pointer to it.\n"
        "    Fetch the file with `git lfs pull` and pack again.\n"
    )
    assert not (tmp_path / "hand-in").exists()

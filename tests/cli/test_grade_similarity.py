"""Copies of published code in a graded class."""

from __future__ import annotations

from pathlib import Path

from tests.support.command_line import REPOSITORY, autograder, result
from tests.support.copied_code import disguised


def test_marks_do_not_move_and_students_read_nothing(tmp_path: Path) -> None:
    """A re-export fails to import and a copy earns what it does; both are told on staff pages and
    nowhere else.
    """
    codes = {
        "copyist": disguised(),
        "exporter": "from torchvision.models.resnet import BasicBlock, ResNet\n",
    }
    for student, code in codes.items():
        folder = tmp_path / "in" / student / "residual_block"
        folder.mkdir(parents=True)
        (folder / "residual_block.py").write_text(code, encoding="utf-8")
    out = tmp_path / "out"
    words = (
        "--course",
        REPOSITORY,
        "--assignment",
        "residual_block",
        "--lang",
        "en",
        "--allow-sandbox",
        "C",
    )
    assert autograder("grade", tmp_path / "in", "--out", out, *words).returncode == 0
    for student in codes:
        told = [
            note
            for note in result(out, student, "residual_block")["notes"]
            if note["check"] == "provenance"
        ]
        assert told
        words_told = told[0]["text"].split("(")[0][:60]
        report, staff = (
            next((out / kind).glob(f"{student}*.html")) for kind in ("reports", "staff")
        )
        assert words_told in staff.read_text(encoding="utf-8")
        assert "Provenance" not in report.read_text(encoding="utf-8")
    scores = [c["earned_exact"] for c in result(out, "copyist", "residual_block")["criteria"]]
    assert scores[1] == "4"  # torchvision's Bottleneck is a right one: the note alone speaks of it

"""What the reports and the student's terminal load: no library that takes seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW_LIBRARIES = {"torch", "torchvision", "numpy", "scipy", "pytest"}


@pytest.mark.parametrize(
    "module", ["report", "report.html", "student.files", "student.screen", "text.error_sentences"]
)
def test_pages_and_findings_are_made_without_slow_libraries(module: str) -> None:
    """A page, or the list of what a hand-in lacks, does not wait for torch and the like."""
    script = f"import sys, autograder.{module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) & SLOW_LIBRARIES == set()

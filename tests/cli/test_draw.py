"""`autograder draw`: a student's own network as a picture and in words."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.support.in_process import autograder
from tests.support.places import REPOSITORY

SOLUTION = REPOSITORY / "solutions" / "residual_block" / "residual_block.py"
OWN_FILE = """
import torch
from torch import nn

class Odd(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x

class Broken(nn.Module):
    def forward(self, x):
        return x.no_such_method()

class Pair(nn.Module):
    def forward(self, x):
        return x, x

def make(width, bias=True):
    return nn.Sequential(nn.Linear(width, 4, bias=bias), nn.ReLU())

model = nn.Linear(3, 2)
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a student's file, in a folder of its own."""
    file = tmp_path / "mine.py"
    file.write_text(OWN_FILE, encoding="utf-8")
    return file


def test_a_block_is_drawn_and_told(tmp_path: Path) -> None:
    """The words are printed, and the picture lies beside the file."""
    file = shutil.copy(SOLUTION, tmp_path)
    ended = autograder("draw", file, "BasicBlock", "8", "8", "--lang", "en")
    assert ended.returncode == 0
    assert "addition with the input → ReLU → output 8×32×32" in " ".join(ended.stdout.split())
    root = ET.parse(tmp_path / "BasicBlock.svg").getroot()
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "BasicBlock(8, 8)"


def test_arguments_are_expressions(tmp_path: Path) -> None:
    """Lists, keyword arguments and names of the file are given as in Python."""
    file = shutil.copy(SOLUTION, tmp_path)
    words = ["ResNet", "BasicBlock", "[1, 1, 1, 1]", "num_classes=5"]
    ended = autograder("draw", file, *words, "--example", "2,3,64,64", "--out", tmp_path / "a.svg")
    assert ended.returncode == 0
    assert "lineal → salida 5" in " ".join(ended.stdout.split())
    assert (tmp_path / "a.svg").is_file()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["make", "3"], "lineal → ReLU → salida 4"),
        (["make", "3", "bias=False"], "lineal → ReLU → salida 4"),
        (["model"], "lineal → salida 2"),
    ],
    ids=["function", "keyword", "module"],
)
def test_whatever_gives_a_network_is_drawn(own: Path, words: list[str], told: str) -> None:
    """A function that returns a module is called, and a module is taken as it is."""
    ended = autograder("draw", own, *words)
    assert ended.returncode == 0
    assert told in ended.stdout


def test_the_example_is_told_where_it_was_chosen(own: Path) -> None:
    """Without --example, the command says which input it took."""
    assert "2×3 (lote incluido)" in autograder("draw", own, "model").stdout
    assert "lote" not in autograder("draw", own, "model", "--example", "5,3").stdout


def test_a_notebook_is_drawn(tmp_path: Path) -> None:
    """A network of a notebook is drawn as one of a file."""
    notebook = tmp_path / "mine.ipynb"
    cell = '{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, '
    cell += '"source": "from torch import nn\\nmodel = nn.Linear(3, 2)"}'
    notebook.write_text(
        '{"cells": [' + cell + '], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        encoding="utf-8",
    )
    assert autograder("draw", notebook, "model").returncode == 0


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (["Absent"], "Absent(): no se puede evaluar", 1),
        (["make"], "missing 1 required positional argument", 1),
        (["make", "1 +"], "no se puede evaluar: SyntaxError", 1),
        (["len", "[1]"], "len([1]) no da un nn.Module, sino int", 1),
        (["Odd"], "Odd() no se puede dibujar", 1),
        (["Pair"], "Pair(): lo que devuelve su forward no es un tensor", 1),
        (["Broken"], "no_such_method", 1),
        (["model", "--example", "2,a"], "--example 2,a: se esperan números", 2),
        (["model", "--example", "2,4"], "mat1 and mat2 shapes cannot be multiplied", 1),
        (["model", "--out", "absent/a.svg"], "Nombra otro sitio con --out", 4),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_a_sentence(own: Path, words: list[str], told: str, code: int) -> None:
    """What cannot be drawn is told in a sentence, without a traceback."""
    ended = autograder("draw", own, *words, folder=own.parent)
    assert (ended.returncode, told in ended.stderr) == (code, True), ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_absent_is_named(tmp_path: Path) -> None:
    """A path without a file, or of another kind, is a mistake of the command line."""
    absent = autograder("draw", tmp_path / "absent.py", "Block", "--lang", "en")
    assert (absent.returncode, "there is no such file" in absent.stderr) == (2, True)
    other = autograder("draw", REPOSITORY / "README.md", "Block", "--lang", "en")
    assert (other.returncode, "expected a .py or .ipynb file" in other.stderr) == (2, True)

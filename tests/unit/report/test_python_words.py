"""The words of Python source: the same classes as a lexer gives, and every letter is kept."""

from __future__ import annotations

import pytest

from autograder.report.work.highlight import code_lines
from autograder.report.work.python_words import python_words
from tests.support.places import REPOSITORY

SOURCES = sorted((REPOSITORY / "solutions").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_letter_is_lost(path):
    """The pieces, one after the other, are the source."""
    source = path.read_text(encoding="utf-8")
    words = python_words(source)
    assert words is not None
    assert "".join(text for _, text in words) == source


@pytest.mark.parametrize(
    "string",
    [
        '""',
        "''",
        'rb"\\d\\""',
        "f'{x!r} # no comment'",
        '''"""Two\nlines: "quoted", and ""."""''',
        "'''it's'''",
    ],
)
def test_a_string_is_one_word(string):
    """A string has one class from its prefix to its last quote, whatever stands in it."""
    assert python_words(f"x = {string}  # end") == [
        ("", "x = "),
        ("hs", string),
        ("", "  "),
        ("hc", "# end"),
    ]


@pytest.mark.parametrize("number", ["0", "1e-3", ".5", "0x1F", "1_000", "2.5E+10j"])
def test_a_number_is_one_word(number):
    """A number has one class, exponent and suffix included."""
    assert python_words(f"a-{number}-b") == [("", "a-"), ("hn", number), ("", "-b")]


def test_a_product_of_matrices_is_no_decorator():
    """An `@` between two operands decorates nothing, not even at the beginning of a line."""
    words = python_words("y = (a\n     @ b)\n")
    assert words == [("", "y = (a\n     @ b)\n")]


def test_each_kind_of_word_has_its_class():
    """Comments, strings, numbers, keywords, and names where they are defined or decorate."""
    source = '@torch.no_grad()\ndef run(x):  # go\n    return not x @ 2, "é"\n'
    words = python_words(source)
    assert words is not None
    assert [each for each in words if each[0]] == [
        ("hf", "@torch.no_grad"),
        ("hk", "def"),
        ("hf", "run"),
        ("hc", "# go"),
        ("hk", "return"),
        ("hk", "not"),
        ("hn", "2"),
        ("hs", '"é"'),
    ]


@pytest.mark.parametrize(
    "source", ["def (", "x = '''", "if x:\n\ty\n        z", "a\rb = $", "x = 0777"]
)
def test_source_with_mistakes_is_shown_whole(source):
    """What Python does not accept is left to a lexer that does, and no letter is lost."""
    shown = "\n".join(line.striptags() for line in code_lines(source))
    assert len(code_lines(source)) == source.count("\n") + 1
    assert shown.split() == source.replace("\r", "\\r").split()

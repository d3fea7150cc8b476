"""The harness's own sentences: both languages, singular and plural, and none of them in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest
import yaml

from autograder.model import Frame, Text
from autograder.scoring.criteria import format_points
from autograder.text.numbers import plural_form
from autograder.text.sentences import (
    LANGS,
    Entry,
    line_place,
    say,
    say_in_each,
    texts,
    with_thousands,
)
from tests.support.places import REPOSITORY

ENTRIES = [(group, key, entry) for group, keys in texts().items() for key, entry in keys.items()]
FORMS = {"one", "many"}
PACKAGE = REPOSITORY / "autograder"
SPANISH = re.compile(r"[áéíóúüñÁÉÍÓÚÜÑ¿¡«»]|\b(?:el|los|las|una|por|para|según|puntos?)\b")
WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")  # two words in a row: a sentence, not a code
# What looks like Spanish and is read, not said: a student's name in an example of the command line,
# and the words that file systems put into names and students into answers.
READ_NOT_SAID = {
    "cli/marks.py",
    "handin/collect/identity/headings.py",
    "handin/filenames.py",
    "questionnaire/reading.py",
}
STUDENT_FIELDS = {"message", "hint", "expects"}


def fields_of(sentence: str) -> set[str | None]:
    """Return the placeholders of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("group", "key", "entry"), ENTRIES)
def test_every_entry_is_worded_in_each_language(group: str, key: str, entry: Entry) -> None:
    """A sentence, and each form of a counted one, exists in every language with the same values."""
    forms = entry.values() if set(entry) == FORMS else [entry]
    for form in forms:
        assert isinstance(form, dict)
        assert set(form) == set(LANGS)
        assert len({frozenset(fields_of(sentence)) for sentence in form.values()}) == 1


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, "many"), (1, "one"), (2, "many"), (21, "many"), (Fraction(1, 2), "many")],
)
def test_only_one_takes_the_singular(count: int | Fraction, form: str) -> None:
    """One takes the singular; zero, a half and 21 take the plural."""
    assert plural_form(count) == form


def test_the_plural_follows_the_number_as_it_is_shown() -> None:
    """A figure that is rounded to 1 takes the singular."""
    assert plural_form(format_points(Fraction(9999, 10000), "es")) == "one"


def test_a_counted_sentence_has_a_singular_and_a_plural() -> None:
    """The count chooses the form, and stands in it."""
    assert say("adjustments", "days_late", "es", count=1) == "1 día de retraso."
    assert say("adjustments", "days_late", "en", count=3) == "3 days late."


def test_values_appear_in_the_language_of_the_sentence() -> None:
    """A text or a figure in a sentence is shown in the sentence's own language."""
    goal = Text(es="aprobar", en="passing")
    points = format_points(Fraction(3, 2), "en")
    made = say_in_each("final_grade", "reached", total=points, possible=goal)
    assert made.es == "Tienes 1,5 de aprobar puntos y alcanzas todos los mínimos."
    assert made.en == "You have 1.5 of passing points and reach every minimum."


@pytest.mark.parametrize(("lang", "text"), [("es", "6.149"), ("en", "6,149")])
def test_thousands_are_separated_as_the_language_does_it(lang: str, text: str) -> None:
    """Spanish separates thousands with a point, English with a comma."""
    assert with_thousands(6149, lang) == text  # type: ignore[arg-type]


def test_a_line_of_a_notebook_is_named_by_its_cell() -> None:
    """A line of a .py file is file:line; one of a notebook names the cell in words."""
    assert line_place(Frame(file="a.py", line=3), "es") == "a.py:3"
    assert line_place(Frame(file="a.ipynb", line=3, cell=2), "es") == "a.ipynb, celda 2, línea 3"
    assert line_place(Frame(file="a.ipynb", line=3, cell=2), "en") == "a.ipynb, cell 2, line 3"


def strings_in(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of a module with its line, but docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_string = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_string and id(node) not in docstrings:
            yield node.lineno, node.value


def literal_of(node: ast.expr | None) -> str:
    """Return the text of a string or an f-string's fixed parts; empty for any other expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(literal_of(part) or "x" for part in node.values)
    return ""


def pairs_in(tree: ast.Module) -> Iterator[tuple[int, list[ast.expr]]]:
    """Yield the expressions that stand side by side for Spanish and English, with their line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            by_lang = {keyword.arg: keyword.value for keyword in node.keywords}
        elif isinstance(node, ast.Dict):
            by_lang = {
                literal_of(key): value for key, value in zip(node.keys, node.values, strict=True)
            }
        elif isinstance(node, ast.IfExp) and {"es", "en"} & set(
            map(literal_of, ast.walk(node.test))
        ):  # type: ignore[arg-type]
            yield node.lineno, [node.body, node.orelse]
            continue
        else:
            continue
        if {"es", "en"} <= by_lang.keys():
            yield node.lineno, [by_lang["es"], by_lang["en"]]


def sentences_in_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the sentences to students or staff in a module's code, with the line."""
    for line, text in strings_in(tree):
        if SPANISH.search(text):
            yield line, text
    for line, pair in pairs_in(tree):
        if any(WORDS.search(literal_of(value)) for value in pair):
            yield line, " / ".join(map(literal_of, pair))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in STUDENT_FIELDS:
            text = literal_of(node.value)
            if WORDS.search(text):
                yield node.value.lineno, text


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_no_sentence_for_students_or_staff_stands_in_code(path: Path) -> None:
    """No module holds a Spanish sentence, a pair of sentences in both languages, or a literal
    message, hint or expectation of a check: these stand in YAML.
    """
    name = path.relative_to(PACKAGE).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert name in READ_NOT_SAID or list(sentences_in_code(tree)) == []


@pytest.mark.parametrize(
    "code",
    [
        'x = "celda y línea"',
        'x = f"Faltan {n} puntos"',
        'x = Text(es="Muy bien", en="Very well")',
        'x = {"es": f"{n} imagenes mias", "en": f"{n} images of mine"}[lang]',
        'x = "all of them" if lang == "en" else "todo"',
        'x = CheckResult(message="Your code is wrong")',
    ],
)
def test_a_sentence_in_code_is_found(code: str) -> None:
    """The search finds Spanish words, pairs, choices by language and literal messages."""
    assert list(sentences_in_code(ast.parse(code))) != []


def test_the_files_of_texts_hold_no_key_twice() -> None:
    """No entry of a file of texts hides another one with the same key."""
    for path in sorted(PACKAGE.rglob("*.yml")):
        for node in _mappings(yaml.compose(path.read_text(encoding="utf-8"))):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), path


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)

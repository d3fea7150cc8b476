"""What students read about an error of their code: the sentence, the hint, and the place."""

from __future__ import annotations

import pytest
import yaml

from autograder.errors import (
    Absent,
    AbsentReason,
    CodeRaised,
    Crashed,
    Denied,
    MemoryExceeded,
    PackageAbsent,
    StudentError,
    TimeExceeded,
    TimeLimit,
    Unmeasured,
)
from autograder.model import Cause, Frame, Limits
from autograder.text.error_sentences import (
    CAUSES_FILE,
    HIDDEN_VALUE,
    cause_hint,
    cause_sentence,
    error_sentence,
    exception_named,
)

LIMITS = Limits()
RAISED_AT = Frame(file="block.py", line=7, function="forward")
CORRECT_AT = Frame(file="block.py", line=3, function="__init__")
MISSPELT = Cause(key="no_such_cause", text="no attribute 'conv3'", place=CORRECT_AT)


def absent_package(
    key: str, exception_type: str = "ModuleNotFoundError", package: str = "pandas"
) -> StudentError:
    """Return the error of code that uses a package at line 7 and imports it at line 3."""
    return PackageAbsent(
        "no module",
        exception_type=exception_type,
        package=package,
        imported=CORRECT_AT,
        where=(RAISED_AT,),
        cause=Cause(key=key),
    )


ERRORS = {
    "raised": CodeRaised("x", exception_type="ValueError", where=(RAISED_AT,)),
    "raised outside of the file": CodeRaised("x", exception_type="ValueError"),
    "raised, and to be corrected elsewhere": CodeRaised(
        "x", exception_type="AttributeError", where=(RAISED_AT,), cause=MISSPELT
    ),
    "package": absent_package("module_missing"),
    "hidden package": absent_package("module_hidden"),
    "name of a package": absent_package("name_missing", exception_type="ImportError"),
    "unnamed package": absent_package("module_missing", package=""),
    "nothing": Absent("x", reason=AbsentReason.NOTHING),
    "unwritten": Absent("x", reason=AbsentReason.BODY, where=(RAISED_AT,)),
    "missing name": Absent("x"),
    "missing file": Absent("x", name="model.pth"),
    "crashed": Crashed("x"),
    "memory": MemoryExceeded("x"),
    "denied": Denied("x"),
    "unmeasured": Unmeasured("x", n=12, total=40),
    **{
        f"timeout of {limit}": TimeExceeded("x", limit=limit)
        for limit in TimeLimit
        if limit not in (TimeLimit.SELF_TEST, TimeLimit.PACKAGES)  # never a student's
    },
}
EXPECTED = {
    "raised": ("ValueError", "block.py:7"),
    "raised outside of the file": ("ValueError",),
    "raised, and to be corrected elsewhere": ("AttributeError", "block.py:3", "conv3"),
    "package": ("pandas", "block.py:7", "3"),
    "hidden package": ("pandas", "block.py:7"),
    "name of a package": ("pandas", "block.py:7"),
    "unnamed package": ("block.py:7",),
    "unwritten": ("block.py:7",),
    "missing file": ("model.pth",),
    "unmeasured": ("12", "40"),
    "timeout of check": (f"{LIMITS.wall_check:g}",),
    "timeout of import": (f"{LIMITS.wall_import:g}",),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_a_sentence_in_each_language(name: str) -> None:
    """The sentence names what students need to find it, and no placeholder is left in it."""
    sentences = [error_sentence(ERRORS[name], LIMITS, lang) for lang in ("es", "en")]
    for sentence, hint in sentences:
        assert sentence
        assert "{" not in sentence + hint
        assert [word for word in EXPECTED.get(name, ()) if word not in sentence] == []
    assert sentences[0] != sentences[1]


def test_a_cause_without_words_says_nothing() -> None:
    """A cause that causes.yml does not list has neither sentence nor hint."""
    assert (cause_sentence(MISSPELT, "en"), cause_hint(MISSPELT, "en")) == ("", "")


def test_a_value_that_is_not_shown_is_a_dash() -> None:
    """A hint whose values may hold a hidden input stands without them."""
    texts = yaml.safe_load(CAUSES_FILE.read_text(encoding="utf-8"))
    key = next(key for key, parts in texts.items() if "{" in parts["hint"]["en"])
    hint = cause_hint(Cause(key=key), "en")
    assert HIDDEN_VALUE in hint
    assert "{" not in hint


def test_an_exception_is_named_with_its_text_where_that_may_be_shown() -> None:
    """Class, place and text stand together; without a cause the text is left out."""
    with_text = exception_named(ERRORS["raised, and to be corrected elsewhere"], "en")
    assert "no attribute" in with_text
    assert "ValueError" in exception_named(ERRORS["raised"], "en")

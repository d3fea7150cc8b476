"""The labels of analyses say the same in both languages."""

from __future__ import annotations

from string import Formatter

import pytest

from autograder.class_analysis.items.findings import TOLD_WITH_KILLS
from autograder.class_analysis.render_page import own_labels
from autograder.model import Outcome
from autograder.report.labels import LabelGroup


def group(name: str, lang: str = "es") -> LabelGroup:
    """Return a group of labels."""
    found = own_labels("es" if lang == "es" else "en")[name]
    assert not isinstance(found, str)
    return found


def fields_of(text: str) -> set[str]:
    """Return the names of the values that a text is filled with."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", sorted(own_labels("es")))
def test_a_label_takes_the_same_values_in_both_languages(name: str) -> None:
    """A sentence that is translated states the same numbers."""
    spanish, english = own_labels("es")[name], own_labels("en")[name]
    if isinstance(spanish, str) or isinstance(english, str):
        assert fields_of(str(spanish)) == fields_of(str(english))
    else:
        assert {word: fields_of(text) for word, text in spanish.items()} == {
            word: fields_of(text) for word, text in english.items()
        }


def test_every_outcome_has_a_word() -> None:
    """How a check ended reads in the language of the page."""
    assert set(group("outcome")) == {outcome.value for outcome in Outcome}


def test_every_remark_has_a_sentence_and_a_title() -> None:
    """The groups of the page are those of the sentences."""
    assert set(group("finding")) == set(group("finding_group"))
    assert set(TOLD_WITH_KILLS) <= set(group("finding"))

"""Numbers in sentences: figures that read differently by language, and the plural they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from autograder.model import Lang

PluralForm = Literal["one", "many"]


class Figure(str):
    """A number as people read it in one language; it also holds how it reads in the other."""

    by_lang: Mapping[Lang, str]

    @classmethod
    def of(cls, by_lang: Mapping[Lang, str], lang: Lang) -> Figure:
        """Return the figure in a language."""
        figure = cls(by_lang[lang])
        figure.by_lang = by_lang
        return figure

    def __repr__(self) -> str:
        """Return the English form in every language, because evidence is not translated."""
        return repr(self.by_lang["en"])

    def in_(self, lang: Lang) -> str:
        """Return the same number in a language."""
        return self.by_lang[lang]


def plural_form(count: object) -> PluralForm:
    """Return the form of a sentence that goes with a count, by the number as it is shown."""
    return "one" if str(count) == "1" else "many"

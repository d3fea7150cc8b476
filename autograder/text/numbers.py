"""A figure: a number in words of one language, for sentences that are written in both."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.model import Lang


class Figure(str):
    """A number as people read it in one language, which knows how it reads in the other."""

    by_lang: Mapping[Lang, str]

    @classmethod
    def of(cls, by_lang: Mapping[Lang, str], lang: Lang) -> Figure:
        """The figure in a language."""
        figure = cls(by_lang[lang])
        figure.by_lang = by_lang
        return figure

    def __repr__(self) -> str:
        """The same in whichever language it is: evidence is not translated."""
        return repr(self.by_lang["en"])

    def in_(self, lang: Lang) -> str:
        """The same number in a language."""
        return self.by_lang[lang]

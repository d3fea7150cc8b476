"""A page of a report as its readers meet it: words in order, and the elements around them."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr", "col"}
INLINE = {
    "a",
    "b",
    "code",
    "small",
    "span",
    "strong",
}  # what stands in a line of text without a break


class Page(HTMLParser):
    """A page as a reader meets it: its words in order, and the elements around each word."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[
            tuple[str, tuple[str, ...]]
        ] = []  # a piece of text, and the tags around it
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record an element without content."""
        self.elements.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self._open.pop() == tag, "elements are closed in order"
        self._break(tag)

    def _break(self, tag: str) -> None:
        if tag not in INLINE:
            self.words.append((" ", ()))

    def handle_data(self, data: str) -> None:
        """Read words."""
        if not {"style", "script"} & set(self._open):
            self.words.append((data, tuple(self._open)))

    @property
    def text(self) -> str:
        """All its words, with single spaces."""
        return " ".join("".join(words for words, _ in self.words).split())

    def around(self, words: str) -> tuple[str, ...]:
        """Return the elements around the first place where `words` stand."""
        return next(tags for found, tags in self.words if words in found)

    def attributes(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [a[name] for _, a in self.elements if name in a]

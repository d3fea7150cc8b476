"""The parts of the README that a benchmark writes, each between two comments."""

from __future__ import annotations

from tests.support.places import REPOSITORY

README = REPOSITORY / "README.md"


def block_of(text: str, name: str) -> str:
    """Return what stands between the comments of a benchmark."""
    return _parts(text, name)[1].strip("\n")


def with_block(text: str, name: str, block: str) -> str:
    """Return the text with another block between the comments of a benchmark."""
    before, _, after = _parts(text, name)
    return f"{before}{block}\n{after}"


def write_block(name: str, block: str) -> None:
    """Write the block of a benchmark into the README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(with_block(text, name, block), encoding="utf-8")
    print(f"written: {README}")


def _parts(text: str, name: str) -> tuple[str, str, str]:
    """Return the text up to and with the first comment, the block, and the rest."""
    first, last = f"<!-- make {name} README=1 writes this -->\n", f"<!-- end of make {name} -->\n"
    if text.count(first) != 1 or text.count(last) != 1 or text.index(first) > text.index(last):
        raise ValueError(f"README.md: expected once, in this order: {first.strip()} {last.strip()}")
    before, _, rest = text.partition(first)
    block, _, after = rest.partition(last)
    return before + first, block, last + after

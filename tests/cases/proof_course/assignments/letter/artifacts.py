"""The copy of a letter, by recipe."""

from pathlib import Path


def make(code: Path, recipe: str, data: Path, seed: int) -> dict[str, bytes]:
    """A true copy, that of another letter, or a file that nobody asked for."""
    letter = code.read_bytes()
    return {
        "sound": {"copy.txt": letter},
        "stale": {"copy.txt": b"another letter"},
        "undeclared": {"copie.txt": letter},
    }[recipe]

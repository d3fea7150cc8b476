"""The version of the harness, in one place: pyproject.toml and every result file take it from here."""

__version__ = "0.1.0"

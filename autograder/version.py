"""The version of the harness, which pyproject.toml and every result file take from here."""

__version__ = "0.1.0"

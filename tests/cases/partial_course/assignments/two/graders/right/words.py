"""The right words."""

TWO = "two"

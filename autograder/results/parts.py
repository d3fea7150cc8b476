"""Parts of result files by themselves, as JSON values and back: a check's result, a basis."""

from __future__ import annotations

from autograder.model import Basis, CheckResult
from autograder.results.decoding import Content, structured
from autograder.results.encoding import basis_fields, check_fields

__all__ = ["basis_fields", "basis_of_fields", "check_fields", "check_of_fields"]


def check_of_fields(content: Content, criterion: str = "") -> CheckResult:
    """Return the result of a check; ResultError where a field is missing or of another type."""
    return structured({**content, "criterion": criterion}, CheckResult)


def basis_of_fields(content: Content) -> Basis:
    """Return a basis; ResultError where a field is missing or of another type."""
    return structured(content, Basis)

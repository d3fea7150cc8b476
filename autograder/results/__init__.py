"""Result files: a ScoreSheet as JSON and back, written atomically, without clock, host or path."""

from autograder.results.attempts import (
    Attempts,
    attempts_path,
    read_attempts,
    with_attempt,
    write_attempts,
)
from autograder.results.decoding import ResultError, from_json, read_result
from autograder.results.encoding import (
    SCHEMA,
    JsonObject,
    exact_text,
    json_text,
    points_fields,
    rounded_number,
    to_json,
)
from autograder.results.files import UNFINISHED, result_path, write, write_bytes
from autograder.results.parts import basis_fields, basis_of_fields, check_fields, check_of_fields
from autograder.results.reader import ResultReader

__all__ = [
    "SCHEMA",
    "UNFINISHED",
    "Attempts",
    "JsonObject",
    "ResultError",
    "ResultReader",
    "attempts_path",
    "basis_fields",
    "basis_of_fields",
    "check_fields",
    "check_of_fields",
    "exact_text",
    "from_json",
    "json_text",
    "points_fields",
    "read_attempts",
    "read_result",
    "result_path",
    "rounded_number",
    "to_json",
    "with_attempt",
    "write",
    "write_attempts",
    "write_bytes",
]

"""Result files: a ScoreSheet as JSON and back, written atomically, without clock, host or path."""

from autograder.results.decoding import ResultError, from_json, read_result
from autograder.results.encoding import SCHEMA, exact, number, points, to_json, written
from autograder.results.files import UNFINISHED, result_path, write, write_bytes

__all__ = [
    "SCHEMA",
    "UNFINISHED",
    "ResultError",
    "exact",
    "from_json",
    "number",
    "points",
    "read_result",
    "result_path",
    "to_json",
    "write",
    "write_bytes",
    "written",
]

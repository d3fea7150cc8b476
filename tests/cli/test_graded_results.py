"""The result files of a graded class."""

from __future__ import annotations

import getpass
import json
import re
import socket

import jsonschema

from autograder.results import from_json, to_json
from tests.support.command_line import REPOSITORY, graded_class


def test_real_result_files_keep_the_schema() -> None:
    """Every result file of a graded class keeps the schema and is read back to the same bytes."""
    _, out = graded_class()
    texts = [path.read_text(encoding="utf-8") for path in (out / "results").glob("*/*.json")]
    assert len(texts) > 10
    file = REPOSITORY / "docs" / "reference" / "results.schema.json"
    schema = jsonschema.Draft202012Validator(json.loads(file.read_text(encoding="utf-8")))
    for text in texts:
        assert schema.is_valid(json.loads(text))
        assert to_json(from_json(text)) == text


def test_a_result_file_knows_no_clock_host_or_path() -> None:
    """Nothing of the machine or the moment is in a real result file."""
    _, out = graded_class()
    text = "".join(path.read_text(encoding="utf-8") for path in (out / "results").glob("*/*.json"))
    words = {socket.gethostname(), str(out), str(REPOSITORY), f"/{getpass.getuser()}/"}
    assert [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)] == []
    assert re.findall(r"\b20\d\d-\d\d-\d\d|\b\d\d:\d\d:\d\d\b", text) == []

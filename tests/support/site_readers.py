"""What other systems read of our files, by the rules of their own sources; independent of ours."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasImport:
    """What Canvas takes of a gradebook: marks by user id and assignment id."""

    marks: dict[int, dict[int, str]]
    possible: dict[int, float]
    new_assignments: list[str]  # titles that it would make an assignment of


def canvas_import(content: bytes) -> CanvasImport:
    """Read a gradebook as Canvas's importer does: ids in headings, read-only totals skipped."""
    text = content.decode("utf-8-sig")
    separator = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    head = rows[0]
    assert "Student" in head[0]
    assert head[1] == "ID"
    first = head.index("Section") + 1
    maxima = next(row for row in rows[1:3] if row[0].strip() == "Points Possible")
    ids: dict[int, int] = {}
    new = []
    for place in range(first, len(head)):
        if "read only" in maxima[place]:
            continue
        found = re.search(r"\((\d+)\)$", head[place])
        if found:
            ids[place] = int(found[1])
        else:
            new.append(head[place])
    start = rows.index(maxima) + 1
    marks = {
        int(row[1]): {assignment: row[place] for place, assignment in ids.items()}
        for row in rows[start:]
    }
    possible = {a: float(maxima[place].replace(",", ".")) for place, a in ids.items()}
    return CanvasImport(marks=marks, possible=possible, new_assignments=new)


def moodle_import(content: bytes, *, spanish: bool = False) -> dict[int, dict[str, Any]]:
    """Read a worksheet as Moodle's importer does: rows by participant, locked ones skipped."""
    text = content.decode("utf-8-sig")
    separator = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    names = ("Identifier", "Grade", "Grade can be changed", "Last modified (grade)")
    comment = "Feedback comments"
    if spanish:
        names = (
            *("Identificador", "Calificación", "La calificación puede ser cambiada"),
            "Última modificación (calificación)",
        )
        comment = "Comentarios de retroalimentación"
    found = {}
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=separator):
        number = int(row[names[0]].split()[-1])
        grade = row[names[1]].replace(",", ".") if spanish else row[names[1]]
        found[number] = {
            "grade": float(grade) if grade else None,
            "locked": row[names[2]] == "No",
            "modified": row[names[3]],
            "comment": row[comment],
        }
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class GradescopeImport:
    """What Gradescope takes of a results.json."""

    score: float
    maximum: float
    points: dict[str, float]
    status: dict[str, str]
    is_total_shown: bool


VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
FORMATS = ("text", "html", "simple_format", "md", "ansi")
TOP_KEYS = {
    *("score", "execution_time", "output", "output_format", "test_output_format"),
    *("test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"),
}
TEST_KEYS = {
    *("score", "max_score", "status", "name", "name_format", "number", "output"),
    *("output_format", "tags", "visibility", "extra_data"),
}


def gradescope_import(results: dict[str, Any]) -> GradescopeImport:
    """Read a results.json by the rules of its specification."""
    assert set(results) <= TOP_KEYS
    assert isinstance(results["score"], int | float)
    for name in ("output_format", "test_output_format", "test_name_format"):
        assert results[name] in FORMATS
    points, maximum, status = {}, 0.0, {}
    shown = results["visibility"] == "visible"
    for test in results["tests"]:
        assert set(test) <= TEST_KEYS
        assert re.fullmatch(r"\d+(\.\d+)*", test["number"])
        assert test.get("visibility", "visible") in VISIBILITIES
        assert test.get("status", "passed") in ("passed", "failed")
        shown &= test.get("visibility", "visible") == "visible"
        if "score" in test:
            points[test["name"]] = test["score"]
            maximum += test["max_score"]
        if "status" in test:
            status[test["name"]] = test["status"]
    return GradescopeImport(
        score=results["score"],
        maximum=maximum,
        points=points,
        status=status,
        is_total_shown=shown,
    )


def moodle_feedback_import(names: list[str], participants: set[int]) -> dict[int, str]:
    """Return the file that Moodle takes for each participant, by its rule for names.

    A part of the path is split at underscores: name, participant, type and name of the plugin; what
    follows is the file.
    """
    found = {}
    for name in names:
        parts = name.split("/")
        while parts:
            info = parts.pop(0).split("_", 4)
            if len(info) >= 4 and info[1].isdecimal() and int(info[1]) in participants:
                assert info[2:4] == ["assignsubmission", "file"]
                rest = "/".join([*filter(None, info[4:]), *parts])
                found[int(info[1])] = rest
                break
    return found


JUNIT_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "properties": {"property"},
    **{name: set() for name in ("property", "failure", "error", "skipped")},
}
JUNIT_ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {
        *("name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname"),
    },
    "testcase": {"name", "time", "classname"},
    "properties": set(),
    "property": {"name", "value"},
    **{name: {"type", "message"} for name in ("failure", "error", "skipped")},
}
JUNIT_REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name"},
    "property": {"name", "value"},
}


def junit_mistakes(text: str) -> list[str]:
    """Return what the schema that Jenkins checks reports with (junit-10) would refuse."""
    mistakes = []
    for element in ElementTree.fromstring(text.encode()).iter():
        children = {child.tag for child in element} - JUNIT_CHILDREN[element.tag]
        attributes = set(element.attrib) - JUNIT_ATTRIBUTES[element.tag]
        missing = JUNIT_REQUIRED.get(element.tag, set()) - set(element.attrib)
        mistakes += [f"{element.tag}: {each}" for each in (*children, *attributes, *missing)]
        if not re.fullmatch(r"[0-9.,]*", element.get("time", "")):
            mistakes.append(f"{element.tag}: time")
    return mistakes

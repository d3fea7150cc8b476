"""What other systems read of our files, by the rules of their own sources; independent of ours."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any


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

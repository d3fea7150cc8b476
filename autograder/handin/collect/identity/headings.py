"""Headings of lists of students: ours and those of Canvas, Moodle, nbgrader, GitHub, Gradescope."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# By our own name of the column; without accents, capitals, spaces and punctuation.
HEADINGS_BY_COLUMN: dict[str, tuple[str, ...]] = {
    "id": ("id", "studentid"),
    "name": (
        *("name", "fullname", "student", "studentname", "displayname"),
        *("firstnamelastname", "firstnamesurname", "lastnamefirstname", "surnamefirstname"),
        *("nombreapellidos", "apellidosnombre", "nombrecompleto", "nombreyapellidos"),
        *("nombreyapellido", "apellidosynombre", "estudiante", "alumno"),
    ),
    "first_name": ("firstname", "givenname", "forename", "nombre", "nombres", "nombrepropio"),
    "last_name": ("lastname", "surname", "familyname", "apellidos", "apellido"),
    "email": (
        *("email", "emailaddress", "mail", "correo", "correoelectronico"),
        *("direcciondecorreo", "direcciondecorreoelectronico", "direccionemail"),
    ),
    "login": ("login", "loginid", "sisloginid", "username", "user", "nombredeusuario", "usuario"),
    "sis_user_id": (
        *("sisuserid", "userid", "sisid", "sid", "idnumber"),
        *("numerodeid", "numeroid", "integrationid"),
    ),
    "lms_user_id": ("lmsuserid", "canvasuserid", "canvasid"),
    "github": ("github", "githubusername", "githublogin"),
    "participant": ("identifier", "identificador", "participant"),
    "team": (
        *("team", "teams", "teamname", "group", "groups", "groupname"),
        *("equipo", "equipos", "grupo", "grupos", "nombredelgrupo", "nombredelequipo"),
    ),
    "section": (
        *("section", "sections", "sectionname", "cohort"),
        *("seccion", "secciones", "turno", "cohorte", "comision"),
    ),
}
NO_IDENTITY = ("team", "section")  # columns that tell nobody apart
# Headings of a column of points; without accents, capitals, spaces and punctuation.
POINTS_HEADINGS = (
    *("points", "score", "grade", "mark", "marks", "total"),
    *("puntos", "puntuacion", "nota", "notas", "calificacion"),
)
PARTICIPANT_CELL = re.compile(r"[^\W\d]+[ _](\d+)")  # "Participant 1001", "Participante 1001"


def column_places(head: Sequence[str]) -> dict[str, int]:
    """Return the place of each known column in the first row of a list.

    Of two places for one column the heading that HEADINGS_BY_COLUMN lists first counts.
    """
    folded = [fold_heading(heading) for heading in head]
    found: dict[str, int] = {}
    if _is_canvas_export(folded):
        found["lms_user_id"] = 1
    for column, headings in HEADINGS_BY_COLUMN.items():
        places = [
            place
            for place, heading in enumerate(folded)
            if heading in headings and place not in found.values()
        ]
        if places and column not in found:
            found[column] = min(places, key=lambda place: (headings.index(folded[place]), place))
    return found


def fold_heading(heading: str) -> str:
    """Return a heading's letters and digits, without accents and capitals."""
    letters = unicodedata.normalize("NFKD", heading).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def participant_number(cell: str) -> str:
    """Return Moodle's number in "Participant 1001"; empty for any other text."""
    match = PARTICIPANT_CELL.fullmatch(cell)
    return match[1] if match else ""


def _is_canvas_export(folded: Sequence[str]) -> bool:
    """Return whether the list begins with a student's name and Canvas's own number, called ID.

    Canvas writes the heading of the name in the language of the site.
    """
    return len(folded) > 1 and folded[0] in HEADINGS_BY_COLUMN["name"] and folded[1] == "id"

"""What the columns of a list of students are called: by us, by Canvas, Moodle, nbgrader, GitHub and
Gradescope.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Headings without accents, capitals, spaces and marks, by our own name for the column.
HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id", "studentid"),
    "name": (
        *("name", "fullname", "student", "studentname", "displayname"),
        *("firstnamelastname", "firstnamesurname", "lastnamefirstname", "surnamefirstname"),
        *("nombreapellidos", "apellidosnombre"),
        *(
            "nombrecompleto",
            "nombreyapellidos",
            "nombreyapellido",
            "apellidosynombre",
            "estudiante",
            "alumno",
        ),
    ),
    "first_name": ("firstname", "givenname", "forename", "nombre", "nombres", "nombrepropio"),
    "last_name": ("lastname", "surname", "familyname", "apellidos", "apellido"),
    "email": (
        *("email", "emailaddress", "mail"),
        *(
            "correo",
            "correoelectronico",
            "direcciondecorreo",
            "direcciondecorreoelectronico",
            "direccionemail",
        ),
    ),
    "login": ("login", "loginid", "sisloginid", "username", "user", "nombredeusuario", "usuario"),
    "sis_user_id": (
        "sisuserid",
        "userid",
        "sisid",
        "sid",
        "idnumber",
        "numerodeid",
        "numeroid",
        "integrationid",
    ),
    "lms_user_id": ("lmsuserid", "canvasuserid", "canvasid"),
    "github": ("github", "githubusername", "githublogin"),
    "participant": ("identifier", "identificador", "participant"),
    "team": (
        *("team", "teams", "teamname", "group", "groups", "groupname"),
        *("equipo", "equipos", "grupo", "grupos", "nombredelgrupo", "nombredelequipo"),
    ),
}
STUDENT = HEADINGS["name"]  # what Canvas calls its first column, in a language of the site's
PARTICIPANT = re.compile(r"[^\W\d]+[ _](\d+)")  # "Participant 1001", "Participante 1001"


def columns_of(head: Sequence[str]) -> dict[str, int]:
    """Where each column stands that is known; of two for one thing the first. All others are left
    out.
    """
    plain = [folded_heading(heading) for heading in head]
    found: dict[str, int] = {}
    if plain[:2] in [
        [student, "id"] for student in STUDENT
    ]:  # of Canvas: its own number, which is no name
        found["lms_user_id"] = 1
    for column, headings in HEADINGS.items():
        places = [
            place
            for place, name in enumerate(plain)
            if name in headings and place not in found.values()
        ]
        if places and column not in found:
            found[column] = min(places, key=lambda place: (headings.index(plain[place]), place))
    return found


def folded_heading(heading: str) -> str:
    """A heading's letters and digits, without accents and capitals."""
    return "".join(c for c in unicodedata.normalize("NFKD", heading).casefold() if c.isalnum())


def participant_of(cell: str) -> str:
    """Moodle's number in "Participant 1001"; empty where it is none."""
    match = PARTICIPANT.fullmatch(cell)
    return match[1] if match else ""

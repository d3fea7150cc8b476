"""A class of 60 in Canvas: the course, the download of what was handed in, and the gradebook.

Most students handed in the solution with harmless differences. Some made a typical mistake, one was
late, one handed in twice, and one handed in nothing.
"""

from __future__ import annotations

import csv
import re
import shutil
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.clones import git
from tests.support.places import CASES, REPOSITORY

ID = "residual_block"
SOLUTION = REPOSITORY / "solutions" / ID / f"{ID}.py"
OF_THE_COURSE = (f"assignments/{ID}", f"solutions/{ID}")
COLUMN_ID = 4712  # of the assignment at the site
POINTS_POSSIBLE = 10
FIRST_USER, FIRST_FILE = 2001, 55001  # numbers of the site
ABSENT, LATE, AGAIN = "Vega, Zoé", "Torres Gil, Hugo", "Blanco, Iris"
APPEALED = "Reyes, Mía"

NAMES = """\
Abad, Noa | Aguirre, Jon | Álvarez Paz, Marta | Arias, Iván | Bauer, Léonie | Benítez, Raúl
Blanco, Iris | Bravo, Alma | Calvo, Pau | Campos, Lía | Cano, Saúl | Castro, Vera
Crespo, Unai | Díaz, Eva | Domínguez, Óscar | Durán, Nerea | Esteban, Luca | Fernández, Ana
Ferrer, Biel | Flores, Gala | Fuentes, Aitor | Gallego, Inés | García Ruiz, Ana | García, Ana
Gil, Martín | Gómez, Carla | Herrera, Teo | Ibáñez, Íñigo | Iglesias, Olga | Jiménez, Rubén
León, Aina | López, Leo | Marín, Julia | Martí, Roc | Medina, Sofía | Méndez, Dani
Molina, Clara | Mora, Álex | Moreno, Nuria | Muñoz, Bruno | Navarro, Ainhoa | Núñez, Íñigo
O'Neill, Léa | Ortega, Mario | Pascual, Jana | Peña, Adrián | Pérez, Leo | Prieto, Elsa
Ramos, Izan | Reyes, Mía | Rojas, Tomás | Rubio, Laia | Santos, Enzo | Serrano, Ona
Suárez, Erik | Torres Gil, Hugo | Vargas, Cloe | Vega, Zoé | Vidal, Marc | Zapata, Ruth
"""

# How a right hand-in may look: what stands in the solution, and what stands there instead.
HARMLESS = (
    ("identity", "shortcut"),
    ("width", "channels_out"),
    ("nn.Conv2d(", "torch.nn.Conv2d("),
    ("torch.relu(", "nn.functional.relu("),
    ("padding=1, bias=False", "bias=False, padding=1"),
)
BLOCK_ENDS = "return torch.relu(out + identity)"  # in the basic block, then in the bottleneck


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A line of the solution that some students got wrong."""

    right: str
    wrong: str
    occurrence: int = 0  # of the places where the solution has it
    is_in_basic_block: bool = False
    students: tuple[str, ...]

    def made_in(self, source: str) -> str:
        """Return the solution with the mistake."""
        parts = source.split(self.right)
        before, after = parts[: self.occurrence + 1], parts[self.occurrence + 1 :]
        assert after, f"the solution lacks {self.right!r}"
        return self.right.join(before) + self.wrong + self.right.join(after)


MISTAKES = (
    Mistake(  # nothing is added in the basic block
        right=BLOCK_ENDS,
        wrong="return torch.relu(out)",
        is_in_basic_block=True,
        students=("Bravo, Alma", "Gil, Martín", "Molina, Clara", "Rubio, Laia"),
    ),
    Mistake(  # the bottleneck has no last ReLU
        right=BLOCK_ENDS,
        wrong="return out + identity",
        occurrence=1,
        students=("Díaz, Eva", "Mora, Álex"),
    ),
    Mistake(
        right="expansion = 1 ",
        wrong="expansion = 4 ",
        is_in_basic_block=True,
        students=("Núñez, Íñigo", "O'Neill, Léa"),
    ),
    Mistake(
        right="            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),\n",
        wrong="",
        students=("Castro, Vera", "Ferrer, Biel", "Santos, Enzo"),
    ),
    Mistake(  # the stem of smaller images
        right="kernel_size=7, stride=2, padding=3",
        wrong="kernel_size=3, stride=1, padding=1",
        students=("Molina, Clara",),
    ),
    Mistake(  # the logits are probabilities
        right="return logits",
        wrong="return logits.softmax(dim=1)",
        students=("Reyes, Mía",),
    ),
    Mistake(  # a name that does not exist, in every class
        right="import torch\nfrom torch import Tensor, nn",
        wrong="import torch\nfrom torch import Tensor",
        is_in_basic_block=True,
        students=("Prieto, Elsa",),
    ),
)
MISTAKEN = frozenset(name for mistake in MISTAKES for name in mistake.students)
# Whom a correction of the basic block's grader concerns.
CORRECTED = frozenset(
    name for mistake in MISTAKES if mistake.is_in_basic_block for name in mistake.students
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """A student as Canvas knows them."""

    name: str  # family name, comma, first name
    user: int  # the number at the site

    @property
    def login(self) -> str:
        """The login: the first initial and the family name."""
        family, first = self.name.split(", ")
        plain = unicodedata.normalize("NFKD", first[0] + family).encode("ascii", "ignore").decode()
        return re.sub(r"\W", "", plain).lower()

    @property
    def section(self) -> str:
        """The section: the first half of the class and the second."""
        return "Lab 1" if self.user < FIRST_USER + len(STUDENTS) / 2 else "Lab 2"

    @property
    def file_name(self) -> str:
        """The name of the hand-in in the download."""
        late = "_LATE" if self.name == LATE else ""
        again = "-1" if self.name == AGAIN else ""
        key = re.sub(r"\W", "", self.name).lower()
        return f"{key}{late}_{self.user}_{FIRST_FILE + self.user}_{ID}{again}.py"

    @property
    def code(self) -> str:
        """What was handed in."""
        code = SOLUTION.read_text(encoding="utf-8")
        for mistake in MISTAKES:
            if self.name in mistake.students:
                code = mistake.made_in(code)
        for number, (old, new) in enumerate(HARMLESS):
            if self.user >> number & 1:  # another selection for each student
                code = code.replace(old, new)
        return f"# {self.name}\n{code}"


STUDENTS = tuple(
    Student(name=name.strip(), user=FIRST_USER + number)
    for number, name in enumerate(re.split(r"[|\n]", NAMES.strip()))
)


def give_class(folder: Path) -> None:
    """Write the course as a git repository, `canvas.zip` and `gradebook.csv` into a folder."""
    for name in OF_THE_COURSE:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, folder / name, ignore=unwanted)
    shutil.copy(CASES / "class_of_sixty" / "grading.yml", folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for key, value in (("name", "Marta Ruiz"), ("email", "marta@example.org")):
        git(folder, "config", f"user.{key}", value)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=The course")
    with zipfile.ZipFile(folder / "canvas.zip", "w") as archive:
        for student in STUDENTS:
            if student.name != ABSENT:
                archive.writestr(student.file_name, student.code)
    _write_gradebook(folder / "gradebook.csv")


def _write_gradebook(file: Path) -> None:
    """Write the gradebook as Canvas exports it, with its test student and a read-only total."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    columns = (f"Residual networks ({COLUMN_ID})", "Essay (4713)", "Final Score")
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened, lineterminator="\n")
        table.writerow((*head, *columns))
        table.writerow(("    Points Possible", "", "", "", "", POINTS_POSSIBLE, 5, "(read only)"))
        for each in STUDENTS:
            essay = "" if each.name == ABSENT else f"{each.user % 3 + 3}.00"
            sis = f"s-{each.user}"
            table.writerow((each.name, each.user, sis, each.login, each.section, "", essay, ""))
        table.writerow(("Student, Test", 2999, "", "8f14e45fceea167a", "Lab 1", "", "", ""))

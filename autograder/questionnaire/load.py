"""questionnaire.yml becomes a Questionnaire: every mistake in it is reported at once, with its
line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from autograder.config.rubric import bilingual
from autograder.config.yaml_nodes import Located, compose
from autograder.errors import CourseError
from autograder.model import Text
from autograder.questionnaire.questions import (
    KINDS,
    LETTERS,
    SCALES,
    UNITS,
    ChecklistItem,
    Choice,
    Essay,
    Key,
    Kind,
    Number,
    Ordering,
    Question,
    Questionnaire,
    Short,
    Unit,
)
from autograder.questionnaire.reading import fold

FILE = "questionnaire.yml"
ID = re.compile(r"[a-z][a-z0-9_]{2,59}", re.ASCII)
PARTS: dict[
    Kind, tuple[str, ...]
] = {  # what a question of each kind has besides type, ask and review
    "single": ("options",),
    "multiple": ("options",),
    "ordering": ("options",),
    "numeric": ("value", "within", "unit"),
    "short": ("accept", "forbid"),
    "text": ("ideas",),
}


def load_questionnaire(file: Path) -> Questionnaire:
    """The questionnaire in `file`; CourseError with one complaint per mistake, each with its line."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{file}: {(error.strerror or str(error)).lower()}; expected the questions"
        ) from None
    top = compose(data, file.name)
    at = top.fields("id", "title", "criteria", optional=("checklist",))
    seen: set[str] = set()
    questions = [
        _question(id, entry, criterion, seen)
        for criterion, group in at["criteria"].entries().items()
        for id, entry in group.entries().items()
    ]
    items = at["checklist"].entries().items() if at["checklist"].is_there else ()
    checklist = tuple(
        ChecklistItem(id=_new_id(entry, id, seen), text=bilingual(entry)) for id, entry in items
    )
    questionnaire = Questionnaire(
        id=at["id"].text(),
        title=bilingual(at["title"]),
        questions=tuple(questions),
        checklist=checklist,
    )
    if top.complaints:
        raise CourseError(*map(str, sorted(top.complaints, key=lambda c: c.line)))
    return questionnaire


def _new_id(at: Located, id: str, seen: set[str]) -> str:
    if not ID.fullmatch(id) or id == "form":
        at.complain(
            f"the id {id!r} must be lower-case words joined by _, such as 'warmup_start', and not 'form'"
        )
    if id in seen:
        at.complain(f"the id {id!r} appears twice; answers could not be told apart")
    seen.add(id)
    return id


def _question(id: str, at: Located, criterion: str, seen: set[str]) -> Question:
    kind = cast(Kind, at.find("type").choice(KINDS, "text"))
    parts = at.fields("type", "ask", "review", optional=PARTS[kind])
    return Question(
        id=_new_id(at, id, seen),
        criterion=criterion,
        ask=bilingual(parts["ask"]),
        review=bilingual(parts["review"]),
        key=KEYS[kind](parts),
    )


def _options(at: Located, mark: str) -> list[tuple[Text, Located]]:
    """Each option with its `mark`, which may be absent."""
    found = []
    for entry in at.items(least=2):
        parts = entry.fields("es", "en", optional=(mark,), kind="part")
        found.append((Text(es=parts["es"].text(), en=parts["en"].text()), parts[mark]))
    if len(found) > len(LETTERS):
        at.complain(f"has {len(found)} options; there are letters for {len(LETTERS)}")
    return found


def _choice(parts: dict[str, Located], *, several: bool) -> Choice:
    options = _options(parts["options"], "right")
    right = frozenset(n for n, (_, mark) in enumerate(options) if mark.is_there and mark.flag())
    if options and not several and len(right) != 1:
        parts["options"].complain(
            f"has {len(right)} right options, expected one; mark it `right: true`"
        )
    if options and several and not 0 < len(right) < len(options):
        parts["options"].complain(
            "expected right options and wrong ones; mark the right ones `right: true`"
        )
    return Choice(options=tuple(text for text, _ in options), right=right, several=several)


def _ordering(parts: dict[str, Located]) -> Ordering:
    options = _options(parts["options"], "place")
    places = tuple(mark.count(0) if mark.is_there else 0 for _, mark in options)
    if sorted(places) != list(range(1, len(places) + 1)):
        parts["options"].complain(
            f"the places must be 1 to {len(places)}, each once; say `place: 1` and so on"
        )
    elif list(places) == sorted(places):
        parts["options"].complain(
            "stands in the right order, which the unshuffled form would show; mix it"
        )
    return Ordering(options=tuple(text for text, _ in options), places=places)


def _number(parts: dict[str, Located]) -> Number:
    unit = cast(Unit, parts["unit"].choice(UNITS, ""))
    scale = SCALES[unit]
    within = parts["within"].positive() if parts["within"].is_there else 0
    return Number(value=parts["value"].number() * scale, within=within * scale, unit=unit)


def _short(parts: dict[str, Located]) -> Short:
    accept = tuple(fold(entry.text()) for entry in parts["accept"].items(least=1))
    forbid = (
        tuple(fold(entry.text()) for entry in parts["forbid"].items())
        if parts["forbid"].is_there
        else ()
    )
    for form in {form for form in forbid if form in accept}:
        parts["forbid"].complain(f"{form!r} is accepted and forbidden; keep one")
    return Short(accept=accept, forbid=forbid)


def _essay(parts: dict[str, Located]) -> Essay:
    return Essay(ideas=tuple(bilingual(entry) for entry in parts["ideas"].items(least=1)))


KEYS: dict[Kind, Callable[[dict[str, Located]], Key]] = {
    "single": lambda parts: _choice(parts, several=False),
    "multiple": lambda parts: _choice(parts, several=True),
    "ordering": _ordering,
    "numeric": _number,
    "short": _short,
    "text": _essay,
}

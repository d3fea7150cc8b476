"""The reader of questionnaire.yml: it makes a Questionnaire, and reports every mistake at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from autograder.config.parse_yaml import parse_yaml
from autograder.config.rubric import bilingual
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.model import Text
from autograder.questionnaire.questions import (
    ALL_UNITS,
    OPTION_LETTERS,
    QUESTION_KINDS,
    UNIT_SCALES,
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

QUESTIONNAIRE_FILE = "questionnaire.yml"
ID_PATTERN = re.compile(r"[a-z][a-z0-9_]{2,59}", re.ASCII)
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
    """Return the questionnaire in `file`; CourseError with one problem and line per mistake."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CourseError(
            f"{file}: {(error.strerror or str(error)).lower()}; expected the questions"
        ) from None
    top = parse_yaml(data, file.name)
    at = top.fields("id", "title", "criteria", optional=("checklist",))
    seen: set[str] = set()
    questions = [
        _question(item_id, entry, criterion, seen)
        for criterion, group in at["criteria"].entries().items()
        for item_id, entry in group.entries().items()
    ]
    items = at["checklist"].entries().items() if at["checklist"].is_there else ()
    checklist = tuple(
        ChecklistItem(id=_new_id(entry, item_id, seen), text=bilingual(entry))
        for item_id, entry in items
    )
    questionnaire = Questionnaire(
        id=at["id"].text(),
        title=bilingual(at["title"]),
        questions=tuple(questions),
        checklist=checklist,
    )
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems, key=lambda c: c.line)))
    return questionnaire


def _new_id(at: YamlNode, item_id: str, seen: set[str]) -> str:
    if not ID_PATTERN.fullmatch(item_id) or item_id == "form":
        at.add_error(
            f"the id {item_id!r} must be lower-case words joined by _, "
            "such as 'warmup_start', and not 'form'"
        )
    if item_id in seen:
        at.add_error(f"the id {item_id!r} appears twice; answers could not be told apart")
    seen.add(item_id)
    return item_id


def _question(item_id: str, at: YamlNode, criterion: str, seen: set[str]) -> Question:
    kind = cast(Kind, at.find("type").choice(QUESTION_KINDS, "text"))
    parts = at.fields("type", "ask", "review", optional=PARTS[kind])
    return Question(
        id=_new_id(at, item_id, seen),
        criterion=criterion,
        ask=bilingual(parts["ask"]),
        review=bilingual(parts["review"]),
        key=KEY_READERS[kind](parts),
    )


def _options(at: YamlNode, mark: str) -> list[tuple[Text, YamlNode]]:
    """Return each option with its `mark`, which may be absent."""
    found = []
    for entry in at.items(least=2):
        parts = entry.fields("es", "en", optional=(mark,), kind="part")
        found.append((Text(es=parts["es"].text(), en=parts["en"].text()), parts[mark]))
    if len(found) > len(OPTION_LETTERS):
        at.add_error(f"has {len(found)} options; there are letters for {len(OPTION_LETTERS)}")
    return found


def _choice(parts: dict[str, YamlNode], *, several: bool) -> Choice:
    options = _options(parts["options"], "right")
    right = frozenset(n for n, (_, mark) in enumerate(options) if mark.is_there and mark.flag())
    if options and not several and len(right) != 1:
        parts["options"].add_error(
            f"has {len(right)} right options, expected one; mark it `right: true`"
        )
    if options and several and not 0 < len(right) < len(options):
        parts["options"].add_error(
            "expected right options and wrong ones; mark the right ones `right: true`"
        )
    return Choice(options=tuple(text for text, _ in options), right=right, several=several)


def _ordering(parts: dict[str, YamlNode]) -> Ordering:
    options = _options(parts["options"], "place")
    places = tuple(mark.count(0) if mark.is_there else 0 for _, mark in options)
    if sorted(places) != list(range(1, len(places) + 1)):
        parts["options"].add_error(
            f"the places must be 1 to {len(places)}, each once; say `place: 1` and so on"
        )
    elif list(places) == sorted(places):
        parts["options"].add_error(
            "stands in the right order, which the unshuffled form would show; mix it"
        )
    return Ordering(options=tuple(text for text, _ in options), places=places)


def _number(parts: dict[str, YamlNode]) -> Number:
    unit = cast(Unit, parts["unit"].choice(ALL_UNITS, ""))
    scale = UNIT_SCALES[unit]
    within = parts["within"].positive() if parts["within"].is_there else 0
    return Number(value=parts["value"].number() * scale, within=within * scale, unit=unit)


def _short(parts: dict[str, YamlNode]) -> Short:
    accept = tuple(fold(entry.text()) for entry in parts["accept"].items(least=1))
    forbid = (
        tuple(fold(entry.text()) for entry in parts["forbid"].items())
        if parts["forbid"].is_there
        else ()
    )
    for form in {form for form in forbid if form in accept}:
        parts["forbid"].add_error(f"{form!r} is accepted and forbidden; keep one")
    return Short(accept=accept, forbid=forbid)


def _essay(parts: dict[str, YamlNode]) -> Essay:
    return Essay(ideas=tuple(bilingual(entry) for entry in parts["ideas"].items(least=1)))


KEY_READERS: dict[Kind, Callable[[dict[str, YamlNode]], Key]] = {
    "single": lambda parts: _choice(parts, several=False),
    "multiple": lambda parts: _choice(parts, several=True),
    "ordering": _ordering,
    "numeric": _number,
    "short": _short,
    "text": _essay,
}

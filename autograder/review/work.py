"""The work beside a rubric line: code, texts, figures and answers, read from the hand-in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.shown_work import curves_of
from autograder.handin.intake import find_hand_ins, read_hand_in
from autograder.model import (
    Assignment,
    CheckResult,
    Course,
    HandedCurves,
    HandedPicture,
    Lang,
    ScoreSheet,
)
from autograder.questionnaire.answers import UNSHUFFLED_CODE, plain_text, read_answers
from autograder.questionnaire.form import shown_options
from autograder.questionnaire.load import QUESTIONNAIRE_FILE, load_questionnaire
from autograder.questionnaire.questions import OPTION_LETTERS, Essay, Questionnaire
from autograder.sandbox.encoding import decoded_json, readable_code
from autograder.text.decoding import decoded
from autograder.text.sanitize import cut

CODE_SUFFIXES = (".py", ".ipynb")
DATA_SUFFIXES = (".json", ".csv")
TEXT_SUFFIXES = (".md", ".txt", ".yml", ".yaml")
SHOWN_SUFFIXES = (*CODE_SUFFIXES, *TEXT_SUFFIXES, *DATA_SUFFIXES)
MENTIONED_WORD = re.compile(r"\w[\w./-]*\w")  # such as the name of a file, in a sentence
MAX_CELLS = 400
MAX_CODE_CHARS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePart:
    """A file of code, or a cell of a notebook."""

    source: str
    left_out: int = 0  # characters
    cell: int = 0  # the code cell of a notebook, from 1; 0 in a .py file and for a text
    is_text: bool = False  # a cell of text


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question and a student's own answer."""

    question: str
    options: tuple[str, ...]  # with their letters, as on the student's own form
    answer: str
    ideas: tuple[str, ...]  # what a good answer to an open question says, for who marks


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file that was handed in, as a page shows it."""

    name: str
    code: tuple[CodePart, ...] = ()
    text: str = ""
    left_out: int = 0  # characters of `text`
    is_folded: bool = False  # data that programs wrote

    @property
    def is_code(self) -> bool:
        """Whether it is shown as code."""
        return bool(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a student handed in for an assignment, the most telling for a criterion first."""

    files: tuple[ShownFile, ...] = ()
    answers: tuple[Answer, ...] = ()
    curves: tuple[HandedCurves, ...] = ()
    pictures: tuple[HandedPicture, ...] = ()
    problems: tuple[str, ...] = ()  # files that cannot be used, in words
    others: tuple[str, ...] = ()  # declared files that are not shown, such as weights
    has_figures_first: bool = False  # the criterion is about figures or figures' data


def work_for(
    course: Course,
    submitted: Path,
    student: str,
    assignment: Assignment,
    criterion: str,
    sheet: ScoreSheet | None,
    lang: Lang,
) -> Work:
    """Return the work of a student, as far as it can be shown.

    Only files that grading.yml declares are read, by the intake of `grade`: no links, no limits
    passed, nothing outside the folder of the hand-in.
    """
    files, problems = _read(course, submitted, student, assignment, lang)
    questionnaire, mentioned = _questionnaire(assignment), _mentioned(sheet, criterion)
    answers: tuple[Answer, ...] = ()
    shown = []
    for name, content in files.items():
        if questionnaire is not None and name in assignment.source_names:
            answers = tuple(_answers(questionnaire, criterion, content, lang))
        else:
            shown.append(_shown(name, content))
    shown.sort(key=lambda file: (file.name not in mentioned, file.is_folded))
    pictures, are_own = _pictures(sheet, criterion)
    curves, others = curves_of(files), [file.name for file in assignment.files]
    return Work(
        files=tuple(shown),
        answers=answers,
        curves=curves,
        pictures=pictures,
        problems=tuple(problems),
        others=tuple(name for name in others if not name.endswith(SHOWN_SUFFIXES)),
        has_figures_first=are_own or any(each.file in mentioned for each in curves),
    )


def _pictures(sheet: ScoreSheet | None, criterion: str) -> tuple[tuple[HandedPicture, ...], bool]:
    """Return the pictures of a sheet, those of a criterion first, and whether it has some."""
    own = {check.id for check in _checks(sheet, criterion)}
    pictures = sheet.pictures if sheet is not None else ()
    ordered = sorted(pictures, key=lambda picture: picture.check not in own)
    return tuple(ordered), any(picture.check in own for picture in pictures)


def renamed(work: Work, hide: Callable[[str], str]) -> Work:
    """Return the work with what `hide` makes of each text, to keep names out of it."""
    files = []
    for file in work.files:
        code = tuple(replace(part, source=hide(part.source)) for part in file.code)
        files.append(replace(file, code=code, text=hide(file.text)))
    return replace(
        work,
        files=tuple(files),
        answers=tuple(replace(each, answer=hide(each.answer)) for each in work.answers),
        problems=tuple(map(hide, work.problems)),
    )


def _read(
    course: Course, submitted: Path, student: str, assignment: Assignment, lang: Lang
) -> tuple[Mapping[str, bytes], list[str]]:
    """Return the files that can be shown, by declared name, and problems in words."""
    readable = tuple(f for f in assignment.files if f.name.endswith(SHOWN_SUFFIXES))
    try:
        found = find_hand_ins(submitted, course, (), (student,))
    except CourseError:  # no folder: nothing was handed in
        return {}, []
    for hand_in in found.hand_ins:
        if hand_in.assignment == assignment.id and readable:
            read = read_hand_in(hand_in, replace(assignment, files=readable), lang)
            return read.files, [finding.message for finding in read.findings]
    return {}, []


def _mentioned(sheet: ScoreSheet | None, criterion: str) -> Collection[str]:
    """Return the words of a criterion's checks, among them the files that they are about."""
    words: set[str] = set()
    for check in _checks(sheet, criterion):
        text = f"{check.expects} {check.message}"
        words.update(MENTIONED_WORD.findall(text))
        words.update(frame.file for frame in check.where)
    return words


def _checks(sheet: ScoreSheet | None, criterion: str) -> Iterator[CheckResult]:
    for score in sheet.scores if sheet is not None else ():
        if score.criterion == criterion:
            yield from score.checks


def _shown(name: str, content: bytes) -> ShownFile:
    if name.endswith(".ipynb"):
        cells = tuple(_cells(content))
        if cells:
            return ShownFile(name=name, code=cells)
    if name.endswith(".py"):
        source, left_out = cut(readable_code(content), MAX_CODE_CHARS)
        return ShownFile(name=name, code=(CodePart(source=source, left_out=left_out),))
    text, left_out = cut(decoded(content))
    is_data = name.endswith(DATA_SUFFIXES)
    return ShownFile(name=name, text=text, left_out=left_out, is_folded=is_data)


def _cells(content: bytes) -> Iterator[CodePart]:
    """Yield the cells of a notebook, of code and of text; none where it is no notebook."""
    number = 0
    try:
        notebook = json.loads(decoded_json(content))
        sheets = [notebook] if "cells" in notebook else notebook["worksheets"]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        for cell in cells[:MAX_CELLS]:
            lines = cell.get("source", cell.get("input", ""))
            text = lines if isinstance(lines, str) else "".join(lines)
            source, left_out = cut(text.replace("\r\n", "\n").replace("\r", "\n"))
            is_code = cell["cell_type"] == "code"
            number += is_code
            yield CodePart(
                source=source,
                left_out=left_out,
                cell=number if is_code else 0,
                is_text=not is_code,
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return


def _questionnaire(assignment: Assignment) -> Questionnaire | None:
    """Return the questionnaire of an assignment; None where it is none."""
    file = assignment.root / QUESTIONNAIRE_FILE
    return None if assignment.runs_code or not file.is_file() else load_questionnaire(file)


def _answers(
    questionnaire: Questionnaire, criterion: str, content: bytes, lang: Lang
) -> Iterator[Answer]:
    """Yield the questions of a criterion with what was answered, those for a person first."""
    answers = read_answers(content, questionnaire.ids)
    code = answers.code if isinstance(answers.code, str) else UNSHUFFLED_CODE
    questions = questionnaire.of(criterion)
    for question in sorted(questions, key=lambda each: not isinstance(each.key, Essay)):
        ideas = question.key.ideas if isinstance(question.key, Essay) else ()
        order = shown_options(code, question)
        yield Answer(
            question=question.ask.in_(lang),
            options=tuple(
                f"{OPTION_LETTERS[place]}) {question.options[index].in_(lang)}"
                for place, index in enumerate(order)
            ),
            answer=plain_text(answers.under(question.id).text),
            ideas=tuple(idea.in_(lang) for idea in ideas),
        )

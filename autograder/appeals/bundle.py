"""The bundle of an appeal: a zip with hand-in, results, graders and a page, for staff."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from autograder.appeals.appeal_page import appeal_page
from autograder.appeals.replay import Replay
from autograder.model import Lang, format_seed
from autograder.publishing.change_words import cause_words
from autograder.results import JsonObject, json_text

EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of every entry: the earliest that a zip can hold
FILE_MODE = 0o100644 << 16
SCHEMA = 1


def bundle_bytes(made: Replay, check: str | None, lang: Lang) -> bytes:
    """Return the zip: the same bytes for the same record and the same replay.

    It is not compressed, so that its bytes depend on no version of a library.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(_files(made, check, lang).items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, FILE_MODE
            archive.writestr(entry, data)
    return content.getvalue()


def _files(made: Replay, check: str | None, lang: Lang) -> Mapping[str, bytes]:
    files = {
        "appeal.html": appeal_page(made, check, lang).encode(),
        "replay.json": _replay_json(made, check).encode(),
        "recorded.json": made.recorded.content,
        "questions.json": _questions_json(made).encode(),
        **{f"submission/{name}": data for name, data in made.found.files.files.items()},
        **{f"graders/{name.removeprefix('graders/')}": data for name, data in made.graders},
    }
    if not made.is_identical:
        files["replayed.json"] = made.content
    if made.recorded.final_grade.is_file():
        files["final_grade.json"] = made.recorded.final_grade.read_bytes()
    return files


def _questions_json(made: Replay) -> str:
    """Return what every check asked the student's code.

    Answers are left out: the order of their parts may be another in every process.
    """
    questions: list[JsonObject] = [
        {"check": each.check, "number": each.number, "asks": each.asks} for each in made.questions
    ]
    return json_text({"questions": questions})


def _replay_json(made: Replay, check: str | None) -> str:
    """Return for programs what the page says."""
    sheet = made.recorded.sheet
    commit = made.commit
    return json_text(
        {
            "schema": SCHEMA,
            "student": sheet.student,
            "assignment": sheet.assignment,
            "check": check,
            "seed": format_seed(sheet.seed),
            "submission": sheet.submission_digest,
            "graders": sheet.basis.digest,
            "identical": made.is_identical,
            "commit": None
            if commit is None
            else {"sha": commit.sha, "date": commit.date, "subject": commit.subject},
            "attempt": made.found.attempt,
            "differs_today": [cause_words(cause, "en") for cause in made.differs_today],
            "not_restored": [cause_words(cause, "en") for cause in made.not_restored],
            "checks": [
                {"id": change.id, "recorded": change.before, "replayed": change.after}
                for change in made.checks
            ],
            "other_fields": list(made.fields),
        }
    )

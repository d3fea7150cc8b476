"""Reading a hand-in: the declared files' bytes, and findings about files that cannot be used."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import partial

from autograder.handin.filenames import choose_names
from autograder.handin.intake.file_source import FileSource, HandIn, RefusedFile
from autograder.handin.intake.open_source import open_source
from autograder.model import Assignment, CheckResult, DeclaredFile, Lang, Outcome, SubmittedFiles
from autograder.sandbox.encoding import decoded_code, decoded_json
from autograder.text.sentences import in_both, say

TEXT_SUFFIXES = (".py", ".ipynb")
MAX_LISTED_FILES = 5  # in a sentence about files that may each be meant
WEIGHT_SUFFIXES = (".pth", ".pt", ".safetensors")
NO_CODE_KEYS = ("file_empty", "file_encoding")  # a file is present, but no program is in it
OUTCOME_BY_KEY = {  # all other refusals: DENIED
    "file_missing": Outcome.MISSING,
    "file_empty": Outcome.MISSING,
    "file_unclear": Outcome.MISSING,
    # These cost no points.
    "file_twice": Outcome.PASSED,
    "file_renamed": Outcome.PASSED,
    "archive_inner": Outcome.PASSED,
    "file_unreadable": Outcome.GRADER_ERROR,
}
HINT_BY_KEY = {
    "file_missing": "file_missing_hint",
    "file_large": "file_large_hint",
    "file_twice": "file_twice_hint",
    "file_renamed": "file_renamed_hint",
    "file_unclear": "file_unclear_hint",
    "file_encoding": "file_encoding_hint",
    "archive_broken": "archive_again_hint",
    "archive_locked": "archive_again_hint",
    "archive_method": "archive_again_hint",
    "archive_twice": "archive_again_hint",
    "archive_unsafe": "archive_again_hint",
    "archive_folders": "archive_again_hint",
    "archive_many": "archive_less_hint",
    "archive_unpacked": "archive_less_hint",
    "archive_large": "archive_less_hint",
}
# A key of a notebook's metadata: the sha256 of the file that the notebook shows.
MADE_FROM_KEY = "autograder_made_from"
_MADE_FROM = re.compile(rf'"{MADE_FROM_KEY}": "([0-9a-f]{{64}})"'.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The files and findings of one hand-in while it is read."""

    source: FileSource
    assignment: Assignment
    lang: Lang
    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[CheckResult] = field(default_factory=list)


def read_hand_in(hand_in: HandIn, assignment: Assignment, lang: Lang) -> SubmittedFiles:
    """Return the declared files' bytes and findings about files that cannot be used."""
    try:
        with open_source(hand_in.path, assignment) as source:
            return read_source(source, hand_in.student, assignment, lang)
    except RefusedFile as refusal:
        return _submitted_files(hand_in.student, assignment, {}, [_finding(refusal, lang)])


def read_source(
    source: FileSource, student: str, assignment: Assignment, lang: Lang
) -> SubmittedFiles:
    """Return the declared files' bytes and findings from an open source."""
    reading = _Reading(source=source, assignment=assignment, lang=lang)
    reading.findings.extend(_finding(remark, lang) for remark in source.remarks)
    for declared in assignment.files if source.is_whole else assignment.files[:1]:
        _read_declared(reading, declared)
    return _submitted_files(student, assignment, reading.files, reading.findings)


def no_code(name: str) -> str:
    """Return the evidence of a finding that a file was handed in and no program is in it."""
    return f"no program: {name}"


def made_from(notebook: bytes) -> str:
    """Return the hex sha256 of the file that a notebook was made from.

    Empty for a student's own notebook.
    """
    found = _MADE_FROM.search(notebook)
    return found[1].decode() if found else ""


def _submitted_files(
    student: str, assignment: Assignment, files: dict[str, bytes], findings: list[CheckResult]
) -> SubmittedFiles:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name)}:{name}{len(content)}:".encode() + content)
    return SubmittedFiles(
        student=student,
        assignment=assignment.id,
        files=files,
        digest=digest.hexdigest(),
        findings=tuple(findings),
    )


def _read_declared(reading: _Reading, declared: DeclaredFile) -> None:
    """Read one declared file, or add a finding that says why not."""
    names: dict[str, str] = {}
    try:
        names = _present_names(reading, declared)
        if names:
            name, actual_name = next(iter(names.items()))
            content = _usable_content(reading.source, name, actual_name, declared.max_bytes)
            reading.files[name] = content
            if actual_name != name:
                raise RefusedFile("file_renamed", name=actual_name, declared=name)
        elif declared.required:
            raise RefusedFile("file_missing", name=declared.name, names=", ".join(declared.names))
    except RefusedFile as refusal:
        finding = _finding(refusal, reading.lang)
        if refusal.key in NO_CODE_KEYS:
            finding = replace(finding, evidence=no_code(next(iter(names))))
        reading.findings.append(finding)
    if len(names) > 1 and not _second_shows_first(reading, names, declared.max_bytes):
        actual_names = list(names.values())
        twice = RefusedFile("file_twice", name=actual_names[0], names=", ".join(actual_names))
        reading.findings.append(_finding(twice, reading.lang))


def _present_names(reading: _Reading, declared: DeclaredFile) -> dict[str, str]:
    """Return the actual names of a declared file, by declared name, the one that counts first.

    If no name is exact, or only the untouched stub has one, similar names count. Raises
    RefusedFile if several may be meant.
    """
    source = reading.source
    names = {name: name for name in source.present(declared)}
    untouched = [name for name in names if _is_untouched(reading, name, declared.max_bytes)]
    if len(untouched) == len(names):
        others = [name for name in source.listed() if name not in names]
        is_code = declared is reading.assignment.files[0]
        choice = choose_names(others, declared.names, alone=is_code and not names)
        if choice.unclear:
            name, candidates = next(iter(choice.unclear.items()))
            raise _unclear_refusal(name, candidates)
        untouched = [name for name in untouched if name not in choice.taken]
        names = {
            name: choice.taken.get(name, name)
            for name in declared.names
            if name in names or name in choice.taken
        }
    if len(names) > 1:
        first = next(iter(names))
        if first in untouched:
            # The student wrote in the notebook and left the stub beside it: the stub counts last.
            names[first] = names.pop(first)
    return names


def _unclear_refusal(name: str, candidates: tuple[str, ...]) -> RefusedFile:
    listed = list(candidates[:MAX_LISTED_FILES])
    if len(candidates) > MAX_LISTED_FILES:
        listed.append("…")
    return RefusedFile("file_unclear", name=name, names=", ".join(listed))


def _is_untouched(reading: _Reading, name: str, max_bytes: int) -> bool:
    """Return whether a file is the stub that students received, with any line ends."""
    try:
        content = reading.source.content(name, max_bytes)
        return content.split() == (reading.assignment.root / name).read_bytes().split()
    except (OSError, RefusedFile):
        return False


def _second_shows_first(reading: _Reading, names: dict[str, str], max_bytes: int) -> bool:
    """Return whether the second file is a notebook made from the first one, for nbgrader."""
    first, second, *_ = names
    try:
        content = reading.source.content(names[second], max_bytes)
    except RefusedFile:
        return False
    return made_from(content) == hashlib.sha256(reading.files.get(first, b"")).hexdigest()


def _usable_content(source: FileSource, name: str, actual_name: str, max_bytes: int) -> bytes:
    """Return the content of the declared file `name`; RefusedFile if it is empty or no text."""
    content = source.content(actual_name, max_bytes)
    display_name = source.display_name(actual_name)
    if not content.strip():
        raise RefusedFile("file_empty", name=display_name)
    if name.endswith(TEXT_SUFFIXES):
        decode = decoded_code if name.endswith(".py") else decoded_json
        try:
            decode(content)
        except UnicodeDecodeError as error:
            raise RefusedFile("file_encoding", name=display_name, place=error.start) from None
    return content


def _finding(refusal: RefusedFile, lang: Lang) -> CheckResult:
    return in_both(partial(_finding_in, refusal), lang)


def _finding_in(refusal: RefusedFile, lang: Lang) -> CheckResult:
    hint = HINT_BY_KEY.get(refusal.key, "")
    if refusal.key == "file_large" and str(refusal.values["name"]).endswith(WEIGHT_SUFFIXES):
        hint = "file_large_weights_hint"
    return CheckResult(
        id="files",
        criterion="",
        outcome=OUTCOME_BY_KEY.get(refusal.key, Outcome.DENIED),
        message=say("findings", refusal.key, lang, **refusal.values),
        hint=say("findings", hint, lang, **refusal.values) if hint else "",
        expects=say("findings", "files_expects", lang),
    )

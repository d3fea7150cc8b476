"""One hand-in's declared files as a SubmittedFiles; what is wrong with them is a finding in the
student's words.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from functools import partial

from autograder.handin.filenames import choose_names
from autograder.handin.intake.open_handin import opened
from autograder.handin.intake.source import HandIn, Refused, Source
from autograder.model import Assignment, CheckResult, DeclaredFile, Lang, Outcome, SubmittedFiles
from autograder.sandbox.encoding import decoded_code, decoded_json
from autograder.text.sentences import in_both, say

TEXT = (".py", ".ipynb")
MOST_NAMED = 5  # files that may be meant, in a sentence
WEIGHTS = (".pth", ".pt", ".safetensors")
NO_CODE = ("file_empty", "file_encoding")  # a file is there, and no program is in it
OUTCOMES = {  # of what is not simply refused
    "file_missing": Outcome.MISSING,
    "file_empty": Outcome.MISSING,
    "file_unclear": Outcome.MISSING,
    **dict.fromkeys(
        ("file_twice", "file_renamed", "archive_inner"), Outcome.PASSED
    ),  # it costs nothing
    "file_unreadable": Outcome.GRADER_ERROR,
}
HINTS = {
    "file_missing": "file_missing_hint",
    "file_large": "file_large_hint",
    "file_twice": "file_twice_hint",
    "file_renamed": "file_renamed_hint",
    "file_unclear": "file_unclear_hint",
    "file_encoding": "file_encoding_hint",
    **dict.fromkeys(
        ("archive_broken", "archive_locked", "archive_method", "archive_twice"),
        "archive_again_hint",
    ),
    **dict.fromkeys(("archive_unsafe", "archive_folders"), "archive_again_hint"),
    **dict.fromkeys(("archive_many", "archive_unpacked", "archive_large"), "archive_less_hint"),
}
MADE_FROM = (
    "autograder_made_from"  # a key of a notebook's metadata: the sha256 of the file that it shows
)
_MADE_FROM = re.compile(rf'"{MADE_FROM}": "([0-9a-f]{{64}})"'.encode())


def read(hand_in: HandIn, assignment: Assignment, lang: Lang) -> SubmittedFiles:
    """The declared files' bytes, by content, and what is wrong with them."""
    try:
        with opened(hand_in.path, assignment) as source:
            return read_from(source, hand_in.student, assignment, lang)
    except Refused as refusal:
        return _submission(hand_in.student, assignment, {}, [_finding(refusal, lang)])


def read_from(source: Source, student: str, assignment: Assignment, lang: Lang) -> SubmittedFiles:
    """The same from a source that is open."""
    files: dict[str, bytes] = {}
    findings = [_finding(told, lang) for told in source.told]
    for declared in assignment.files if source.is_whole else assignment.files[:1]:
        _take(source, declared, assignment, files, findings, lang)
    return _submission(student, assignment, files, findings)


def _submission(
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


def _take(
    source: Source,
    declared: DeclaredFile,
    assignment: Assignment,
    files: dict[str, bytes],
    findings: list[CheckResult],
    lang: Lang,
) -> None:
    """One declared file into `files`, or into `findings` what is wrong with it."""
    names: dict[str, str] = {}
    try:
        names = _names(source, declared, assignment)
        if names:
            name, there = next(iter(names.items()))
            files[name] = _usable(source, name, there, declared.max_bytes)
            if there != name:
                raise Refused("file_renamed", name=there, declared=name)
        elif declared.required:
            raise Refused("file_missing", name=declared.name, names=", ".join(declared.names))
    except Refused as refusal:
        finding = _finding(refusal, lang)
        if refusal.key in NO_CODE:
            finding = replace(finding, evidence=no_code(next(iter(names))))
        findings.append(finding)
    if len(names) > 1 and not _shows_the_first(source, names, files, declared.max_bytes):
        spelled = list(names.values())
        findings.append(
            _finding(Refused("file_twice", name=spelled[0], names=", ".join(spelled)), lang)
        )


def _names(source: Source, declared: DeclaredFile, assignment: Assignment) -> dict[str, str]:
    """The names of a declared file that are there, the one that counts first, each with what it is
    called there.

    Where none is exactly spelled, or but the untouched stub, others may stand for it. Refused where
    two may.
    """
    names = {name: name for name in source.present(declared)}
    untouched = [n for n in names if _is_untouched(source, n, assignment, declared.max_bytes)]
    if len(untouched) == len(names):
        others = [name for name in source.listed() if name not in names]
        is_code = declared is assignment.files[0]
        choice = choose_names(others, declared.names, alone=is_code and not names)
        if choice.unclear:
            name, candidates = next(iter(choice.unclear.items()))
            more = ["…"] if len(candidates) > MOST_NAMED else []
            raise Refused(
                "file_unclear", name=name, names=", ".join([*candidates[:MOST_NAMED], *more])
            )
        untouched = [name for name in untouched if name not in choice.taken]
        names = {
            name: choice.taken.get(name, name)
            for name in declared.names
            if name in {*names, *choice.taken}
        }
    if (
        len(names) > 1 and next(iter(names)) in untouched
    ):  # who writes the notebook leaves the stub beside it
        first = next(iter(names))
        names = {
            **{name: there for name, there in names.items() if name != first},
            first: names[first],
        }
    return names


def _is_untouched(source: Source, name: str, assignment: Assignment, most: int) -> bool:
    """Whether a file is the stub that students received, whatever its lines end with."""
    try:
        return source.content(name, most).split() == (assignment.root / name).read_bytes().split()
    except (OSError, Refused):
        return False


def _shows_the_first(
    source: Source, names: dict[str, str], files: dict[str, bytes], most: int
) -> bool:
    """Whether the second file is a notebook that was made of the first one, for nbgrader."""
    first, second, *_ = names
    try:
        content = source.content(names[second], most)
    except Refused:
        return False
    return made_from(content) == hashlib.sha256(files.get(first, b"")).hexdigest()


def no_code(name: str) -> str:
    """Return the evidence of a finding that a file was handed in and no program is in it."""
    return f"no program: {name}"


def made_from(notebook: bytes) -> str:
    """The sha256 of the file that a notebook was made of, in hex; empty where it is a student's
    own.
    """
    found = _MADE_FROM.search(notebook)
    return found[1].decode() if found else ""


def _usable(source: Source, name: str, there: str, most: int) -> bytes:
    """The content of the declared file `name`, called `there`; Refused where nothing can be done
    with it.
    """
    content = source.content(there, most)
    shown = source.shown(there)
    if not content.strip():
        raise Refused("file_empty", name=shown)
    if name.endswith(TEXT):
        try:
            decoded_code(content) if name.endswith(".py") else decoded_json(content)
        except UnicodeDecodeError as error:
            raise Refused("file_encoding", name=shown, place=error.start) from None
    return content


def _finding(refusal: Refused, lang: Lang) -> CheckResult:
    return in_both(partial(_worded, refusal), lang)


def _worded(refusal: Refused, lang: Lang) -> CheckResult:
    hint = HINTS.get(refusal.key, "")
    if refusal.key == "file_large" and str(refusal.values["name"]).endswith(WEIGHTS):
        hint = "file_large_weights_hint"
    return CheckResult(
        id="files",
        criterion="",
        outcome=OUTCOMES.get(refusal.key, Outcome.DENIED),
        message=say("findings", refusal.key, lang, **refusal.values),
        hint=say("findings", hint, lang, **refusal.values) if hint else "",
        expects=say("findings", "files_expects", lang),
    )

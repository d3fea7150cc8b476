"""Novices' mistakes: each is named by cause and place, once, in both languages.

A file of `mistakes/` changes the solution of residual_block in one way. Its header says the cause
that the result must name, and what stands in the line that it must point to. No hint may be about
another cause.
"""

from __future__ import annotations

import html
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command_line import REPOSITORY, grade, result
from tests.support.once import once
from tests.support.places import CASES

FOLDER = CASES / "mistakes"
DIAGNOSIS = REPOSITORY / "autograder" / "diagnosis"
SOLUTION = REPOSITORY / "solutions" / "residual_block" / "residual_block.py"
PARTS = re.compile(r"^# (cause|at|in|instead of|write|below):(?: (.*))?\n", re.MULTILINE)
IN_ENGLISH = {
    "attribute_misspelt": "Did you mean `conv2`?",
    "cuda_at_import": "There is no GPU where work is graded",
    "return_forgotten": "`BasicBlock.forward` returns nothing (residual_block.py:",
}
COMPOSED = ("returned_", "own_")  # begins of keys that are made of two parts
GENERAL = ("Ejecuta esa parte", "Run that part")  # the hint where nothing better is known
INTERNALS = re.compile(
    r"WireError|NameMissing|\x1b|\\x1b|\[\d+m|values differ|Traceback|autograder\.|<class|"
    r"object at 0x"
)
# Words of English sentences that no Spanish sentence has.
ENGLISH = re.compile(
    r"\b(the|your|with|which|expected|was|were|does|is not|cannot|should|must be|because)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What a file of `mistakes/` says."""

    cause: str
    at: str
    source: str

    @property
    def lines(self) -> set[int]:
        """The lines that the result may point to."""
        return {n for n, line in enumerate(self.source.split("\n"), start=1) if self.at in line}


def read_mistake(path: Path) -> Mistake:
    """Return the mistake that a file describes."""
    pieces = PARTS.split(path.read_text(encoding="utf-8"))
    names, values, bodies = pieces[1::3], pieces[2::3], pieces[3::3]
    header = dict(zip(names, values, strict=True))
    body = {name: text.strip("\n") for name, text in zip(names, bodies, strict=True)}
    source = SOLUTION.read_text(encoding="utf-8")
    if "instead of" in body:
        begin = (
            re.search(rf"^(class|def) {header['in']}\b", source, re.MULTILINE)
            if header["in"]
            else None
        )
        first = source.index(body["instead of"], begin.start() if begin else 0)
        source = source[:first] + body["write"] + source[first + len(body["instead of"]) :]
    if "below" in body:
        source += "\n\n" + body["below"] + "\n"
    return Mistake(cause=header["cause"], at=header["at"] or "", source=source)


MISTAKES = {path.stem: read_mistake(path) for path in sorted(FOLDER.glob("*.txt"))}


@once
def graded(lang: str = "es") -> Path:
    """Return OUT of one run over all mistakes; in English over a few."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="autograder-mistakes-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, mistake in MISTAKES.items():
        if lang == "en" and name not in IN_ENGLISH:
            continue
        file = folder / "class" / name / "residual_block" / "residual_block.py"
        file.parent.mkdir(parents=True)
        file.write_text(mistake.source, encoding="utf-8")
    chosen = ("--jobs", 2, "--lang", lang, "--seed", 5)
    ended = grade(folder / "class", folder / "out", *chosen, course=REPOSITORY)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder / "out"


def failures(name: str) -> list[dict[str, Any]]:
    """Return what did not pass of a mistake, findings first."""
    content = result(graded(), name, "residual_block")
    checks = [check for criterion in content["criteria"] for check in criterion["checks"]]
    return [c for c in (*content["findings"], *checks) if c["outcome"] not in ("passed", "blocked")]


def words(page: str) -> str:
    """Return what a reader sees of a page, without the student's own code."""
    shown = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    shown = re.sub(r'<pre class="listing">.*?</pre>', " ", shown, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", shown))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_by_its_cause_and_place(name: str) -> None:
    """A cause of the closed list is named, with the line to mend, and no general hint."""
    mistake, found = MISTAKES[name], failures(name)
    named = {check["cause"].split(" ")[0] for check in found}
    assert mistake.cause in named, named
    lines = {
        c["where"][-1]["line"]
        for c in found
        if c["cause"].startswith(mistake.cause + " ") and c["where"]
    }
    if mistake.at:
        assert lines & mistake.lines, (lines, mistake.lines)
    assert not [c["hint"] for c in found if c["hint"].startswith(GENERAL)]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_report_tells_a_cause_once(name: str) -> None:
    """Of checks that share a cause the message stands among the results once."""
    whole = (graded() / "reports" / f"{name}.html").read_text(encoding="utf-8")
    page = " ".join(words(whole.split('<section class="results"')[1]).split())
    for cause in {check["cause"] for check in failures(name)}:
        first = next(check for check in failures(name) if check["cause"] == cause)
        message = " ".join(first["message"].replace("`", " ").split())
        assert page.count(message) <= 1, cause


@pytest.mark.parametrize("name", MISTAKES)
def test_a_spanish_report_holds_no_english_and_no_internals(name: str) -> None:
    """But for code, which Python and the student wrote, every word of a Spanish page is Spanish."""
    page = (graded() / "reports" / f"{name}.html").read_text(encoding="utf-8")
    assert not INTERNALS.search(page.split("</style>")[-1])
    prose = words(re.sub(r"<code>.*?</code>", " ", page, flags=re.DOTALL))
    assert not ENGLISH.findall(prose)


@pytest.mark.parametrize("name", IN_ENGLISH)
def test_an_english_report_tells_the_same(name: str) -> None:
    """The sentences are there in English, too, and Spanish ones are not."""
    page = (graded("en") / "reports" / f"{name}.html").read_text(encoding="utf-8")
    assert " ".join(IN_ENGLISH[name].replace("`", " ").split()) in " ".join(words(page).split())
    assert "Tu " not in words(page)


def test_every_cause_is_worded_in_both_languages() -> None:
    """Each key of the list of texts has a hint in Spanish and English, and none is left over."""
    sentences = yaml.safe_load((DIAGNOSIS / "causes.yml").read_text(encoding="utf-8"))
    listed = (DIAGNOSIS / "exceptions.txt").read_text(encoding="utf-8").splitlines()
    keys = {
        line.partition(" | ")[0].strip()
        for line in listed
        if " | " in line and not line.startswith("#")
    }
    assert keys <= sentences.keys()
    modules = [*DIAGNOSIS.glob("*.py"), REPOSITORY / "autograder" / "text" / "error_sentences.py"]
    source = "".join(module.read_text(encoding="utf-8") for module in modules)
    assert {
        key
        for key in sentences.keys() - keys
        if f'"{key}"' not in source and not key.startswith(COMPOSED)
    } == set()
    for key, parts in sentences.items():
        assert {"hint"} <= parts.keys() <= {"hint", "message"}, key
        assert all(set(texts) == {"es", "en"} for texts in parts.values()), key

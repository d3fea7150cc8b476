"""The evidence of one check: how it ended, its source in the graders, and its random numbers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.appeals.replay import Question, Replay
from autograder.model import CheckResult, GivenAnswer, Lang, ScoreSheet, format_seed


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEvidence:
    """What staff may see of a check."""

    id: str
    recorded: CheckResult | None  # None: it was not there
    replayed: CheckResult | None
    file: str = ""  # of its source, below the assignment's folder; empty: no source was found
    line: int = 0  # from 1
    source: str = ""
    seeding: str = ""  # Python that draws its random numbers again; empty: no code ran
    questions: tuple[Question, ...] = ()  # that it asked the student's code in the replay
    answer: GivenAnswer | None = None  # to the question of a questionnaire that it judges


def evidence_of(made: Replay, check: str, lang: Lang) -> CheckEvidence:
    """Return the evidence of a check or a finding of a replay, its sentences in a language."""
    file, line, source = _source_of(made.graders, check)
    recorded = made.recorded.sheet.in_(lang)
    return CheckEvidence(
        id=check,
        recorded=_result_of(recorded, check),
        replayed=_result_of(made.sheet.in_(lang), check),
        file=file,
        line=line,
        source=source,
        seeding=_seeding(recorded, check) if recorded.confinement else "",
        questions=tuple(each for each in made.questions if each.check == check),
        answer=next((each for each in recorded.answers if each.check == check), None),
    )


def checks_to_explain(made: Replay, check: str | None) -> list[str]:
    """Return the checks that an appeal is about: the named one, or all that did not pass."""
    if check is not None:
        return [check]
    changed = {change.id for change in made.checks}
    results = made.recorded.sheet.checks_and_findings
    found = [each.id for each in results if each.outcome.value != "passed" or each.id in changed]
    return list(dict.fromkeys(found))


def _result_of(sheet: ScoreSheet, check: str) -> CheckResult | None:
    return next((each for each in sheet.checks_and_findings if each.id == check), None)


def _source_of(graders: Sequence[tuple[str, bytes]], check: str) -> tuple[str, int, str]:
    """Return the file, the first line and the text of a check's function; empty: there is none."""
    name = check.partition("[")[0]  # a check with parameters has them in its id
    for file, content in graders:
        if not file.endswith(".py"):
            continue
        text = content.decode("utf-8", "replace")
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                lines = text.splitlines()[first - 1 : node.end_lineno]
                return file, first, "\n".join(lines)
    return "", 0, ""


def _seeding(sheet: ScoreSheet, check: str) -> str:
    return (
        "import torch\n"
        "from autograder.grading.workers.seeds import SeedSource\n"
        f'source = SeedSource({format_seed(sheet.seed)}, "{sheet.submission_digest}")\n'
        f'source.seed_judge("{check}", 0)  # before the first question; then 1, 2, ... after each\n'
        '# What checks share draws by its own name: source.seed_judge("once <its name>", 0)'
    )

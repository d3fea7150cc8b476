"""The texts of a grader, its `texts.yml`: what each check expects and what each finding says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from autograder.errors import CourseError
from autograder.model import Text
from autograder.text.sentences import LANGS

TEXTS_FILE = "texts.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderText:
    """A sentence and a hint, in both languages."""

    sentence: Text
    hint: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderTexts:
    """What a grader says: per check what it expects, per finding what is wrong."""

    checks: Mapping[str, GraderText]
    findings: Mapping[str, GraderText]


class _UniqueKeyLoader(yaml.SafeLoader):
    """Reads safe YAML and refuses a key that stands twice: one of the two texts would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Return the mapping; YAMLError where a key stands twice."""
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        for key in keys:
            if keys.count(key) > 1:
                line = node.start_mark.line + 1
                raise yaml.YAMLError(f"line {line}: key {key!r} stands twice; keep one")
        return super().construct_mapping(node, deep)


def load_grader_texts(folder: Path, checks: Iterable[str] | None = None) -> GraderTexts:
    """Read `texts.yml` of a grader; CourseError unless every check is worded in both languages.

    Without `checks` it is not compared with them.
    """
    file = folder / TEXTS_FILE
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), _UniqueKeyLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CourseError(f"{file}: cannot be read: {error}") from error
    complaints: list[str] = []
    table = loaded if isinstance(loaded, dict) else {}
    worded = _read_texts(file, table.get("checks") or {}, "expects", complaints)
    findings = _read_texts(file, table.get("findings") or {}, "message", complaints)
    names = set(worded if checks is None else checks)
    for name in names - worded.keys():
        complaints.append(f"{file}: checks.{name}: no text; add expects and hint, es and en")
    for name in worded.keys() - names:
        complaints.append(f"{file}: checks.{name}: no such check; delete or rename it")
    if complaints:
        raise CourseError(*sorted(complaints))
    return GraderTexts(checks=worded, findings=findings)


def _read_texts(
    file: Path, table: Mapping[object, object], sentence: str, complaints: list[str]
) -> dict[str, GraderText]:
    """Return the entries of a table that are complete; add a complaint for each that is not."""
    complete = {}
    for key, entry in table.items():
        texts = {}
        for part in (sentence, "hint"):
            value = entry.get(part) if isinstance(entry, dict) else None
            if not isinstance(value, dict) or set(value) != set(LANGS):
                complaints.append(f"{file}: {key}.{part}: expected a text in es and in en")
                continue
            texts[part] = Text(es=str(value["es"]), en=str(value["en"]))
        if len(texts) == 2:
            complete[str(key)] = GraderText(sentence=texts[sentence], hint=texts["hint"])
    return complete

"""A reader of result files: it reads each content once, and verifies none that was found sound."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.model import Lang, ScoreSheet
from autograder.results.decoding import decoded, read_bytes


@dataclass(slots=True, kw_only=True)
class ResultReader:
    """Reads result files; `sound` holds the digests of those that need not be verified again."""

    sound: Mapping[str, str] = field(default_factory=dict)  # sha256, hex, by path
    digests: dict[str, str] = field(default_factory=dict)  # of what this reader read, by path
    _sheets: dict[str, ScoreSheet] = field(default_factory=dict)  # by path, of that digest

    def read(self, path: Path, lang: Lang | None = None) -> ScoreSheet:
        """Return the sheet in a file, as `read_result` does, with the same errors."""
        name, content = str(path), read_bytes(path)
        digest = hashlib.sha256(content).hexdigest()
        if self.digests.get(name) != digest:
            sheet = decoded(content, is_sound=self.sound.get(name) == digest)
            self.digests[name], self._sheets[name] = digest, sheet
        sheet = self._sheets[name]
        return sheet.in_(lang or sheet.lang)

"""Sources of hand-ins beside the watched folder: downloads that are dropped, and git remotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.handin.intake.folder_entries import list_folder
from autograder.watch.remotes import RemotePoll
from autograder.watch.settings import WatchSettings
from autograder.watch.stability import Stability, state_of

CLONES = "clones"  # the kind of source that a fetched remote is


@dataclass(slots=True, kw_only=True)
class Sources:
    """What is to be collected into the watched folder."""

    settings: WatchSettings
    stability: Stability[Path]
    remotes: RemotePoll
    problems: dict[str, str] = field(default_factory=dict)  # by name of a source or a remote
    _collected: dict[Path, str] = field(default_factory=dict)  # states of dropped sources
    _dropped: list[Path] = field(default_factory=list)
    _clones: list[Path] = field(default_factory=list)
    _is_settling: bool = False

    @property
    def is_busy(self) -> bool:
        """Return whether something is on its way."""
        return bool(self._dropped or self._clones or self._is_settling or self.remotes.is_busy)

    def look(self, now: float) -> None:
        """Note what was dropped since the last look and has settled, and fetch what is due."""
        for fetched in self.remotes.advance(now):
            self.problems.pop(fetched.remote.url, None)
            clone = self.settings.clones / fetched.remote.name
            if fetched.problem:
                self.problems[fetched.remote.url] = fetched.problem
            elif fetched.has_changed or clone not in self._collected:
                self._clones.append(clone)
        if self.settings.drop is None:
            return
        entries = [path for path in list_folder(self.settings.drop) if path.name[0] != "."]
        states = {path: state_of(path) for path in entries}
        settled = self.stability.settled(states, now)
        self._is_settling = len(settled) < len(states)
        for path in sorted(settled):
            state = states[path]
            if state is not None and self._collected.get(path) != state.digest:
                self._collected[path] = state.digest
                self._dropped.append(path)

    def take(self) -> tuple[tuple[Path, ...], str | None]:
        """Return what to collect next, and its kind if that is known; nothing where none waits.

        What was dropped is collected one by one: one that cannot be read keeps no other back.
        """
        if self._dropped:
            return (self._dropped.pop(0),), None
        clones, self._clones = tuple(self._clones), []
        self._collected.update(dict.fromkeys(clones, ""))
        return clones, CLONES if clones else None

    def put_back(self, sources: tuple[Path, ...], kind: str | None) -> None:
        """Note that sources could not be collected now, for a reason that passes."""
        (self._clones if kind == CLONES else self._dropped).extend(sources)

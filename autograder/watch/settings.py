"""The settings of a watch: where hand-ins come from, where results go, and how long things wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.output_folder import WATCH_FOLDER
from autograder.handin.collect.identity.roster import Roster
from autograder.handin.collect.identity.teams import Teams
from autograder.model import Run
from autograder.watch.remotes import Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """What a watch was asked to do; all times are in seconds."""

    course: Path  # grading.yml, or its folder
    submitted: Path
    options: Run
    assignments: tuple[str, ...] = ()  # the only ones that are graded; none means all
    drop: Path | None = None  # the folder into which downloads of an LMS are put
    remotes: tuple[Remote, ...] = ()
    roster: Roster | None = None
    teams: Teams = field(default_factory=dict)
    poll: float = 1.0  # between two looks at the folders
    git_poll: float = 60.0  # between two fetches of a remote
    settle: float = 2.0  # that a file must stay the same before it is graded
    max_wait: float = 300.0  # after which the longest wait goes first
    ends_when_idle: bool = False

    @property
    def out(self) -> Path:
        """Return the folder of results."""
        assert self.options.out is not None
        return self.options.out

    @property
    def staging(self) -> Path:
        """Return the folder of results that are not in OUT yet."""
        return self.out / WATCH_FOLDER

    @property
    def clones(self) -> Path:
        """Return the folder of clones of the remotes."""
        return self.staging / "clones"

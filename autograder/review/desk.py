"""The desk: what all requests share, the class and its reports, and how a decision is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from autograder.marking.graded_class import GradedClass
from autograder.marking.marks_file import Change
from autograder.marking.report_writer import ReportWriter
from autograder.model import Decisions
from autograder.review.sessions import Session, Sessions, UndoStep
from autograder.scoring.overrides import about, with_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all requests of a running application share."""

    graded: GradedClass
    writer: ReportWriter
    sessions: Sessions


class StaleForm(Exception):
    """Raised where an entry was decided anew while a form about it was open."""

    def __init__(self, now: Decisions) -> None:
        super().__init__("decided meanwhile")
        self.now = now  # what is decided about the entry


def version(part: Decisions) -> str:
    """Return a word for what is decided about an entry: another one when it changes."""
    return hashlib.sha256(repr(part).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def save(
    desk: Desk,
    session: Session,
    entry_id: str,
    student: str,
    changes: Mapping[str, Change],
    seen: str,
) -> int:
    """Save changes of what is decided about an entry, and return for how many students.

    They are on the disk when this returns, and the pages of the student as well unless another run
    writes there. StaleForm where the entry of `student` is not the one that the form showed, whose
    version is `seen`; nothing is saved then.
    """
    before: dict[str, Decisions] = {}
    after: dict[str, Decisions] = {}

    def guarded(name: str, decisions: Decisions) -> Decisions:
        old = about(decisions, entry_id)
        if name == student and version(old) != seen:
            raise StaleForm(old)
        changed = changes[name](decisions)
        new = about(changed, entry_id)
        if new != old:
            before[name], after[name] = old, new
        return changed

    graded = desk.graded.change({name: partial(guarded, name) for name in changes})
    if after:
        step = UndoStep(entry_id=entry_id, student=student, before=before, after=after)
        session.remember(step)
    desk.writer.follow(graded)
    return len(after)


def undo(desk: Desk, session: Session) -> UndoStep | None:
    """Take back the last save of a session and return it; None where there is none.

    StaleForm where somebody has decided anew since: then that stays.
    """
    if not session.undo_steps:
        return None
    step = session.undo_steps.pop()

    def restored(name: str, decisions: Decisions) -> Decisions:
        now = about(decisions, step.entry_id)
        if now != step.after[name]:
            raise StaleForm(now)
        return with_part(decisions, step.entry_id, step.before[name])

    changed = desk.graded.change({name: partial(restored, name) for name in step.after})
    desk.writer.follow(changed)
    return step

"""The sandbox level of a run: a zygote that passes the self-test, at the strongest level."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.errors import DataDamaged, HostError, SandboxLost
from autograder.grading.workers.self_test import run_self_test
from autograder.model import SANDBOX_LEVELS, Level
from autograder.sandbox.launch import Zygote

logger = logging.getLogger(__name__)


@contextmanager
def confining(starting: Zygote, allowed: Level) -> Iterator[Zygote]:
    """Return a zygote that confines its workers, at the strongest level that is allowed and works.

    `starting`, of level A, stays open where it serves: it may serve another assignment too.
    """
    refusals = []
    for level in SANDBOX_LEVELS[: SANDBOX_LEVELS.index(allowed) + 1]:
        zygote = (
            starting
            if level == starting.level
            else Zygote(level, starting.preparation, starting.group_limits)
        )
        try:
            make_ready(zygote)
        except DataDamaged:
            zygote.close()
            raise
        except HostError as error:
            zygote.close()
            logger.warning("sandbox level %s does not work here: %s", level, error)
            refusals.append(str(error))
            continue
        try:
            yield zygote
        finally:
            if zygote is not starting:
                zygote.close()
        return
    weaker = SANDBOX_LEVELS[SANDBOX_LEVELS.index(allowed) + 1 :]
    remedy = "no level works here"
    if weaker:
        remedy = f"accept a weaker one with --allow-sandbox {weaker[0]}"
    raise HostError("\n".join([*refusals, f"see `autograder doctor`; {remedy}"]))


def make_ready(zygote: Zygote) -> None:
    """Wait until a zygote passes the self-test; start it once more where it died meanwhile."""
    try:
        zygote.wait_until_ready()
        run_self_test(zygote)
    except SandboxLost as error:
        logger.warning("the zygote is started again: %s", error)
        zygote.restart()
        run_self_test(zygote)

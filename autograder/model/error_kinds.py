"""The closed sets of words in errors: limits of time, and reasons of absence and refusal."""

from __future__ import annotations

from enum import StrEnum


class TimeLimit(StrEnum):
    """The limits of time, by the names under which `texts.yml` words them."""

    IMPORT = "import"  # executing the student's file in a worker
    CHECK = "check"  # the answers to one check
    SUBMISSION = "submission"  # the answers to all checks of a submission
    MEASURE = "measure"  # the answers to a check that measures a model
    RESERVE = "reserve"  # everything else: workers, self-tests, the judge's own CPU time
    CPU = "cpu"  # CPU time of one worker
    CRITERION = "criterion"  # not asked: the criterion ran out of time before
    SELF_TEST = "self-test"  # the harness's own submission, never a student's
    PACKAGES = "packages"  # the import of the course's packages, never a student's


class AbsentReason(StrEnum):
    """What is not there."""

    NAME = "name"  # a declared file or a name of the interface; `Absent.name` says which
    NOTHING = "nothing"  # the file defines none of the names that were asked for
    BODY = "body"  # the body of a function is not written


class DeniedReason(StrEnum):
    """Why an answer is refused."""

    RULES = "rules"  # it breaks the rules of the wire
    WRONG_KIND = "wrong_kind"  # no check can read it, but all can read the solution's answer

"""The twelve checks as a package of check50, which is copied to its `__init__.py`."""

from __future__ import annotations

import check50
import check50.py
from residual_checks import CHECKS, Check


def check_of(name: str, check: Check) -> None:
    """Define a check of check50 with the name that its results have."""

    def run() -> None:
        student = check50.py.import_("residual_block.py")
        try:
            check(student)
        except Exception as error:
            raise check50.Failure(f"{type(error).__name__}: {error}") from error

    run.__name__ = run.__qualname__ = name
    run.__doc__ = check.__doc__
    globals()[name] = check50.check()(run)


for check_name, check_function in CHECKS.items():
    check_of(check_name, check_function)

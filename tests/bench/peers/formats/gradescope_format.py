"""The twelve checks as gradescope-utils runs them; it writes results.json of one submission."""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

import residual_block
from gradescope_utils.autograder_utils.decorators import weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
from residual_checks import CHECKS, Check


class ResidualBlock(unittest.TestCase):
    """A test for each check, with one point."""


def test_of(name: str, check: Check) -> Any:
    """Return the method that runs a check; its description is how the results name it."""

    def method(self: unittest.TestCase) -> None:
        check(residual_block)

    method.__doc__ = name
    return weight(1)(method)


for check_name, check_function in CHECKS.items():
    setattr(ResidualBlock, f"test_{check_name}", test_of(check_name, check_function))

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(ResidualBlock)
    with Path("results.json").open("w", encoding="utf-8") as stream:
        JSONTestRunner(visibility="visible", stream=stream).run(suite)

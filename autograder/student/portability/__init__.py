"""Portability: what of a student's files works at home and would not where it is graded."""

from autograder.student.portability.remarks import (
    GradingEnvironment,
    portability_of,
    recorded_python,
)

__all__ = ["GradingEnvironment", "portability_of", "recorded_python"]

"""Portability: what of a student's files works at home and would not where it is graded, said
before hand-in.
"""

from autograder.student.portability.remarks import Environment, portability_of, recorded_python

__all__ = ["Environment", "portability_of", "recorded_python"]

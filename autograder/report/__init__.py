"""Reports: a student's page, a class's page, and a table of scores, as pure functions of standings."""

from autograder.report.csv import scores_csv
from autograder.report.html import class_page, student_page

__all__ = ["class_page", "scores_csv", "student_page"]

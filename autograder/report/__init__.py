"""Reports: a student's page and score sheet, a class's page and table, as pure functions of standings."""

from autograder.report.alike import alike
from autograder.report.csv import scores_csv
from autograder.report.html import class_page, student_page
from autograder.report.standings import standing_json

__all__ = ["alike", "class_page", "scores_csv", "standing_json", "student_page"]

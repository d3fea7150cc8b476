"""Reports: a student's page and score sheet, a class's page and table, as pure functions of standings."""

from autograder.report.csv import scores_csv
from autograder.report.final_grade_json import standing_json
from autograder.report.html import class_page, student_page
from autograder.report.identical_work import alike

__all__ = ["alike", "class_page", "scores_csv", "standing_json", "student_page"]

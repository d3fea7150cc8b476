"""Reports: pages, score sheets and tables, as pure functions of final grades."""

from autograder.report.class_html import class_page
from autograder.report.csv import scores_csv
from autograder.report.final_grade_json import final_grade_json
from autograder.report.html import student_page, views_by_audience
from autograder.report.identical_work import find_identical_work

__all__ = [
    "class_page",
    "final_grade_json",
    "find_identical_work",
    "scores_csv",
    "student_page",
    "views_by_audience",
]

"""Reports: a student's page and score sheet, a class's page and table, as pure functions of final
grades.
"""

from autograder.report.csv import scores_csv
from autograder.report.final_grade_json import final_grade_json
from autograder.report.html import class_page, student_page
from autograder.report.identical_work import alike

__all__ = ["alike", "class_page", "final_grade_json", "scores_csv", "student_page"]

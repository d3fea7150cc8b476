"""Items of a graded class: how each check, question and criterion tells students apart."""

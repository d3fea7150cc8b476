"""The student's page as data: causes of lost points, criteria, assignments, where to go on."""

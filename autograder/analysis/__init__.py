"""Static analysis of student code as evidence for staff; nothing runs."""

"""The student's side: check, watch and pack a hand-in on the student's own machine."""

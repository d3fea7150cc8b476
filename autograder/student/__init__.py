"""The student's side: check, watch and pack a hand-in on their own machine."""

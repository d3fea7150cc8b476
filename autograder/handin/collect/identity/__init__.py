"""Identity: the student or team of a hand-in, found by roster, teams and decided names."""

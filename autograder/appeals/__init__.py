"""Appeals: a hand-in graded again exactly as recorded, and all of it packed for who answers."""

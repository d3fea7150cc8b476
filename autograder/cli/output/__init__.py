"""What the terminal shows: one module for each command that prints tables. Student text is escaped."""

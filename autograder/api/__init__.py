"""What the commands do, as plain functions: one module each for grading and for verification."""

"""What is right, in a package of the graders' own."""

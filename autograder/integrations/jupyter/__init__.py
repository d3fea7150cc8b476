"""Jupyter: the magic `%check`, which runs the public checks in a notebook's own kernel."""

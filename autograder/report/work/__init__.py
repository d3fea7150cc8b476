"""Handed-in work as pieces of a page: code with line numbers and notes, training curves."""

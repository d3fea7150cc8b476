"""Copies between students: code that is alike whatever its names, order, layout and comments."""

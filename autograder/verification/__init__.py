"""Verification of graders by answers whose marks are known."""
